import Images
import StyleTransfer

/// How light each pixel of a picture is, 0 to 1: what a mask says.
package struct MaskImage {
  let width: Int
  let height: Int
  /// `[height][width]`.
  let values: [Float]

  private init(width: Int, height: Int, values: [Float]) {
    (self.width, self.height, self.values) = (width, height, values)
  }

  package init(_ image: RGBImage) {
    let values = (0..<image.width * image.height).map { pixel in
      let colours = image.pixels[3 * pixel..<3 * pixel + 3]
      return Float(colours.reduce(0) { $0 + Int($1) }) / (3 * 255)
    }
    self.init(width: image.width, height: image.height, values: values)
  }

  init(_ mask: PixelMask) { self.init(width: mask.width, height: mask.height, values: mask.values) }

  package var isBlack: Bool { values.allSatisfy { $0 == 0 } }

  /// The mask at another size: each pixel is the mean of the area that it covers.
  package func averaged(width newWidth: Int, height newHeight: Int) -> PixelMask {
    if (newWidth, newHeight) == (width, height) { return PixelMask(height: height, width: width, values: values) }
    let columns = AreaFilter(from: width, to: newWidth)
    let rows = AreaFilter(from: height, to: newHeight)
    let narrow = (0..<height).map { y in
      columns.windows.map { window in window.sum { values[y * width + $0] } }
    }
    let averaged = rows.windows.flatMap { window in
      (0..<newWidth).map { x in min(1, window.sum { narrow[$0][x] }) }
    }
    return PixelMask(height: newHeight, width: newWidth, values: averaged)
  }
}

/// Which samples of a line a shorter or longer one is made of, by the share of each sample that it covers.
private struct AreaFilter {
  struct Window {
    var first: Int
    /// They add up to 1.
    var weights: [Float]

    func sum(_ value: (Int) -> Float) -> Float {
      weights.indices.reduce(0) { $0 + weights[$1] * value(first + $1) }
    }
  }

  let windows: [Window]

  init(from count: Int, to newCount: Int) {
    let scale = Double(count) / Double(newCount)
    windows = (0..<newCount).map { index in
      let (start, end) = (Double(index) * scale, Double(index + 1) * scale)
      let first = min(count - 1, Int(start))
      let last = max(first + 1, min(count, Int(end.rounded(.up))))
      let covered = (first..<last).map { max(0, min(end, Double($0 + 1)) - max(start, Double($0))) }
      let sum = covered.reduce(0, +)
      return Window(first: first, weights: covered.map { Float($0 / sum) })
    }
  }
}
