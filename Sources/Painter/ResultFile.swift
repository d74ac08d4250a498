import Jobs

/// A file of a finished painting.
struct ResultFile {
  enum Kind: Hashable {
    case picture
    case animation
    case sideBySide
    /// The picture after an iteration, counted from 1 over all sizes.
    case frame(Int)
  }

  let kind: Kind
  let bytes: [UInt8]

  init(_ kind: Kind, _ bytes: [UInt8]) { (self.kind, self.bytes) = (kind, bytes) }
}

extension ResultFile.Kind {
  private static let frames = "frames/"
  private static let sideBySideName = "side-by-side"

  /// The folder that it belongs into, below that of the result.
  var folder: String? {
    if case .frame = self { "frames" } else { nil }
  }

  /// Its path in the folder of the result.
  func path(_ name: String, _ settings: Settings) -> String {
    switch self {
    case .picture: "\(name).\(settings.output.fileExtension)"
    case .animation: "\(name).\(settings.animation.fileExtension)"
    case .sideBySide: "\(name).\(Self.sideBySideName).png"
    case .frame: "\(tensor).png"
    }
  }

  /// Its name in the cache.
  var tensor: String {
    switch self {
    case .picture: "picture"
    case .animation: "animation"
    case .sideBySide: Self.sideBySideName
    case .frame(let iteration):
      Self.frames + String(repeating: "0", count: max(0, 4 - "\(iteration)".count)) + "\(iteration)"
    }
  }

  /// Nil for what is none of these.
  init?(tensor: String) {
    if let kind = [Self.picture, .animation, .sideBySide].first(where: { $0.tensor == tensor }) {
      self = kind
    } else if tensor.hasPrefix(Self.frames), let iteration = Int(tensor.dropFirst(Self.frames.count)) {
      self = .frame(iteration)
    } else {
      return nil
    }
  }
}

extension Settings {
  /// Whether the files are all that these settings ask for.
  func areComplete(_ files: [ResultFile]) -> Bool {
    let kinds = Set(files.map(\.kind))
    return kinds.contains(.picture) && kinds.contains(.animation) == (gif != nil)
      && kinds.contains(.sideBySide) == sideBySide && kinds.contains { $0.folder != nil } == frames
  }
}
