import Images

/// A white picture to put others and texts on. What lies outside is left out.
struct SheetCanvas {
  /// Red, green and blue.
  typealias Colour = (UInt8, UInt8, UInt8)

  let width: Int
  let height: Int
  /// H x W x 3.
  private var pixels: [UInt8]

  init(width: Int, height: Int) {
    (self.width, self.height) = (width, height)
    pixels = [UInt8](repeating: 255, count: width * height * 3)
  }

  var image: RGBImage { RGBImage(width: width, height: height, pixels: pixels) }

  mutating func fill(x: Int, y: Int, width: Int, height: Int, _ colour: Colour) {
    for row in (y..<y + height).clamped(to: 0..<self.height) {
      for column in (x..<x + width).clamped(to: 0..<self.width) {
        let pixel = 3 * (row * self.width + column)
        (pixels[pixel], pixels[pixel + 1], pixels[pixel + 2]) = colour
      }
    }
  }

  /// - Parameter picture: which lies within.
  mutating func put(_ picture: RGBImage, x: Int, y: Int) {
    for row in 0..<picture.height {
      let start = 3 * ((y + row) * width + x)
      pixels.replaceSubrange(
        start..<start + 3 * picture.width,
        with: picture.pixels[3 * row * picture.width..<3 * (row + 1) * picture.width])
    }
  }

  /// - Parameters:
  ///   - x: the left side of the first letter.
  ///   - y: the upper side of the letters.
  ///   - scale: the sides of a dot in pixels.
  mutating func write(_ text: [UInt8], x: Int, y: Int, scale: Int, _ colour: Colour) {
    for (place, character) in text.enumerated() {
      for (row, dots) in PixelFont.rows(of: character).enumerated() {
        for column in 0..<PixelFont.width where dots & (16 >> column) != 0 {
          fill(
            x: x + (place * PixelFont.advance + column) * scale, y: y + row * scale, width: scale, height: scale, colour
          )
        }
      }
    }
  }
}
