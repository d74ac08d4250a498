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
  /// - Throws: `SettingsError` for what is too large, not UTF-8, not YAML, not `key: value` lines, or uses what
  ///   settings have no use for: aliases, tags, several documents.
  package init(parsing bytes: some Collection<UInt8>, source name: String) throws(SettingsError) {
    let source = Source.file(name)
    guard bytes.count <= Self.sizeLimitBytes else {
      throw SettingsError(
        place: Place(source: source), key: nil,
        "found \(bytes.count) bytes; a settings file may hold \(Self.sizeLimitBytes)")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw SettingsError(
        place: Place(source: source), key: nil, "found bytes that are not UTF-8; save it as UTF-8 text")
    }
    let root = try Self.value(parsing: text, source: source)
    switch root.content {
    case .null: self.init()
    case .mapping(let entries): self.init(entries: entries)
    default:
      throw SettingsError(
        place: root.place, key: nil, "found \(root.content.inWords); expected lines of the form `key: value`")
    }
  }

  /// The one value that a YAML text holds; null for an empty text.
  static func value(parsing text: String, source: Source) throws(SettingsError) -> Value {
    let aliases = text.matches(of: /\*[A-Za-z0-9_-]/)
    guard aliases.count <= aliasLimit else {
      let line = text[..<aliases[aliasLimit].startIndex].count(where: \.isNewline) + 1
      throw SettingsError(
        place: Place(source: source, line: line), key: nil,
        "found more than \(aliasLimit) aliases (*name); write each value out")
    }
    do {
      // A byte order mark is no part of the text. Nodes hold their anchors weakly: the parser keeps them.
      let parser = try Parser(yaml: text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text, encoding: .utf8)
      return try withExtendedLifetime(parser) {
        guard let root = try parser.singleRoot() else { return Value(content: .null, place: Place(source: source)) }
        return try Value(root, source: source, depth: 0)
      }
    } catch let error as SettingsError {
      throw error
    } catch let error as YamlError {
      throw SettingsError(error, source: source)
    } catch {
      throw SettingsError(place: Place(source: source), key: nil, "\(error)")
    }
  }

  fileprivate init(_ mapping: Node.Mapping, source: Source, depth: Int) throws(SettingsError) {
    self.init()
    for (key, value) in mapping {
      guard let name = key.scalar?.string else {
        throw SettingsError(
          place: Place(source: source, line: key.mark?.line), key: nil,
          "found a list or mapping as a key; expected a word")
      }
      let place = Place(source: source, line: key.mark?.line)
      entries.append(Entry(key: name, place: place, value: try Value(value, source: source, depth: depth)))
    }
  }

  fileprivate static func checkForm(_ node: Node, tag: Tag, place: Place, depth: Int) throws(SettingsError) {
    guard depth <= depthLimit else {
      throw SettingsError(place: place, key: nil, "found lists or mappings more than \(depthLimit) deep")
    }
    guard node.anchor == nil else {
      throw SettingsError(place: place, key: nil, "found an anchor (&name); write the value out where it is needed")
    }
    guard tag.rawValue.isEmpty || tag.rawValue == Tag.Name.str.rawValue else {
      throw SettingsError(place: place, key: nil, "found the tag \(tag.rawValue); settings take none")
    }
  }
}

extension SettingsDocument.Value {
  fileprivate init(_ node: Node, source: SettingsDocument.Source, depth: Int) throws(SettingsError) {
    place = SettingsDocument.Place(source: source, line: node.mark?.line)
    switch node {
    case .scalar(let scalar):
      try SettingsDocument.checkForm(node, tag: scalar.tag, place: place, depth: depth)
      content = .init(scalar)
    case .sequence(let sequence):
      try SettingsDocument.checkForm(node, tag: sequence.tag, place: place, depth: depth)
      var values: [SettingsDocument.Value] = []
      for item in sequence { values.append(try SettingsDocument.Value(item, source: source, depth: depth + 1)) }
      content = .list(values)
    case .mapping(let mapping):
      try SettingsDocument.checkForm(node, tag: mapping.tag, place: place, depth: depth)
      content = .mapping(try SettingsDocument(mapping, source: source, depth: depth + 1).entries)
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

extension SettingsError {
  fileprivate init(_ error: YamlError, source: SettingsDocument.Source) {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let whole = context.map { "\(problem) \($0.text)" } ?? problem
      self.init(place: .init(source: source, line: mark.line), key: nil, "not valid YAML: \(whole)")
    case .duplicatedKeysInMapping(let keys, let context):
      self.init(
        keys.map {
          SettingsProblem(
            place: .init(source: source, line: context.mark.line), key: $0, complaint: "written more than once")
        })
    case .reader(let problem, _, _, _), .representer(let problem):
      self.init(place: .init(source: source), key: nil, "not valid YAML: \(problem)")
    default:
      self.init(place: .init(source: source), key: nil, "not valid YAML: \(error)")
    }
  }
}
