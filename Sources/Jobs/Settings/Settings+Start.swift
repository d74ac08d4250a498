internal import Files

/// What a search begins with.
extension Settings {
  package enum Start: Hashable, Sendable {
    case noise
    /// One colour, of 128 in each channel.
    case grey
    case content
    /// The finished picture of the same photo that is nearest in the cache; noise where there is none.
    case nearest
    /// The first painting, at the size of the result.
    case style
    /// A picture of this name beside the settings file, at the size of the result.
    case file(String)

    /// Those that are words.
    static let words: [Start] = [.noise, .grey, .content, .nearest, .style]

    /// As settings have it.
    package var text: String {
      switch self {
      case .noise: "noise"
      case .grey: "gray"
      case .content: "content"
      case .nearest: "nearest"
      case .style: "style"
      case .file(let name): name
      }
    }

    package var file: String? { if case .file(let name) = self { name } else { nil } }

    /// Any text that is none of the words is the name of a file.
    init(_ text: String) { self = Self.words.first { $0.text == text } ?? .file(text) }
  }

  /// What a task can begin with, besides a file.
  func starts(for task: Task) -> [Start] {
    switch task {
    case .transfer: Start.words
    case .content: [.noise, .grey, .nearest]
    // Of Gram matrices alone the gradient at one colour is one colour too, but for the edges.
    case .style: [.noise]
    }
  }
}

extension Settings.Start: Codable {
  package init(from decoder: any Decoder) throws { self.init(try decoder.singleValueContainer().decode(String.self)) }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

extension SettingsReader {
  /// One of the words, or the name of a picture.
  mutating func start(_ key: some CodingKey) -> Settings.Start? {
    guard let written = value(key) else { return nil }
    let words = Settings.Start.words.map(\.text)
    let allowed = words.joined(separator: ", ") + ", or \(Self.allowedFile)"
    guard let text = written.content.text, !words.contains(text) else {
      return read(key, allowed: allowed) { $0.text.map(Settings.Start.init) }
    }
    return name(written, key, .initial, allowed: allowed) { FileRole.isPicture(FileName($0)) }.map { .file($0) }
  }
}

extension SettingsDocument.Content {
  /// A word stands without quotation marks.
  init(_ start: Settings.Start) {
    self = start.file.map(Self.quoted) ?? .plain(start.text)
  }
}
