internal import KernelTypes

/// `c[row][32] = sum over 27 taps of a[tap's offset + row] * b[tap][32]`: rows are neighbouring pixels.
private struct TapProduct: MatrixLoop {
  var a: UnsafePointer<Float>
  var planeStride: Int
  var rowStride: Int
  var b: UnsafePointer<Float>
  var c: UnsafeMutablePointer<Float>
  /// 3; a variable, since the compiler takes minutes over the loops when it unrolls them.
  var extent = 3

  @inline(never)
  func run<R: Rows>(_ rows: R.Type, column: Int) {
    var sums = R()
    var b = b + column
    for plane in 0..<extent {
      for y in 0..<extent {
        let a = a + (plane * planeStride + y * rowStride)
        for x in 0..<extent {
          sums.multiply(a + x, rowStride: 1, load(b), load(b + lanes))
          b += 32
        }
      }
    }
    sums.store(c + column)
  }
}

/// Twelve pixels at a time: two tiles of the mask.
private let run = 12

/// A strip of the picture as the convolution reads it: the means are subtracted, and around the picture is its padding.
private struct PaddedRows {
  let rows: Range<Int>
  let width: Int
  /// `[3][rows.count + 2][width + 2]`.
  let values: UnsafeMutablePointer<Float>

  var rowStride: Int { width + 2 }
  var planeStride: Int { (rows.count + 2) * rowStride }

  init(_ arguments: FirstLayerArguments, rows: Range<Int>, scratch: UnsafeMutablePointer<Float>) {
    self.rows = rows
    width = arguments.output.width
    values = scratch
    let height = arguments.output.height
    for plane in 0..<3 {
      let mean = arguments.means[plane]
      for y in rows.lowerBound - 1...rows.upperBound {
        let target = values + (plane * planeStride + (y - rows.lowerBound + 1) * rowStride)
        guard let place = arguments.padding.place(of: y, extent: height) else {
          target.update(repeating: 0, count: rowStride)
          continue
        }
        let source = arguments.planes + (plane * height + place) * width
        for x in 0..<width { target[x + 1] = Float(Double(source[x]) - mean) }
        target[0] = arguments.padding.place(of: -1, extent: width).map { target[$0 + 1] } ?? 0
        target[width + 1] = arguments.padding.place(of: width, extent: width).map { target[$0 + 1] } ?? 0
      }
    }
  }

  /// The upper left of the nine inputs around a pixel, in the first plane.
  @inline(__always)
  func around(_ y: Int, _ x: Int) -> UnsafePointer<Float> {
    UnsafePointer(values + ((y - rows.lowerBound) * rowStride + x))
  }
}

/// Rows of a tile belong to one call: their mask's words are written together.
@Sendable
func firstLayer(_ arguments: FirstLayerArguments, rows: Range<Int>, scratch: UnsafeMutablePointer<Float>) {
  let output = arguments.output
  let input = PaddedRows(arguments, rows: rows, scratch: scratch)
  withUnsafeTemporaryAllocation(byteCount: run * 128, alignment: 64) { memory in
    let sums = memory.baseAddress!.assumingMemoryBound(to: Float.self)
    for y in rows {
      for pair in 0..<(output.channelGroups + 1) / 2 {
        for x in stride(from: 0, to: output.width, by: run) {
          let count = min(run, output.width - x)
          GroupedProduct.forEachPass(of: count) { first, rows in
            TapProduct(
              a: input.around(y, x + first), planeStride: input.planeStride, rowStride: input.rowStride,
              b: arguments.weights + pair * 27 * 32, c: sums + first * 32
            ).run(rows: rows)
          }
          for group in pair * 2..<min(pair * 2 + 2, output.channelGroups) {
            for pixel in 0..<count {
              addBias(arguments, input, group, y, x + pixel, sums + (pixel * 32 + (group - pair * 2) * 16))
            }
            for half in 0..<(count + 5) / 6 {
              for part in parts {
                var state = TileState()
                BiasReLU(bias: Vector(repeating: 0), watches: false).store(
                  partial: sums + (half * 6 * 32 + (group - pair * 2) * 16 + part), stride: 32,
                  count: min(6, count - half * 6), output.row(y, group: group) + ((x + half * 6) * 16 + part), &state)
                arguments.mask?.write(state.bits, row: y, column: x + half * 6, group: group, part)
              }
            }
          }
        }
      }
    }
  }
}

