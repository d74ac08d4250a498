/// A picture: 8-bit sRGB, interleaved, row after row from the top, without padding.
package struct RGBImage: Equatable, Sendable {
  package let width: Int
  package let height: Int
  /// H x W x 3.
  package var pixels: [UInt8]

  package init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(
      width > 0 && height > 0 && pixels.count == width * height * 3, "RGBImage: pixels do not fill H x W x 3")
    self.width = width
    self.height = height
    self.pixels = pixels
  }
}
