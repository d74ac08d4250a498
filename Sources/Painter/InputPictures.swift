import Cache
import Files
import Images
import Jobs
import NeuralNetwork
import StyleTransfer

/// The photo and the painting, each resized on its own: the photo's long side to the size of a level, the painting's to
/// `style_scale` times that.
struct InputPictures {
  struct Picture {
    var file: Path
    var original: DecodedImage
    var resized: RGBImage
    /// SHA-256 of the size and the pixels as they were read.
    let digest: String

    init(file: Path) throws {
      self.file = file
      let original = try ImageDecoder.decode(path: file)
      self.original = original
      resized = original.image
      digest =
        CacheKey(of: "picture") { fields in
          fields.add("size", [original.image.width, original.image.height])
          fields.add("pixels", bytes: original.image.pixels)
        }.description
    }

    mutating func resize(longSide: Int) {
      let size = original.image.size(longSide: longSide)
      resized = original.image.resized(width: size.width, height: size.height)
    }

    var planes: PlanarPicture {
      PlanarPicture(width: resized.width, height: resized.height, interleaved: resized.pixels)
    }
  }

  var content: Picture?
  var style: Picture?

  private let settings: Settings

  /// Reads the pictures at the size of the result.
  init(_ files: PaintingJob.PictureFiles, _ settings: Settings) throws {
    self.settings = settings
    content = try files.content.map(Picture.init(file:))
    style = try files.style.map(Picture.init(file:))
    try resize(longSide: settings.size)
  }

  /// The result's long side becomes `longSide`.
  mutating func resize(longSide: Int) throws {
    content?.resize(longSide: longSide)
    style?.resize(longSide: settings.styleSize(at: longSide))
    try Self.check(canvas, for: settings.contentLayers + settings.styleLayers)
    try Self.check(style, for: settings.styleLayers)
  }

  /// Whether the pictures are large enough at a stage's size. Only `scales: auto` passes over sizes where they are not: one that
  /// somebody named is an error.
  func allow(_ stage: LadderStep) -> Bool {
    guard settings.scales == .auto, stage.size < settings.size else { return true }
    var resized = self
    return (try? resized.resize(longSide: stage.size)) != nil
  }

  /// The picture whose size the result has.
  var canvas: Picture? { content ?? style }

  /// A picture must leave at least one pixel to the deepest layer.
  private static func check(_ picture: Picture?, for layers: [Settings.WeightedLayer]) throws {
    guard let picture, let deepest = layers.map({ Layer($0.layer) }).max() else { return }
    let (width, height) = (picture.resized.width, picture.resized.height)
    guard deepest.extent(of: min(width, height)) > 0 else {
      throw PictureTooNarrow(
        file: picture.file, width: width, height: height, layer: deepest, needed: 1 << (deepest.block - 1))
    }
  }
}

extension Layer {
  init(_ name: LayerName) { self.init(block: name.block, convolution: name.convolution) }
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
