/// All that is wrong with somebody's settings, told at once.
package struct SettingsError: Error, Sendable, Equatable, CustomStringConvertible {
  package let problems: [SettingsProblem]

  package init(_ problems: [SettingsProblem]) {
    self.problems = problems
  }

  package init(place: SettingsDocument.Place, key: String?, _ complaint: String) {
    self.init([SettingsProblem(place: place, key: key, complaint: complaint)])
  }

  /// One problem a line, in the order of the file.
  package var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// One thing that is wrong: where, with which key, and what was found and is allowed.
package struct SettingsProblem: Sendable, Equatable, CustomStringConvertible {
  package var place: SettingsDocument.Place
  /// Dotted where nested, as `gif.width`; nil where the trouble is no key's.
  package var key: String?
  package var complaint: String

  /// As in `cat.yaml:3: size: found 'huge'; allowed is a whole number from 16 to 8192`.
  package var description: String { "\(place): " + (key.map { "\($0): " } ?? "") + complaint }
}

extension SettingsDocument.Content {
  /// What it is, for an error: `'huge'`, `a list`.
  var inWords: String {
    switch self {
    case .null: "nothing"
    case .plain(let text): "'\(text.shortened)'"
    case .quoted(let text): "the text \"\(text.shortened)\""
    case .list: "a list"
    case .mapping: "a mapping"
    }
  }
}

extension StringProtocol {
  /// At most 60 characters, on one line and without characters that do something to a terminal.
  var shortened: String {
    let line = String(
      String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    return line.count <= 60 ? line : line.prefix(57) + "..."
  }
}
