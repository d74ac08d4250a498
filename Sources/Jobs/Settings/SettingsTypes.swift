package import Networks

extension Settings {
  package enum Task: String, Codable, Sendable, CaseIterable {
    /// The content of one picture in the style of another.
    case transfer
    /// What layers remember of a picture.
    case content
    /// What Gram matrices remember of a picture.
    case style

    package var usesContent: Bool { self != .style }
    package var usesStyle: Bool { self != .content }
  }

  /// How several paintings are put together.
  package enum Blend: String, Codable, Sendable, CaseIterable {
    /// What the network remembers of them is mixed, and one loss compares with that.
    case grams
    /// Each has a loss of its own.
    case losses
  }

  /// Which photos of a folder are painted.
  package enum Photos: String, Codable, Sendable, CaseIterable {
    /// The one that is the content.
    case one
    /// Each, as a job of its own.
    case all
  }

  /// What becomes of several paintings.
  package enum Styles: String, Codable, Sendable, CaseIterable {
    /// Each photo is painted in the manner of all of them together.
    case mixed
    /// Each photo is painted in each of them, every time as a job of its own: a `Batch`.
    case each
  }

  /// What becomes of a picture whose file is damaged or cut off.
  package enum Damaged: String, Codable, Sendable, CaseIterable {
    case refuse
    /// What is there of it, with grey in place of what is not.
    case paint
  }

  /// What lies behind the transparent parts of photo and paintings.
  package enum Background: String, Codable, Sendable, CaseIterable {
    case white
    /// Nothing: they stay transparent, and take no part.
    case keep
  }

  package enum Pooling: String, Codable, Sendable, CaseIterable {
    case average
    case max
    /// The root of the mean square.
    case l2
  }

  /// What the first convolution sees around the picture.
  package enum Padding: String, Codable, Sendable, CaseIterable {
    /// The mean colour.
    case zero
    /// The pixels at the edges again.
    case replicate
    /// The picture mirrored at its edges.
    case reflect
  }

  package enum Optimizer: String, Codable, Sendable, CaseIterable {
    case lbfgs
    case adam
  }

  /// How the result keeps the photo's colours (Gatys et al., "Preserving Color in Neural Artistic Style Transfer", 2016).
  package enum PreserveColours: String, Codable, Sendable, CaseIterable {
    /// It has the painting's.
    case none
    /// The luma of what was painted, the chroma of the photo.
    case luminance
    /// The painting is given the photo's mean and covariance first.
    case matchBefore = "match_before"
    /// What was painted is given the photo's mean and covariance.
    case matchAfter = "match_after"
  }

  /// How much of the style's weight counts at the sizes of a ladder.
  package enum LadderStyle: String, Codable, Sendable, CaseIterable {
    /// Little at first: the style comes in when the content is there.
    case late
    /// All of it at every size.
    case full
  }

  package enum OutputFormat: String, Codable, Sendable, CaseIterable {
    case png
    case jpeg
    case webp

    package var fileExtension: String { self == .jpeg ? "jpg" : rawValue }
  }

  package enum AnimationFormat: String, Codable, Sendable, CaseIterable {
    case gif
    case webp
    case apng

    /// Another than that of any result, which has the same name.
    package var fileExtension: String {
      switch self {
      case .gif: "gif"
      case .webp: "animation.webp"
      case .apng: "animation.png"
      }
    }
  }

  /// The colours that the result is written in.
  package enum OutputColours: String, Codable, Sendable, CaseIterable {
    case sRGB = "srgb"
    case displayP3 = "display-p3"
    case adobeRGB = "adobe-rgb"
    /// The photo's own; sRGB where it has none that can be written in.
    case same
  }

  /// What becomes of what the photo says of itself.
  package enum Metadata: String, Codable, Sendable, CaseIterable {
    case keep
    case strip
  }

  /// A layer and what its loss counts.
  package struct WeightedLayer: Codable, Sendable, Hashable {
    package var layer: Layer
    package var weight: Double

    package init(_ layer: Layer, weight: Double) {
      self.layer = layer
      self.weight = weight
    }

    package init(_ block: Int, _ convolution: Int, weight: Double) {
      self.init(Layer(block: block, convolution: convolution), weight: weight)
    }
  }

  /// The animation of how the picture came about: one frame per iteration.
  package struct GIF: Codable, Sendable, Hashable {
    /// Widest that a frame may be, in pixels; a smaller result is not enlarged.
    package var width = 400
    package var delayMilliseconds = 200
    /// How long the last frame stays.
    package var holdMilliseconds = 2000
    /// Iterations from frame to frame; the last one is always there.
    package var every = 1
    /// Whether it goes back to the beginning after the last frame.
    package var bounce = false

    package init() {}

    package var delay: Duration { .milliseconds(delayMilliseconds) }
    package var hold: Duration { .milliseconds(holdMilliseconds) }

    /// Which of so many frames are shown, and how long each.
    package func sequence(of count: Int) -> [(frame: Int, duration: Duration)] {
      let forward = (0..<count).filter { $0.isMultiple(of: every) || $0 == count - 1 }
      let back = bounce ? forward.dropFirst().dropLast().reversed() : []
      return (forward + back).map { ($0, $0 == count - 1 ? hold : delay) }
    }

    package enum CodingKeys: String, CodingKey, CaseIterable {
      case width
      case delayMilliseconds = "delay_ms"
      case holdMilliseconds = "hold_ms"
      case every, bounce
    }
  }

  /// The sizes at which a picture is painted before its own, each starting from the one before.
  package enum Scales: Sendable, Hashable {
    case none
    case auto
    /// Long sides in pixels, rising, all below `Settings.size`.
    case sizes([Int])
  }
}

extension Settings.Scales: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let sizes = try? container.decode([Int].self) {
      self = .sizes(sizes)
      return
    }
    switch try container.decode(String.self) {
    case "auto": self = .auto
    case "none": self = .none
    case let text:
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(text)' is neither auto, none nor a list")
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .auto: try container.encode("auto")
    case .none: try container.encode("none")
    case .sizes(let sizes): try container.encode(sizes)
    }
  }
}
