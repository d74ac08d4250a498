package import Files

/// One picture that a job works from.
package struct JobInput: Hashable, Codable, Sendable {
  /// Relative to the job's directory, with the name that the user gave: `inputs/cat.content.jpg`. Nil for a remembered style that
  /// is still to come from the library.
  package var file: Path?
  /// Of a painting: its name in the library, or the one to remember it under.
  package var style: StyleUse?
  /// Of a mask: which painting's, from 1.
  package var painting: Int?
  /// The file as it was when it was taken; nil in records of before.
  package var identity: FileIdentity?

  package init(file: Path?, style: StyleUse? = nil, painting: Int? = nil) {
    self.file = file
    self.style = style
    self.painting = painting
  }
}

/// The files that a job works from.
package struct JobInputs: Hashable, Codable, Sendable {
  package var pictures = Inputs<JobInput>()
  /// As `JobInput.file`; nil where none was dropped.
  package var settings: Path?

  package init(_ pictures: Inputs<JobInput>, settings: Path?) {
    self.pictures = pictures
    self.settings = settings
  }

  /// By their paths relative to the job's directory.
  package init(content: Path? = nil, style: Path? = nil, settings: Path? = nil) {
    self.init(
      Inputs(content: content.map { JobInput(file: $0) }, style: style.map { JobInput(file: $0) }), settings: settings)
  }

  /// The paths of a role's pictures, as far as they are there.
  package func files(_ role: InputRole) -> [Path] { pictures[role].compactMap(\.file) }

  private enum CodingKeys: CodingKey { case pictures, settings, content, style }

  /// Reads the form of before too, with one path behind `content` and one behind `style`.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let settings = try container.decodeIfPresent(Path.self, forKey: .settings)
    if let pictures = try container.decodeIfPresent(Inputs<JobInput>.self, forKey: .pictures) {
      self.init(pictures, settings: settings)
    } else {
      let content = try container.decodeIfPresent(Path.self, forKey: .content)
      let style = try container.decodeIfPresent(Path.self, forKey: .style)
      self.init(content: content, style: style, settings: settings)
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(pictures, forKey: .pictures)
    try container.encodeIfPresent(settings, forKey: .settings)
  }
}
