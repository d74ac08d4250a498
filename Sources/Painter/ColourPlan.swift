import Images
import StyleTransfer

/// How the values that are searched among become the colours of a picture, and a picture's colours such values: in one place for
/// what is read, the result, the frames of the animation and the previews.
///
/// The values are sRGB's own, 0...255, as the network was trained on them.
struct ColourPlan {
  /// sRGB in and out.
  static let sRGB = ColourPlan()

  /// - Returns: 8-bit sRGB, rounded.
  func picture(of values: PlanarPicture) -> RGBImage {
    RGBImage(width: values.width, height: values.height, pixels: values.interleaved)
  }

  func values(of picture: RGBImage) -> PlanarPicture {
    PlanarPicture(width: picture.width, height: picture.height, interleaved: picture.pixels)
  }

  /// Values of another size; the same where they have it.
  func resized(_ values: PlanarPicture, width: Int, height: Int) -> PlanarPicture {
    if width == values.width && height == values.height { return values }
    return self.values(of: picture(of: values).resized(width: width, height: height))
  }
}
