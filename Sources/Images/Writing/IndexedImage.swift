/// A picture with a palette of its own, for formats and devices of few colours.
package struct IndexedImage: Equatable, Sendable {
  package let width: Int
  package let height: Int
  /// sRGB.
  package let colours: [SIMD3<UInt8>]
  /// H x W, into `colours`.
  package let indices: [UInt8]

  /// At most `count` colours, chosen for the picture, with error diffusion.
  package init(_ image: RGBImage, colours count: Int = 256) {
    var histogram = ColourHistogram()
    histogram.add(image, weight: 1)
    let palette = Palette.covering(histogram.colours, count: count)
    var ditherer = Ditherer(palette: palette)
    (width, height) = (image.width, image.height)
    colours = palette.colours
    indices = ditherer.indices(of: image)
  }
}
