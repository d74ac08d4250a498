import Cache
import Files
import Images
import Jobs
import Networks
import StyleTransfer

/// The photo and the painting, each resized on its own: the photo's long side to the size of a level, the painting's to
/// `style_scale` times that.
///
/// Sizes are known at once, and whether the memory is enough; pixels are made when they are asked for.
struct InputPictures {
  struct Picture {
    var file: Path
    var original: DecodedImage
    /// SHA-256 of the size and the pixels as they were read.
    let digest: String
    private var scaled: ScaledImage

    init(file: Path) throws {
      self.file = file
      let original = try ImageDecoder.decode(path: file)
      self.original = original
      scaled = ScaledImage(original.image, width: original.image.width, height: original.image.height)
      digest =
        CacheKey(of: "picture") { fields in
          fields.add("size", [original.image.width, original.image.height])
          fields.add("pixels", bytes: original.image.pixels)
        }.description
    }

    mutating func resize(longSide: Int) {
      let size = original.image.size(longSide: longSide)
      resize(width: size.width, height: size.height)
    }

    mutating func resize(width: Int, height: Int) {
      if (width, height) == (scaled.width, scaled.height) { return }
      scaled = ScaledImage(original.image, width: width, height: height)
    }

    /// In pixels, as it is painted.
    var width: Int { scaled.width }
    var height: Int { scaled.height }
    var resized: RGBImage { scaled.image }

    var planes: PlanarPicture {
      let image = resized
      return PlanarPicture(width: image.width, height: image.height, interleaved: image.pixels)
    }
  }

  /// A picture with other sides, made when it is first asked for.
  private final class ScaledImage {
    let width: Int
    let height: Int
    private let original: RGBImage
    private(set) lazy var image = original.resized(width: width, height: height)

    init(_ original: RGBImage, width: Int, height: Int) {
      self.original = original
      self.width = width
      self.height = height
    }
  }

  private(set) var content: Picture?
  private(set) var style: Picture?
  /// Width and height of the result in pixels, where they are not those of a picture.
  private var resultSize: (width: Int, height: Int)?

  private let settings: Settings

  /// Reads the pictures; they are painted at the size of the result.
  init(_ files: PaintingJob.PictureFiles, _ settings: Settings) throws {
    try self.init(reading: files, settings)
    try resize(longSide: settings.size)
  }

  /// Reads the pictures for a result of that width and height, to which the photo is resized whatever its proportions.
  ///
  /// - Parameter style: the painting's width and height, if not as the settings say.
  init(
    _ files: PaintingJob.PictureFiles, _ settings: Settings, result: (width: Int, height: Int),
    style styleSize: (width: Int, height: Int)?
  ) throws {
    try self.init(reading: files, settings)
    resultSize = result
    content?.resize(width: result.width, height: result.height)
    if let styleSize {
      style?.resize(width: styleSize.width, height: styleSize.height)
    } else {
      style?.resize(longSide: settings.styleSize(at: max(result.width, result.height)))
    }
    try check()
  }

  private init(reading files: PaintingJob.PictureFiles, _ settings: Settings) throws {
    self.settings = settings
    content = try files.content.map(Picture.init(file:))
    style = try files.style.map(Picture.init(file:))
  }

  /// The result's long side becomes `longSide`.
  mutating func resize(longSide: Int) throws {
    content?.resize(longSide: longSide)
    style?.resize(longSide: settings.styleSize(at: longSide))
    try check()
  }

  /// Whether the pictures are large enough at a stage's size. Only `scales: auto` passes over sizes where they are not: one that
  /// somebody named is an error.
  func allow(_ stage: LadderStep) -> Bool {
    guard settings.scales == .auto, stage.size < settings.size else { return true }
    var resized = self
    return (try? resized.resize(longSide: stage.size)) != nil
  }

  /// The picture that targets are made of.
  subscript(_ picture: LossPicture) -> Picture? {
    switch picture {
    case .content: content
    case .style: style
    }
  }

  /// The picture whose size the result has.
  var canvas: Picture? { content ?? style }

  /// Width and height of the result, in pixels.
  var canvasSize: (width: Int, height: Int) {
    resultSize ?? canvas.map { ($0.width, $0.height) } ?? (0, 0)
  }

  private func check() throws {
    if let file = canvas?.file {
      try Self.check(file, canvasSize, for: settings.contentLayers + settings.styleLayers)
    }
    if let style { try Self.check(style.file, (style.width, style.height), for: settings.styleLayers) }
  }

  /// A picture must leave at least one pixel to the deepest layer.
  private static func check(
    _ file: Path, _ size: (width: Int, height: Int), for layers: [Settings.WeightedLayer]
  ) throws {
    guard let deepest = layers.map(\.layer).max(), deepest.extent(of: min(size.width, size.height)) == 0 else { return }
    throw PictureTooNarrow(
      file: file, width: size.width, height: size.height, layer: deepest, needed: 1 << (deepest.block - 1))
  }
}

struct PictureTooNarrow: Error, CustomStringConvertible {
  let file: Path
  let width: Int
  let height: Int
  let layer: Layer
  let needed: Int

  var description: String {
    """
    \(file): becomes \(width)x\(height) pixels, and layer \(layer) needs at least \(needed) on each side; \
    set a larger size or leave the deep layers out
    """
  }
}
