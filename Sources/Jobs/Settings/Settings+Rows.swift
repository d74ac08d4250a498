internal import Files
internal import Networks

extension Settings {
  /// Every key, in the order in which people are shown them. A value is read when those above it have been.
  static let rows: [SettingRow] = [
    .choice(.task, \.task),
    SettingRow(.content, \.content, changesPicture: false) { reader, _ in
      reader.pictureName(CodingKeys.content)
    } write: {
      $0.map(SettingsDocument.Content.quoted)
    },
    SettingRow(.style, \.style, changesPicture: false) { reader, _ in
      reader.styles(CodingKeys.style)
    } write: {
      $0.map { SettingsDocument.Content($0.values) }
    },
    // Keys of the cache have the paintings' shares, wherever these are written.
    SettingRow(.styleWeights, \.styleWeights, changesPicture: false) { reader, _ in
      reader.styleWeights(CodingKeys.styleWeights)
    } write: {
      $0.map(SettingsDocument.Content.numbers)
    },
    .choice(.blend, \.blend),
    .choice(.photos, \.photos, changesPicture: false),
    // Pixels are what counts for the picture, not how many of them are grey.
    .choice(.damaged, \.damaged, changesPicture: false),
    SettingRow(.network, \.network) { reader, _ in
      reader.network(CodingKeys.network)
    } write: {
      .plain($0.rawValue)
    },
    .choice(.pooling, \.pooling),
    .layers(.contentLayers, \.contentLayers),
    .layers(.styleLayers, \.styleLayers),
    .number(.contentWeight, \.contentWeight, 0...1e9),
    .number(.styleWeight, \.styleWeight, 0...1e9),
    .number(.tvWeight, \.tvWeight, 0...1e9),
    .integer(.size, \.size, 32...8192),
    .number(.styleScale, \.styleScale, 0.1...4),
    SettingRow(.styleScales, \.styleScales) { reader, _ in
      reader.styleScales(CodingKeys.styleScales)
    } write: {
      .numbers($0)
    },
    SettingRow(.scales, \.scales) { reader, settings in
      reader.scales(CodingKeys.scales, below: settings.size)
    } write: {
      .init($0)
    },
    .choice(.start, \.start),
    SettingRow(.seed, \.seed) { reader, _ in
      reader.integer(CodingKeys.seed, in: 0...4_294_967_295).map(UInt64.init)
    } write: {
      .plain("\($0)")
    },
    .choice(.optimizer, \.optimizer),
    .integer(.historySize, \.historySize, 1...100),
    .number(.learningRate, \.learningRate, 1e-6...1000),
    .integer(.iterations, \.iterations, 1...1000),
    .integer(.evaluationsPerIteration, \.evaluationsPerIteration, 1...1000),
    .number(.tolerance, \.tolerance, 0...1),
    SettingRow(.gif, \.gif) { reader, _ in
      reader.animation(CodingKeys.gif)
    } write: {
      $0.map(SettingsDocument.Content.init) ?? .plain("false")
    },
    .choice(.output, \.output),
    .integer(.jpegQuality, \.jpegQuality, 1...100),
    SettingRow(.threads, \.threads, changesPicture: false) { reader, _ in
      reader.limit(CodingKeys.threads, unless: "auto", allowed: "\((1...1024).inWords), or auto") {
        $0.integer(in: 1...1024)
      }
    } write: {
      .plain($0.map(String.init) ?? "auto")
    },
    SettingRow(.memoryBytes, \.memoryBytes, changesPicture: false) { reader, _ in
      reader.limit(
        CodingKeys.memoryBytes, unless: "none", allowed: "a size of 64M or more, as 512M or 2G, or none"
      ) {
        $0.text.flatMap(ByteSize.init).flatMap { $0.bytes >= 64 << 20 ? $0.bytes : nil }
      }
    } write: {
      .plain($0.map { ByteSize(bytes: $0).exact } ?? "none")
    },
    .integer(.priority, \.priority, -100...100, changesPicture: false),
    SettingRow(.preview, \.preview, changesPicture: false) { reader, _ in
      reader.flag(CodingKeys.preview, unless: "auto")
    } write: {
      .plain($0.map(String.init) ?? "auto")
    },
    SettingRow(.force, \.force, changesPicture: false) { reader, _ in
      reader.flag(CodingKeys.force)
    } write: {
      .plain("\($0)")
    },
  ]

  /// Those without what the picture doesn't depend on.
  package var ofPicture: Settings {
    var settings = self
    let defaults = Settings(task: task)
    for row in Self.rows where !row.changesPicture { row.take(&settings, defaults) }
    return settings
  }
}
