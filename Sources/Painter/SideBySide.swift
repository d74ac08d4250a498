import Images

/// Pictures in a row, from the left to the right, of one height.
enum SideBySide {
  /// On white, with white between them.
  ///
  /// - Parameter pictures: at least one; the height is that of the last.
  static func row(_ pictures: [RGBImage]) -> RGBImage {
    let height = pictures[pictures.count - 1].height
    let gap = max(4, height / 50)
    let scaled = pictures.map { $0.resized(width: max(1, $0.width * height / $0.height), height: height) }
    let width = scaled.reduce(0) { $0 + $1.width } + gap * (scaled.count - 1)
    var pixels = [UInt8](repeating: 255, count: width * height * 3)
    var left = 0
    for picture in scaled {
      for y in 0..<height {
        let start = 3 * (y * width + left)
        pixels.replaceSubrange(
          start..<start + 3 * picture.width, with: picture.pixels[3 * y * picture.width..<3 * (y + 1) * picture.width])
      }
      left += picture.width + gap
    }
    return RGBImage(width: width, height: height, pixels: pixels)
  }
}
