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

  /// What becomes of a picture whose file is damaged or cut off.
  package enum Damaged: String, Codable, Sendable, CaseIterable {
    case refuse
    /// What is there of it, with grey in place of what is not.
    case paint
  }

  package enum Pooling: String, Codable, Sendable, CaseIterable {
    case average
    case max
  }

  package enum Start: String, Codable, Sendable, CaseIterable {
    case noise
    case content
    /// The finished picture of the same photo that is nearest in the cache; noise where there is none.
    case nearest
  }

  package enum Optimizer: String, Codable, Sendable, CaseIterable {
    case lbfgs
    case adam
  }

  package enum OutputFormat: String, Codable, Sendable, CaseIterable {
    case png
    case jpeg

    package var fileExtension: String { self == .png ? "png" : "jpg" }
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

    package init() {}

    package var delay: Duration { .milliseconds(delayMilliseconds) }
    package var hold: Duration { .milliseconds(holdMilliseconds) }

    package enum CodingKeys: String, CodingKey, CaseIterable {
      case width
      case delayMilliseconds = "delay_ms"
      case holdMilliseconds = "hold_ms"
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
