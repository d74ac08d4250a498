internal import Yams

extension Settings {
  /// These settings written out in full: `Settings(validating:)` gives them back equal.
  package var document: SettingsDocument {
    let place = SettingsDocument.Place(source: .file("settings"))
    let rows = Self.rows.filter { !task.unusedKeys.contains($0.key) }
    return SettingsDocument(
      entries: rows.compactMap { row in
        row.write(self).map { content in
          SettingsDocument.Entry(key: row.key.rawValue, place: place, value: .init(content: content, place: place))
        }
      })
  }

  /// The settings as a YAML file, every key written out.
  package var yaml: String { document.yaml }
}

extension SettingsDocument {
  /// As a YAML text; places are not kept.
  package var yaml: String {
    guard !entries.isEmpty else { return "" }
    do {
      return try serialize(node: Content.mapping(entries).node, width: -1, allowUnicode: true)
    } catch {
      // The emitter fails on malformed event sequences and lack of memory alone.
      preconditionFailure("settings cannot be written as YAML: \(error)")
    }
  }
}

extension SettingsDocument.Content {
  fileprivate static func plain(_ key: String, _ text: String) -> SettingsDocument.Entry {
    let place = SettingsDocument.Place(source: .file("settings"))
    return SettingsDocument.Entry(key: key, place: place, value: .init(content: .plain(text), place: place))
  }

  static func list(_ contents: [Self]) -> Self {
    let place = SettingsDocument.Place(source: .file("settings"))
    return .list(contents.map { .init(content: $0, place: place) })
  }

  static func entry(_ key: some CodingKey, _ content: Self) -> SettingsDocument.Entry {
    let place = SettingsDocument.Place(source: .file("settings"))
    return SettingsDocument.Entry(key: key.stringValue, place: place, value: .init(content: content, place: place))
  }

  static func numbers(_ numbers: [Double]) -> Self { .list(numbers.map { .plain($0.written) }) }

  static func mapping(_ layers: [Settings.WeightedLayer]) -> Self {
    .mapping(layers.map { plain("\($0.layer)", $0.weight.written) })
  }

  init(_ gif: Settings.GIF) {
    typealias Key = Settings.GIF.CodingKeys
    self = .mapping([
      Self.plain(Key.width.rawValue, "\(gif.width)"),
      Self.plain(Key.delayMilliseconds.rawValue, "\(gif.delayMilliseconds)"),
      Self.plain(Key.holdMilliseconds.rawValue, "\(gif.holdMilliseconds)"),
      Self.plain(Key.every.rawValue, "\(gif.every)"),
      Self.plain(Key.bounce.rawValue, "\(gif.bounce)"),
    ])
  }

  init(_ scales: Settings.Scales) {
    self =
      switch scales {
      case .none: .plain("none")
      case .auto: .plain("auto")
      case .sizes(let sizes): .list(sizes.map { .plain("\($0)") })
      }
  }

  fileprivate var node: Node {
    switch self {
    case .null: Node("", .implicit, .plain)
    case .plain(let text): Node(text, .implicit, .plain)
    case .quoted(let text): Node(text, .implicit, .doubleQuoted)
    case .list(let values): Node(values.map(\.content.node), Tag(.seq), .flow)
    case .mapping(let entries): Node(entries.map { (Node($0.key), $0.value.content.node) }, Tag(.map), .block)
    }
  }
}
