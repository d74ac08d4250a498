import Cache
import Files
import Images
import Jobs
import Networks
import StyleTransfer

/// Where one of a job's pictures lies.
struct InputFile {
  var path: Path
  /// Of a painting: its name in the library, or the one to remember it under.
  var style: StyleUse?
  /// Of a mask: which painting's, from 1.
  var painting: Int?
}

/// The photo and the paintings, each resized on its own: the photo's long side to the size of a level, a painting's to
/// `style_scale` times that, and each of `style_scales` times that where targets are made of it.
///
/// Sizes are known at once, and whether the memory is enough; pixels are made when they are asked for.
struct InputPictures {
  struct Picture {
    var file: Path
    let original: DecodedImage
    /// What is painted: with other colours, or as it was read.
    private var painted: DecodedImage
    private(set) var isRecoloured = false
    /// Of a mask: which painting's, from 1.
    let painting: Int?
    /// SHA-256 of the size and the pixels as they were read.
    let digest: String
    private var scaled: ScaledImage

    /// - Parameter keepingAlpha: whether what is transparent stays so, or lies on white.
    init(_ input: InputFile, acceptingDamage: Bool, keepingAlpha: Bool) throws {
      (file, painting) = (input.path, input.painting)
      let original = try ImageDecoder.decode(
        path: file, acceptingDamage: acceptingDamage, keepingAlpha: keepingAlpha)
      self.original = original
      painted = original
      scaled = ScaledImage(painted, width: original.image.width, height: original.image.height)
      digest =
        CacheKey(of: "picture") { fields in
          fields.add("size", [original.image.width, original.image.height])
          fields.add("pixels", bytes: original.image.pixels)
          if let alpha = original.alpha { fields.add("alpha", bytes: alpha.values) }
        }.description
    }

    /// Gives it a mean and covariance of colours, or `share` of them. Its digest stays that of the file's pixels.
    mutating func matchColours(_ target: ColourStatistics, share: Double = 1) {
      isRecoloured = true
      painted.image = ColourMatch(from: original.statistics, to: target)(original.image, share: share)
      scaled = ScaledImage(painted, width: scaled.width, height: scaled.height)
    }

    mutating func resize(longSide: Int) {
      let size = original.image.size(longSide: longSide)
      resize(width: size.width, height: size.height)
    }

    mutating func resize(width: Int, height: Int) {
      if (width, height) == (scaled.width, scaled.height) { return }
      scaled = ScaledImage(painted, width: width, height: height)
    }

    /// In pixels, as it is painted.
    var width: Int { scaled.width }
    var height: Int { scaled.height }
    var resized: RGBImage { scaled.image }
    /// Of that size; nil where every pixel is opaque, or lies on white.
    var alpha: AlphaPlane? { scaled.alpha }

    /// As it is painted, with other sides.
    func painted(width: Int, height: Int) -> RGBImage { painted.image.resized(width: width, height: height) }

    /// The same with the colours of the file.
    var resizedAsRead: RGBImage { original.image.resized(width: width, height: height) }

    /// That as it looks on white.
    var onWhite: RGBImage { alpha?.onWhite(resizedAsRead) ?? resizedAsRead }

    var planes: PlanarPicture { ColourPlan.sRGB.values(of: resized) }
  }

  /// A picture with other sides, made when it is first asked for.
  private final class ScaledImage {
    let width: Int
    let height: Int
    private let original: DecodedImage
    private(set) lazy var image = original.image.resized(width: width, height: height)
    private(set) lazy var alpha = original.alpha?.resized(width: width, height: height)

    init(_ original: DecodedImage, width: Int, height: Int) {
      self.original = original
      self.width = width
      self.height = height
    }
  }

  private(set) var pictures: Inputs<Picture>
  /// Those that targets are made of, as losses know them: each painting in each of its sizes.
  private(set) var all: [(source: LossPicture, picture: Picture)] = []
  /// How much each painting counts; they add up to 1.
  let styleShares: [Double]
  /// Width and height of the result in pixels, where they are not those of a picture.
  private var resultSize: (width: Int, height: Int)?

  let settings: Settings

  /// Reads the pictures; they are painted at the size of the result.
  init(_ files: Inputs<InputFile>, _ settings: Settings) throws {
    try self.init(reading: files, settings)
    try resize(longSide: settings.size)
  }

  /// Reads the pictures for a result of that width and height, to which the photo is resized whatever its proportions.
  ///
  /// - Parameter styleSize: the paintings' width and height, if not as the settings say.
  init(
    _ files: Inputs<InputFile>, _ settings: Settings, result: (width: Int, height: Int),
    style styleSize: (width: Int, height: Int)?
  ) throws {
    try self.init(reading: files, settings)
    resultSize = result
    resize(.content) { $0.resize(width: result.width, height: result.height) }
    resizePaintings { [settings] style, scale in
      if let styleSize {
        func scaled(_ side: Int) -> Int { max(1, Int((Double(side) * scale).rounded())) }
        style.resize(width: scaled(styleSize.width), height: scaled(styleSize.height))
      } else {
        style.resize(longSide: settings.styleSize(at: max(result.width, result.height), scale: scale))
      }
    }
    resizeOthers()
    try check()
  }