/// Adds the bias to an output's sums, and settles which are positive: see `TileTarget.settle`. All pixels of an area of one colour
/// would be on the wrong side together.
@inline(__always)
private func addBias(
  _ arguments: FirstLayerArguments, _ input: PaddedRows, _ group: Int, _ y: Int, _ x: Int,
  _ sums: UnsafeMutablePointer<Float>
) {
  var isNear = false
  for part in parts {
    let values = load(sums + part) + load(arguments.bias + group * 16 + part)
    store(values, sums + part)
    isNear = anyNegative(magnitude(values) - nearZero) || isNear
  }
  if !isNear { return }
  for lane in 0..<16 where abs(sums[lane]) < nearZero {
    let weights = arguments.weights + (group / 2 * 27 * 32 + group % 2 * 16 + lane)
    sums[lane] = Float(directSum(input, y, x, weights) + Double(arguments.bias[group * 16 + lane]))
  }
}

/// - Parameter weights: of the 27 taps, 32 apart.
@inline(never)
private func directSum(_ input: PaddedRows, _ y: Int, _ x: Int, _ weights: UnsafePointer<Float>) -> Double {
  let around = input.around(y, x)
  var sum = 0.0
  for tap in 0..<27 {
    let value = around[tap / 9 * input.planeStride + tap / 3 % 3 * input.rowStride + tap % 3]
    sum += Double(value) * Double(weights[tap * 32])
  }
  return sum
}

/// Above the rounding error of 27 products with pixels of up to 255.
private var nearZero: Float { 0x1p-10 }

/// Each output pixel first gives what it adds to the 27 inputs around it; each input then gathers its share from 9 pixels, and so
/// does what lies outside for the pixels that stand in for it.
@Sendable
func firstLayerGradient(
  _ arguments: FirstLayerGradientArguments, rows: Range<Int>, scratch shares: UnsafeMutablePointer<Float>
) {
  let dOutput = arguments.dOutput
  let (height, width) = (dOutput.height, dOutput.width)
  let firstRow = max(0, rows.lowerBound - 1)  // shares are [row - firstRow][width][32]
  for y in firstRow..<min(height, rows.upperBound + 1) {
    GroupedProduct.forEachPass(of: width) { x, count in
      GroupedProduct(
        a: dOutput.row(y, group: 0) + x * 16, aGroupStride: dOutput.groupStride, groups: dOutput.channelGroups,
        b: arguments.weights, c: shares + ((y - firstRow) * width + x) * 32
      ).run(rows: count)
    }
  }
  let gathered = GatheredShares(
    shares: shares, firstRow: firstRow, height: height, width: width, padding: arguments.padding)
  for y in rows {
    for x in 0..<width {
      var sums = gathered.sum(y, x)
      if gathered.mayStandIn(y, x) { sums += gathered.sumOutside(standingIn: y, x) }
      for plane in 0..<3 { arguments.dPlanes[(plane * height + y) * width + x] = sums[plane] }
    }
  }
}

/// What the output pixels give to inputs: `[row - firstRow][width][32]`.
private struct GatheredShares {
  let shares: UnsafeMutablePointer<Float>
  let firstRow: Int
  let height: Int
  let width: Int
  let padding: PaddingKind

  /// Of the input at a place, which may be outside. Lanes are taps: nine neighbours each give three of theirs, one for each
  /// plane.
  @inline(__always)
  func sum(_ y: Int, _ x: Int) -> SIMD4<Float> {
    var sums = SIMD4<Float>(repeating: 0)
    for tapY in 0..<3 where y + 1 - tapY >= 0 && y + 1 - tapY < height {
      for tapX in 0..<3 where x + 1 - tapX >= 0 && x + 1 - tapX < width {
        let share = shares + ((y + 1 - tapY - firstRow) * width + x + 1 - tapX) * 32 + tapY * 3 + tapX
        sums += SIMD4(share[0], share[9], share[18], 0)
      }
    }
    return sums
  }

  /// Whether the pixel is near enough to an edge to stand in for something outside.
  @inline(__always)
  func mayStandIn(_ y: Int, _ x: Int) -> Bool {
    padding != .zero && (y < 2 || y >= height - 2 || x < 2 || x >= width - 2)
  }

  /// Of all places outside for which the pixel stands in.
  @inline(never)
  func sumOutside(standingIn y: Int, _ x: Int) -> SIMD4<Float> {
    var sums = SIMD4<Float>(repeating: 0)
    for indexY in 0..<3 {
      let placeY = indexY == 0 ? y : indexY == 1 ? -1 : height
      if padding.place(of: placeY, extent: height) != y { continue }
      for indexX in 0..<3 {
        let placeX = indexX == 0 ? x : indexX == 1 ? -1 : width
        if padding.place(of: placeX, extent: width) != x || placeY == y && placeX == x { continue }
        sums += sum(placeY, placeX)
      }
    }
    return sums
  }
}
