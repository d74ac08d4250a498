import Images
import Jobs
import StyleTransfer

/// How the values that are searched among become the colours of a picture, and a picture's colours such values: in one place for
/// what is read, the result, the frames of the animation and the previews.
///
/// The values are sRGB's own, 0...255, as the network was trained on them. Finished pictures lose their speckle here and, where
/// they are to be preserved, get the photo's colours; the search itself knows nothing of it.
struct ColourPlan {
  /// sRGB in and out.
  static let sRGB = ColourPlan()

  /// None for `match_before` too: that is done to the painting.
  private let preserving: Settings.PreserveColours
  private let photo: RGBImage?
  /// Where its colours are preserved; nil for everywhere.
  private let mask: MaskImage?
  /// How opaque the photo is; nil where it is everywhere.
  private let alpha: AlphaPlane?

  private let despeckles: Bool
  /// What of the photo stays as it is; nil for nothing.
  private let kept: MaskImage?

  private init() {
    (preserving, photo, mask, alpha) = (.none, nil, nil, nil)
    (despeckles, kept) = (false, nil)
  }

  /// - Parameter pictures: at the size of the stage.
  init(_ settings: Settings, _ pictures: InputPictures) {
    preserving = settings.preserveColours
    photo = settings.preservesColoursAfterwards ? pictures.content?.resizedAsRead : nil
    mask = pictures.colourMask.map { MaskImage($0) }
    alpha = pictures.alpha
    despeckles = settings.despeckle
    kept = despeckles ? pictures.keptMask.map { MaskImage($0) } : nil
  }

  /// The finished picture on white.
  func preview(of values: PlanarPicture) -> RGBImage {
    let picture = picture(of: values)
    return alpha?.onWhite(picture) ?? picture
  }

  /// - Returns: 8-bit sRGB. It is rounded before it is finished too, as frames are kept and the cache keeps it, so that all of them
  ///   show the same.
  func picture(of values: PlanarPicture) -> RGBImage { picture(of: plainPicture(of: values)) }

  /// A picture of values as they are, finished.
  func picture(of plain: RGBImage) -> RGBImage {
    photo == nil && !despeckles ? plain : plainPicture(of: finished(values(of: plain)))
  }

  /// The values as they are, whatever colours are preserved.
  func plainPicture(of values: PlanarPicture) -> RGBImage {
    RGBImage(width: values.width, height: values.height, pixels: values.interleaved)
  }

  func values(of picture: RGBImage) -> PlanarPicture {
    PlanarPicture(width: picture.width, height: picture.height, interleaved: picture.pixels)
  }

  /// Values of another size; the same where they have it.
  func resized(_ values: PlanarPicture, width: Int, height: Int) -> PlanarPicture {
    if width == values.width && height == values.height { return values }
    return self.values(of: plainPicture(of: values).resized(width: width, height: height))
  }

  /// The values of the finished picture, not rounded.
  func finished(_ values: PlanarPicture) -> PlanarPicture {
    guard despeckles else { return coloured(values) }
    return coloured(values.despeckled(except: kept?.averaged(width: values.width, height: values.height).values))
  }

  private func coloured(_ values: PlanarPicture) -> PlanarPicture {
    let (width, height) = (values.width, values.height)
    guard let photo = photo?.resized(width: width, height: height) else { return values }
    let shares = mask?.averaged(width: width, height: height).values
    switch preserving {
    case .none, .matchBefore: return values
    case .luminance:
      return values.map(shares) { pixel, colour in Luma.colour(luma: Luma.of(colour), chromaOf: photo[pixel]) }
    case .matchAfter:
      guard let match = match(values, photo, shares) else { return values }
      return values.map(shares) { _, colour in
        SIMD3<Float>(match(SIMD3<Double>(colour))).clamped(lowerBound: .zero, upperBound: SIMD3(repeating: 255))
      }
    }
  }

  /// What gives the values the photo's mean and covariance, each pixel counted by how much its colours are preserved and how opaque it is;
  /// nil where that leaves none.
  private func match(_ values: PlanarPicture, _ photo: RGBImage, _ shares: [Float]?) -> ColourMatch? {
    let alpha = alpha?.resized(width: values.width, height: values.height).values
    func weight(_ pixel: Int) -> Double { Double(shares?[pixel] ?? 1) * Double(alpha?[pixel] ?? 255) / 255 }
    let pixels = 0..<values.width * values.height
    guard pixels.contains(where: { weight($0) > 0 }) else { return nil }
    return ColourMatch(
      from: ColourStatistics(count: pixels.count, weight: weight) { SIMD3<Double>(values[$0]) },
      to: ColourStatistics(count: pixels.count, weight: weight) { SIMD3<Double>(SIMD3<Float>(photo[$0])) })
  }
}

extension PlanarPicture {
  /// The colour of a pixel, by its number.
  fileprivate subscript(pixel: Int) -> SIMD3<Float> {
    let pixels = width * height
    return SIMD3(values[pixel], values[pixels + pixel], values[2 * pixels + pixel])
  }

  /// - Parameter shares: how much of each pixel is transformed, 0...1; nil for all.
  fileprivate func map(
    _ shares: [Float]?, _ transform: (_ pixel: Int, _ colour: SIMD3<Float>) -> SIMD3<Float>
  ) -> PlanarPicture {
    var mapped = self
    let pixels = width * height
    for pixel in 0..<pixels {
      let share = shares?[pixel] ?? 1
      let (plain, transformed) = (self[pixel], transform(pixel, self[pixel]))
      let colour: SIMD3<Float> = share * transformed + (1 - share) * plain
      for channel in 0..<3 { mapped.values[channel * pixels + pixel] = colour[channel] }
    }
    return mapped
  }
}

extension RGBImage {
  fileprivate subscript(pixel: Int) -> SIMD3<Float> {
    SIMD3(Float(pixels[3 * pixel]), Float(pixels[3 * pixel + 1]), Float(pixels[3 * pixel + 2]))
  }
}
