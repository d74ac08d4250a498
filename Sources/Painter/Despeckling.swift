import Images
import StyleTransfer

extension PlanarPicture {
  /// Without the speckle that searches leave: single pixels of another colour than all around them.
  ///
  /// A pixel's chroma (blue and red without the luma, of ITU-R BT.601 on sRGB's encoded values) becomes the median of the nine pixels
  /// around it; at a border those inside count again. Its luma stays, for that has the grain of brush and canvas. What is two pixels
  /// wide or more, as strokes are, has neighbours of its colour and keeps it.
  ///
  /// - Parameter kept: how much of each pixel stays as it is, 0...1; nil for none.
  package func despeckled(except kept: [Float]?) -> PlanarPicture {
    let pixels = width * height
    let luma = (0..<pixels).map { Luma.of(SIMD3(values[$0], values[pixels + $0], values[2 * pixels + $0])) }
    let red = medians { values[$0] - luma[$0] }
    let blue = medians { values[2 * pixels + $0] - luma[$0] }
    let greenLuma = Luma.of(SIMD3(0, 1, 0))
    var result = self
    for pixel in 0..<pixels {
      // Green is what leaves the luma as it was.
      let green = -Luma.of(SIMD3(red[pixel], 0, blue[pixel])) / greenLuma
      let colour = luma[pixel] + SIMD3(red[pixel], green, blue[pixel])
      let share = 1 - (kept?[pixel] ?? 0)
      for channel in 0..<3 {
        let index = channel * pixels + pixel
        result.values[index] += share * (min(max(colour[channel], 0), 255) - result.values[index])
      }
    }
    return result
  }

  /// Of each pixel and its eight neighbours: `[height][width]`.
  private func medians(of number: (_ pixel: Int) -> Float) -> [Float] {
    let numbers = (0..<width * height).map(number)
    var medians = numbers
    for y in 0..<height {
      let rows: InlineArray<3, Int> = [max(y - 1, 0) * width, y * width, min(y + 1, height - 1) * width]
      for x in 0..<width {
        var around = InlineArray<9, Float>(repeating: 0)
        var count = 0
        let columns: InlineArray<3, Int> = [max(x - 1, 0), x, min(x + 1, width - 1)]
        for row in rows.indices {
          for column in columns.indices {
            around.insert(numbers[rows[row] + columns[column]], among: count)
            count += 1
          }
        }
        medians[y * width + x] = around[4]
      }
    }
    return medians
  }
}

extension InlineArray where Element == Float {
  /// Puts a number in its place among the first `sorted` ones.
  fileprivate mutating func insert(_ number: Float, among sorted: Int) {
    var place = sorted
    while place > 0, self[place - 1] > number {
      self[place] = self[place - 1]
      place -= 1
    }
    self[place] = number
  }
}
