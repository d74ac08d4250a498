/// Colours for pixels that cannot be seen: those of what can be seen nearby, smoothly continued.
///
/// Programs leave there what they like, black as a rule. Filters and networks look beyond the edge, so that it would come back as a
/// fringe, and as a contour that nobody sees in the picture. By pulling and pushing (Gortler et al., "The Lumigraph", 1996, 3.3): means
/// of what is opaque at half the size, and at half of that, as far as it takes; then each gap is filled from the size below.
enum HiddenColours {
  /// A picture at a part of its size: red, green, blue, and how much of it is known, 255 for all.
  fileprivate struct Level {
    var width: Int
    var height: Int
    var cells: [SIMD4<UInt8>]
  }

  /// - Parameters:
  ///   - pixels: H x W x 3.
  ///   - alpha: of each; the pixels where it is 0 are filled.
  static func fill(_ pixels: inout [UInt8], alpha: [UInt8], width: Int, height: Int) {
    guard alpha.contains(0), alpha.contains(where: { $0 != 0 }) else { return }
    var levels = [
      halved(width: width, height: height) { x, y in
        let pixel = y * width + x
        return SIMD4(pixels[3 * pixel], pixels[3 * pixel + 1], pixels[3 * pixel + 2], alpha[pixel])
      }
    ]
    while levels[levels.count - 1].cells.contains(where: { $0.w < 255 }), levels[levels.count - 1].cells.count > 1 {
      let last = levels[levels.count - 1]
      levels.append(halved(width: last.width, height: last.height) { last.cells[$1 * last.width + $0] })
    }
    for index in levels.indices.dropLast().reversed() { fill(&levels[index], from: levels[index + 1]) }
    let first = levels[0]
    for y in 0..<height {
      for x in 0..<width where alpha[y * width + x] == 0 {
        let colour = first.colour(x: x, y: y)
        for channel in 0..<3 { pixels[3 * (y * width + x) + channel] = UInt8(colour[channel]) }
      }
    }
  }

  /// Each cell is the mean of four, weighted by how much of them is known.
  private static func halved(width: Int, height: Int, cell: (_ x: Int, _ y: Int) -> SIMD4<UInt8>) -> Level {
    let (halfWidth, halfHeight) = ((width + 1) / 2, (height + 1) / 2)
    var cells: [SIMD4<UInt8>] = []
    cells.reserveCapacity(halfWidth * halfHeight)
    for y in 0..<halfHeight {
      for x in 0..<halfWidth {
        var sum = SIMD4<Int32>.zero
        for upper in 2 * y..<min(2 * y + 2, height) {
          for left in 2 * x..<min(2 * x + 2, width) {
            let known = SIMD4<Int32>(truncatingIfNeeded: cell(left, upper))
            let colour = SIMD4<Int32>(known.x, known.y, known.z, 1)
            sum &+= colour &* known.w
          }
        }
        let weight = max(1, sum.w)
        let mean: SIMD4<Int32> = (sum &+ weight / 2) / weight
        cells.append(SIMD4<UInt8>(truncatingIfNeeded: SIMD4(mean.x, mean.y, mean.z, min(255, sum.w))))
      }
    }
    return Level(width: halfWidth, height: halfHeight, cells: cells)
  }

  /// All of `level` is known then, as far as `smaller` is.
  private static func fill(_ level: inout Level, from smaller: Level) {
    for y in 0..<level.height {
      for x in 0..<level.width {
        let cell = SIMD4<Int32>(truncatingIfNeeded: level.cells[y * level.width + x])
        guard cell.w < 255 else { continue }
        let known: SIMD4<Int32> = cell &* cell.w
        let unknown: SIMD4<Int32> = smaller.colour(x: x, y: y) &* (255 - cell.w)
        let colour: SIMD4<Int32> = (known &+ unknown &+ 127) / 255
        level.cells[y * level.width + x] = SIMD4<UInt8>(truncatingIfNeeded: SIMD4(colour.x, colour.y, colour.z, 255))
      }
    }
  }
}

extension HiddenColours.Level {
  /// At a cell of the level that is twice as large, mixed from the four nearest.
  fileprivate func colour(x: Int, y: Int) -> SIMD4<Int32> {
    let (left, top) = (x / 2, y / 2)
    // A quarter of a cell to the one side or the other of its middle.
    let right = min(width - 1, max(0, left + (x & 1 == 0 ? -1 : 1)))
    let bottom = min(height - 1, max(0, top + (y & 1 == 0 ? -1 : 1)))
    func cell(_ x: Int, _ y: Int) -> SIMD4<Int32> { SIMD4(truncatingIfNeeded: cells[y * width + x]) }
    let nearest: SIMD4<Int32> = cell(left, top) &* 9
    let beside: SIMD4<Int32> = (cell(right, top) &+ cell(left, bottom)) &* 3
    let sum: SIMD4<Int32> = nearest &+ beside &+ cell(right, bottom)
    return (sum &+ 8) / 16
  }
}
