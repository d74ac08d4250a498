internal import Files
internal import Networks

/// The kinds of value that only settings have.
extension SettingsReader {
  /// Layers as a mapping of names to weights, a list of names or one name; a name alone weighs 1.
  mutating func layers(_ key: some CodingKey, of network: Architecture) -> [Settings.WeightedLayer]? {
    guard let written = value(key) else { return nil }
    var layers: [Settings.WeightedLayer] = []
    switch written.content {
    case .mapping(let entries):
      for entry in entries {
        guard let layer = layer(entry.key, at: entry.place, key, of: network, besides: layers) else { continue }
        guard let weight = entry.value.content.number, (0...1e9).contains(weight) else {
          note(
            "found \(entry.value.content.inWords)\(entry.value.oddity); allowed is a number from 0 to \(1e9.written)",
            "\(key.stringValue).\(entry.key)", at: entry.value.place)
          continue
        }
        layers.append(Settings.WeightedLayer(layer, weight: weight))
      }
    case .list(let names):
      for name in names { appendLayer(name, key, of: network, to: &layers) }
    default:
      appendLayer(written, key, of: network, to: &layers)
    }
    if layers.allSatisfy({ $0.weight == 0 }), !problems.contains(where: { isAbout($0, key) }) {
      note("found no layer with a weight; name at least one", key.stringValue, at: written.place)
    }
    return layers.sorted { $0.layer < $1.layer }
  }

  private func isAbout(_ problem: SettingsProblem, _ key: some CodingKey) -> Bool {
    problem.key == key.stringValue || problem.key?.hasPrefix(key.stringValue + ".") == true
  }

  private mutating func appendLayer(
    _ value: SettingsDocument.Value, _ key: some CodingKey, of network: Architecture,
    to layers: inout [Settings.WeightedLayer]
  ) {
    guard let name = value.content.text else {
      refuse(value, key, allowed: "the name of a layer, as block4_conv2, or names with their weights")
      return
    }
    if let layer = layer(name, at: value.place, key, of: network, besides: layers) {
      layers.append(Settings.WeightedLayer(layer, weight: 1))
    }
  }

  private mutating func layer(
    _ name: String, at place: SettingsDocument.Place, _ key: some CodingKey, of network: Architecture,
    besides layers: [Settings.WeightedLayer]
  ) -> Layer? {
    guard let layer = Layer(name), network.has(layer) else {
      let last = Layer(block: 5, convolution: network.convolutionsPerBlock[4])
      let counts = network.convolutionsPerBlock.map(String.init).joined(separator: ", ")
      note(
        "found \(SettingsDocument.Content.plain(name).inWords)\(place.oddity(in: name)), which is no layer; "
          + "\(network.rawValue) has block1_conv1 to \(last), with \(counts) convolutions in its blocks",
        key.stringValue, at: place)
      return nil
    }
    guard !layers.contains(where: { $0.layer == layer }) else {
      note("found \(layer) more than once", key.stringValue, at: place)
      return nil
    }
    return layer
  }

  /// The name of a picture beside the settings file: never a path. Its ending may be left out.
  mutating func pictureName(_ key: some CodingKey, _ role: InputRole) -> String? {
    value(key).flatMap { name($0, key, role, allowed: Self.allowedFile) { _ in true } }
  }

  static let allowedFile =
    "the name of a picture (\(FileRole.pictureEndings)) beside the settings file, without any folder"

  mutating func name(
    _ written: SettingsDocument.Value, _ key: some CodingKey, _ role: InputRole, allowed: String,
    isGood: (String) -> Bool
  ) -> String? {
    let mistake = PictureName(value: written, role: role).mistake
    if mistake == nil, let name = written.content.text, isGood(name) { return name }
    note("found \(written.content.inWords)\(mistake ?? ""); allowed is \(allowed)", key.stringValue, at: written.place)
    return nil
  }

  mutating func scales(_ key: some CodingKey, below size: Int) -> Settings.Scales? {
    read(key, allowed: "none, auto, or a rising list of sizes from 32 to less than the size \(size)") { content in
      switch content {
      case .plain("none"): return Settings.Scales.none
      case .plain("auto"): return .auto
      case .list(let values) where !values.isEmpty && values.count <= 16:
        let sizes = values.compactMap { $0.content.integer(in: 32...max(32, size - 1)) }
        guard sizes.count == values.count, sizes.last! < size, zip(sizes, sizes.dropFirst()).allSatisfy(<) else {
          return nil
        }
        return .sizes(sizes)
      default: return nil
      }
    }
  }

  /// The animation: nil for `false`, which is a value, and without any value where it is no good.
  mutating func animation(_ key: some CodingKey) -> Settings.GIF?? {
    guard let written = value(key) else { return nil }
    var animation = Settings.GIF()
    if case .mapping(let entries) = written.content {
      nested(key, entries) { animation.read(&$0) }
      return .some(animation)
    }
    if let wanted = written.content.truth { return .some(wanted ? animation : nil) }
    refuse(written, key, allowed: "false, or a mapping of width, delay_ms, hold_ms, every and bounce")
    return nil
  }

  /// A limit, or nil for the word that says that there is none.
  mutating func limit(
    _ key: some CodingKey, unless word: String, allowed: String, _ interpret: (SettingsDocument.Content) -> Int?
  ) -> Int? {
    guard let written = value(key), written.content != .plain(word) else { return nil }
    return read(key, allowed: allowed, interpret)
  }

  /// Nil also for the word that leaves the choice to others.
  mutating func flag(_ key: some CodingKey, unless word: String) -> Bool? {
    guard let written = value(key), written.content != .plain(word) else { return nil }
    return read(key, allowed: "true, false, or \(word)", \.truth)
  }
}

extension Settings.GIF {
  fileprivate mutating func read(_ reader: inout SettingsReader) {
    width = reader.integer(CodingKeys.width, in: 16...4096) ?? width
    delayMilliseconds = reader.integer(CodingKeys.delayMilliseconds, in: 20...60_000) ?? delayMilliseconds
    holdMilliseconds = reader.integer(CodingKeys.holdMilliseconds, in: 20...60_000) ?? holdMilliseconds
    every = reader.integer(CodingKeys.every, in: 1...1000) ?? every
    bounce = reader.flag(CodingKeys.bounce) ?? bounce
  }
}
