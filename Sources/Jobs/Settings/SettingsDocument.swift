/// Settings as written: keys and values as they stand in a file or on the command line, each with its place. Nothing
/// is checked yet but the form; `Settings(validating:)` does the rest.
package struct SettingsDocument: Sendable, Equatable {
  package var entries: [Entry]

  package init(entries: [Entry] = []) {
    self.entries = entries
  }

  /// A key and its value, in the order of writing.
  package struct Entry: Sendable, Equatable {
    package var key: String
    package var place: Place
    package var value: Value
  }

  package struct Value: Sendable, Equatable {
    package var content: Content
    package var place: Place
  }

  package indirect enum Content: Sendable, Equatable {
    /// Nothing, `~` or `null`.
    case null
    /// A number, a word, a truth value: what it is depends on the key.
    case plain(String)
    /// A text in quotation marks: never a number.
    case quoted(String)
    case list([Value])
    case mapping([Entry])
  }

  /// Where something was written, as `cat.yaml:3` or `--set size=300`.
  package struct Place: Sendable, Equatable, CustomStringConvertible {
    package var source: Source
    /// Counted from 1; nil for the whole source.
    package var line: Int?
    /// Counted from 1, in Unicode scalars.
    var column: Int?
    /// What the line has from the column on.
    var rest: Substring?

    package var description: String {
      switch source {
      case .file(let name): line.map { "\(name):\($0)" } ?? name
      case .option(let option): "--set \(option)"
      }
    }
  }

  package enum Source: Sendable, Equatable {
    /// A text of lines, by the name that errors give it.
    case file(String)
    /// What follows `--set` on the command line.
    case option(String)
  }
}

extension SettingsDocument {
  package subscript(key: String) -> Value? { entries.first { $0.key == key }?.value }

  /// These settings with `upper` laid over them: a key of `upper` replaces the same key here, except that the keys
  /// of `gif` are laid over one by one.
  package func overlaid(by upper: SettingsDocument) -> SettingsDocument {
    SettingsDocument(entries: Self.overlay(upper.entries, over: entries, nested: ["gif"]))
  }

  /// These settings with one `KEY=VALUE` of the command line laid over them; `gif.width=300` names a nested key.
  ///
  /// - Throws: `SettingsError` where there is no `=`, no key or the value is not YAML.
  package func setting(_ option: String) throws(SettingsError) -> SettingsDocument {
    let place = Place(source: .option(option))
    let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let path = parts[0].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, path.count <= 2, !path.contains("") else {
      throw SettingsError(place: place, key: nil, "expected KEY=VALUE, as in size=300 or gif.width=300")
    }
    var value = try SettingsDocument.value(in: SettingsText(String(parts[1]), source: place.source))
    for key in path.dropFirst().reversed() {
      value = Value(content: .mapping([Entry(key: key, place: place, value: value)]), place: place)
    }
    let entry = Entry(key: path[0], place: place, value: value)
    return SettingsDocument(entries: Self.overlay([entry], over: entries, nested: path.count == 2 ? [path[0]] : []))
  }

  /// - Parameter nested: the keys whose mappings are laid over each other instead of replaced.
  private static func overlay(_ upper: [Entry], over lower: [Entry], nested: Set<String>) -> [Entry] {
    var result = lower
    for entry in upper {
      guard let index = result.firstIndex(where: { $0.key == entry.key }) else {
        result.append(entry)
        continue
      }
      var entry = entry
      if nested.contains(entry.key), case .mapping(let above) = entry.value.content,
        case .mapping(let below) = result[index].value.content
      {
        entry.value.content = .mapping(overlay(above, over: below, nested: []))
      }
      result[index] = entry
    }
    return result
  }
}
