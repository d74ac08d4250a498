import Images
import Jobs
import StyleTransfer

/// A picture that was painted, on its way into files: in the colours, depth and format that the settings name, with what is to be
/// said beside it.
struct FinishedPicture {
  private let settings: Settings
  private let profile: OutputProfile
  private var attributes = PictureAttributes()
  /// What could not be as the settings say; for the report.
  private(set) var notes: [String] = []

  /// - Parameter photo: nil where there is none.
  init(_ settings: Settings, photo: DecodedImage?) {
    self.settings = settings
    switch settings.outputProfile {
    case .sRGB: profile = .sRGB
    case .displayP3: profile = .displayP3
    case .adobeRGB: profile = .adobeRGB
    case .same:
      let own = photo == nil ? OutputProfile.sRGB : photo.flatMap { OutputProfile(of: $0) }
      profile = own ?? .sRGB
      if own == nil {
        notes.append("output_profile: the photo's own profile cannot be written in, so the result is sRGB")
      }
    }
    attributes.profile = profile.bytes
    guard settings.metadata == .keep else { return }
    attributes.exif = CarriedEXIF.bytes(of: photo?.exif ?? [])
    attributes.software = "Easel \(Version.current)"
    attributes.xmp = XMPPacket.bytes(creator: attributes.software, description: settings.inWords)
  }

  /// Whether it is in sRGB's 8 bits, as frames are; the last of them is the same picture.
  var isAsFrames: Bool { settings.outputDepth == 8 && profile.bytes.isEmpty }

  /// - Parameter alpha: H x W, or nil for an opaque one.
  /// - Throws: the codec's reason.
  func encoded(_ values: PlanarPicture, alpha: [UInt8]? = nil) throws -> [UInt8] {
    var picture = WritablePicture(width: values.width, height: values.height, samples(values), alpha: alpha)
    picture.attributes = attributes
    switch settings.output {
    case .png: return try PNGEncoder.encode(picture)
    case .jpeg: return try JPEGEncoder.encode(picture, quality: settings.jpegQuality)
    case .webp: return try WebPEncoder.encode(picture, quality: settings.webpEncoding)
    }
  }

  /// Of 16 bits and other colours at once, so that nothing is rounded twice.
  private func samples(_ values: PlanarPicture) -> WritablePicture.Samples {
    if isAsFrames { return .eightBits(values.interleaved) }
    var samples = values.interleaved16
    profile.convert(&samples)
    if settings.outputDepth == 16 { return .sixteenBits(samples) }
    return .eightBits(samples.map { UInt8((UInt32($0) * 255 + 32_767) / 65_535) })
  }
}

extension Settings {
  var webpEncoding: WebPEncoder.Quality { webpQuality.map { .lossy($0) } ?? .lossless }

  /// How a picture was painted, for people who find it without its report.
  fileprivate var inWords: String {
    let defaults = Settings(task: task).document
    let changed = ofPicture.document.entries.filter { defaults[$0.key]?.content != $0.value.content }
    let settings = SettingsDocument(entries: changed).yaml.split(separator: "\n").joined(separator: ", ")
    let method =
      switch task {
      case .transfer: "A photo painted in the style of another picture by neural style transfer"
      case .content: "What a neural network remembers of a photo"
      case .style: "What a neural network remembers of a painting's style"
      }
    return method + (settings.isEmpty ? "" : ", with \(settings)")
  }
}

extension PlanarPicture {
  /// In 65536 levels, rounded: `[height][width][3]`.
  fileprivate var interleaved16: [UInt16] {
    let pixels = width * height
    return [UInt16](unsafeUninitializedCapacity: 3 * pixels) { samples, count in
      for colour in 0..<3 {
        for pixel in 0..<pixels {
          samples[pixel * 3 + colour] = UInt16(max(0, min(65_535, (values[colour * pixels + pixel] * 257).rounded())))
        }
      }
      count = 3 * pixels
    }
  }
}