  private init(reading files: Inputs<InputFile>, _ settings: Settings) throws {
    self.settings = settings
    styleShares = files[.style].isEmpty ? [] : try settings.styleShares(of: files[.style].count)
    pictures = Inputs()
    for (role, file) in files.all {
      let picture = try Picture(
        file, acceptingDamage: settings.damaged == .paint, keepingAlpha: settings.background == .keep && !role.isMask)
      pictures.append(picture, as: role)
    }
    try checkVisibility()
    try checkMasks()
    try checkStart()
    matchColours()
  }

  /// Gives the paintings the photo's colours, or the photo the paintings'.
  private mutating func matchColours() {
    guard let photo = content, !pictures[.style].isEmpty else { return }
    if settings.preserveColours == .matchBefore {
      let colours = photo.original.statistics
      for index in pictures[.style].indices { pictures[.style][index].matchColours(colours) }
    }
    if settings.recolouring > 0 {
      let colours = ColourStatistics(mixing: pictures[.style].map(\.original.statistics), shares: styleShares)
      pictures[.content][0].matchColours(colours, share: settings.recolouring)
    }
  }

  /// The result's long side becomes `longSide`.
  mutating func resize(longSide: Int) throws {
    resize(.content) { $0.resize(longSide: longSide) }
    resizePaintings { [settings] in $0.resize(longSide: settings.styleSize(at: longSide, scale: $1)) }
    resizeOthers()
    try check()
  }

  /// To the sizes of what they are laid over.
  private mutating func resizeOthers() {
    let canvas = canvasSize
    for role in [InputRole.mask, .contentMask, .colourMask, .initial] {
      resize(role) { $0.resize(width: canvas.width, height: canvas.height) }
    }
    resize(.styleMask) { [paintings = pictures[.style]] mask in
      let painting = paintings[(mask.painting ?? 1) - 1]
      mask.resize(width: painting.width, height: painting.height)
    }
  }

  /// - Parameter resize: brings a painting to one of its sizes.
  private mutating func resizePaintings(_ resize: (_ painting: inout Picture, _ scale: Double) -> Void) {
    self.resize(.style) { resize(&$0, 1) }
    all = pictures[.content].enumerated().map { (LossPicture(role: .content, index: $0), $1) }
    for (index, painting) in pictures[.style].enumerated() {
      for (number, scale) in settings.styleScales.enumerated() {
        var scaled = painting
        resize(&scaled, scale)
        all.append((LossPicture(role: .style, index: index, scale: number), scaled))
      }
    }
  }

  private mutating func resize(_ role: InputRole, _ resize: (inout Picture) -> Void) {
    for index in pictures[role].indices { resize(&pictures[role][index]) }
  }

  /// The way of a search with these settings, at the sizes at which the pictures are large enough. Only `scales: auto` passes over
  /// sizes where they are not: one that somebody named is an error.
  func stages(of settings: Settings) -> [LadderStep] { settings.stages(at: settings.levels.filter(allow)) }

  private func allow(_ size: Int) -> Bool {
    guard settings.scales == .auto, size < settings.size else { return true }
    var resized = self
    return (try? resized.resize(longSide: size)) != nil
  }

  var content: Picture? { pictures[.content].first }

  /// All of them, by what they are for.
  var byRole: [(role: InputRole, picture: Picture)] { pictures.all.map { ($0.role, $0.value) } }

  /// What the pictures of a role are, for keys of the cache: nil where there is none.
  func digest(_ role: InputRole) -> String? {
    if pictures[role].isEmpty { return nil }
    return pictures[role].map { picture in (picture.painting.map { "\($0):" } ?? "") + picture.digest }.joined(
      separator: " ")
  }

  /// What is written of the photo beside the result's pixels, for keys of the cache: nothing where nothing is.
  func writtenDigest(_ settings: Settings) -> String {
    guard let photo = content?.original else { return "" }
    let colours = settings.outputProfile == .same ? OutputProfile(of: photo)?.bytes ?? [0] : []
    let exif = settings.metadata == .keep ? photo.exif : []
    guard !colours.isEmpty || !exif.isEmpty else { return "" }
    return CacheKey(of: "written") { fields in
      fields.add("profile", bytes: colours)
      fields.add("exif", bytes: exif)
    }.description
  }

  /// The picture whose size the result has.
  var canvas: Picture? { content ?? pictures[.style].first }

  /// Width and height of the result, in pixels.
  var canvasSize: (width: Int, height: Int) {
    resultSize ?? canvas.map { ($0.width, $0.height) } ?? (0, 0)
  }

  private func check() throws {
    if let file = canvas?.file {
      try Self.check(file, canvasSize, for: settings.contentLayers + settings.styleLayers)
    }
    for (source, style) in all where source.role == .style {
      try Self.check(style.file, (style.width, style.height), for: settings.styleLayers)
    }
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

extension DecodedImage {
  /// Of its colours, as far as they can be seen.
  fileprivate var statistics: ColourStatistics { ColourStatistics(of: image, alpha: alpha) }
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
