internal import Yams

extension Settings {
  /// These settings written out in full: `Settings(validating:)` gives them back equal.
  package var document: SettingsDocument {
    let place = SettingsDocument.Place(source: .file("settings"))
    let keys = CodingKeys.allCases.filter { !task.unusedKeys.contains($0) }
    return SettingsDocument(
      entries: keys.compactMap { key in
        content(of: key).map { content in
          SettingsDocument.Entry(key: key.rawValue, place: place, value: .init(content: content, place: place))
        }
      })
  }

  /// What stands behind a key in the file, or nil for a picture that is not named.
  private func content(of key: CodingKeys) -> SettingsDocument.Content? {
    switch key {
    case .task: .plain(task.rawValue)
    case .content: content.map(SettingsDocument.Content.quoted)
    case .style: style.map { SettingsDocument.Content.names($0.values) }
    case .photos: .plain(photos.rawValue)
    case .network: .plain(network.rawValue)
    case .pooling: .plain(pooling.rawValue)
    case .contentLayers: .mapping(contentLayers)
    case .styleLayers: .mapping(styleLayers)
    case .contentWeight: .plain(contentWeight.written)
    case .styleWeight: .plain(styleWeight.written)
    case .tvWeight: .plain(tvWeight.written)
    case .size: .plain("\(size)")
    case .styleScale: .plain(styleScale.written)
    case .scales: .init(scales)
    case .start: .plain(start.rawValue)
    case .seed: .plain("\(seed)")
    case .optimizer: .plain(optimizer.rawValue)
    case .historySize: .plain("\(historySize)")
    case .learningRate: .plain(learningRate.written)
    case .iterations: .plain("\(iterations)")
    case .evaluationsPerIteration: .plain("\(evaluationsPerIteration)")
    case .tolerance: .plain(tolerance.written)
    case .gif: gif.map(SettingsDocument.Content.init) ?? .plain("false")
    case .output: .plain(output.rawValue)
    case .jpegQuality: .plain("\(jpegQuality)")
    case .threads: .plain(threads.map(String.init) ?? "auto")
    case .memoryBytes: .plain(memoryBytes.map { "\(SettingsByteSize(bytes: $0))" } ?? "none")
    case .priority: .plain("\(priority)")
    case .preview: .plain(preview.map(String.init) ?? "auto")
    case .force: .plain("\(force)")
    }
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

  /// One name stands alone.
  fileprivate static func names(_ names: [String]) -> Self {
    let place = SettingsDocument.Place(source: .file("settings"))
    return names.count == 1 ? .quoted(names[0]) : .list(names.map { .init(content: .quoted($0), place: place) })
  }

  fileprivate static func mapping(_ layers: [Settings.WeightedLayer]) -> Self {
    .mapping(layers.map { plain("\($0.layer)", $0.weight.written) })
  }

  fileprivate init(_ gif: Settings.GIF) {
    typealias Key = Settings.GIF.CodingKeys
    self = .mapping([
      Self.plain(Key.width.rawValue, "\(gif.width)"),
      Self.plain(Key.delayMilliseconds.rawValue, "\(gif.delayMilliseconds)"),
      Self.plain(Key.holdMilliseconds.rawValue, "\(gif.holdMilliseconds)"),
    ])
  }

  fileprivate init(_ scales: Settings.Scales) {
    let place = SettingsDocument.Place(source: .file("settings"))
    self =
      switch scales {
      case .none: .plain("none")
      case .auto: .plain("auto")
      case .sizes(let sizes): .list(sizes.map { .init(content: .plain("\($0)"), place: place) })
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
