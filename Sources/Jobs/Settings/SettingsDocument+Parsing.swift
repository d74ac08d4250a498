internal import Yams

extension SettingsDocument {
  /// The most that a settings file may hold, in bytes.
  package static let sizeLimitBytes = 65_536
  /// The deepest that lists and mappings may lie in each other; settings need two.
  private static let depthLimit = 8
  /// An alias multiplies what it stands for, and Yams expands it before anybody can look. No settings file needs
  /// one; this many can do no harm and are then refused by name and line.
  private static let aliasLimit = 16

  /// Reads the YAML (and so also JSON) of a settings file. An empty file is an empty document.
  ///
  /// - Parameter name: what to call it in errors, as a rule the file's.
  /// - Throws: `SettingsError` for what is too large, not text, not YAML, not `key: value` lines, or uses what
  ///   settings have no use for: aliases, tags, several documents.
  package init(parsing bytes: some Collection<UInt8>, source name: String) throws(SettingsError) {
    let source = Source.file(name)
    guard bytes.count <= Self.sizeLimitBytes else {
      throw SettingsError(
        place: Place(source: source), key: nil,
        "found \(bytes.count) bytes; a settings file may hold \(Self.sizeLimitBytes)")
    }
    let text = try SettingsText(decoding: Array(bytes), source: source)
    let root = try Self.value(in: text)
    switch root.content {
    case .null: self.init()
    case .mapping(let entries): self.init(entries: entries)
    default: throw SettingsError(root, insteadOfKeysIn: text)
    }
  }

  /// The one value that a YAML text holds; null for an empty text.
  static func value(in text: SettingsText) throws(SettingsError) -> Value {
    try text.checkCharacters()
    let text = try text.joiningSurrogates()
    let aliases = text.text.matches(of: /\*[A-Za-z0-9_-]/)
    guard aliases.count <= aliasLimit else {
      throw SettingsError(
        place: text.place(behind: text.text[..<aliases[aliasLimit].startIndex].unicodeScalars), key: nil,
        "found more than \(aliasLimit) aliases (*name); write each value out")
    }
    var keys = RepeatedKeys()
    var yaml = text.text
    while true {
      do {
        let root = try root(of: yaml, in: text)
        let repeated = keys.problems(in: root.content)
        guard repeated.isEmpty else { throw SettingsError(repeated) }
        return root
      } catch let error as SettingsError {
        throw error
      } catch YamlError.duplicatedKeysInMapping(_, let context) {
        yaml = try keys.markingKey(in: yaml, line: context.mark.line, column: context.mark.column, of: text)
      } catch let error as YamlError {
        throw SettingsError(error, in: text)
      } catch {
        throw SettingsError(place: Place(source: text.source), key: nil, "\(error)")
      }
    }
  }

  private static func root(of yaml: String, in text: SettingsText) throws -> Value {
    // Nodes hold their anchors weakly: the parser keeps them.
    let parser = try Parser(yaml: yaml, encoding: .utf8)
    return try withExtendedLifetime(parser) {
      guard let root = try parser.singleRoot() else {
        return Value(content: .null, place: Place(source: text.source))
      }
      return try Value(root, in: text, depth: 0)
    }
  }

  fileprivate init(_ mapping: Node.Mapping, in text: SettingsText, depth: Int) throws(SettingsError) {
    self.init()
    for (key, value) in mapping {
      let place = Place(key, in: text)
      guard let name = key.scalar?.string else {
        throw SettingsError(place: place, key: nil, "found a list or mapping as a key; expected a word")
      }
      entries.append(Entry(key: name, place: place, value: try Value(value, in: text, depth: depth)))
    }
  }

  fileprivate static func checkForm(_ node: Node, tag: Tag, place: Place, depth: Int) throws(SettingsError) {
    guard depth <= depthLimit else {
      throw SettingsError(place: place, key: nil, "found lists or mappings more than \(depthLimit) deep")
    }
    guard node.anchor == nil else {
      throw SettingsError(
        place: place, key: nil,
        "found an anchor (&name); write the value out where it is needed, or put it in quotation marks")
    }
    guard tag.rawValue.isEmpty || tag.rawValue == Tag.Name.str.rawValue else {
      throw SettingsError(
        place: place, key: nil,
        "found the tag \(tag.rawValue); settings take none (or put the value in quotation marks)")
    }
  }
}

extension SettingsDocument.Place {
  fileprivate init(_ node: Node, in text: SettingsText) {
    self = node.mark.map { text.place(line: $0.line, column: $0.column) } ?? Self(source: text.source)
  }
}

extension SettingsDocument.Value {
  fileprivate init(_ node: Node, in text: SettingsText, depth: Int) throws(SettingsError) {
    place = SettingsDocument.Place(node, in: text)
    switch node {
    case .scalar(let scalar):
      try SettingsDocument.checkForm(node, tag: scalar.tag, place: place, depth: depth)
      content = .init(scalar)
    case .sequence(let sequence):
      try SettingsDocument.checkForm(node, tag: sequence.tag, place: place, depth: depth)
      var values: [SettingsDocument.Value] = []
      for item in sequence { values.append(try SettingsDocument.Value(item, in: text, depth: depth + 1)) }
      content = .list(values)
    case .mapping(let mapping):
      try SettingsDocument.checkForm(node, tag: mapping.tag, place: place, depth: depth)
      content = .mapping(try SettingsDocument(mapping, in: text, depth: depth + 1).entries)
    case .alias:
      throw SettingsError(place: place, key: nil, "found an alias (*name); write the value out")
    }
  }
}

extension SettingsDocument.Content {
  fileprivate init(_ scalar: Node.Scalar) {
    guard scalar.style == .plain else {
      self = .quoted(scalar.string)
      return
    }
    self = ["", "~", "null", "Null", "NULL"].contains(scalar.string) ? .null : .plain(scalar.string)
  }
}
