internal import Files
internal import Networks

extension Settings {
  /// Every key, in the order in which people are shown them. A value is read when those above it have been.
  static let rows: [SettingRow] = [
    .choice(.task, \.task),
    SettingRow(.content, \.content, changesPicture: false, schema: SettingSchema.fileName) { reader, _ in
      reader.pictureName(CodingKeys.content, .content)
    } write: {
      $0.map(SettingsDocument.Content.quoted)
    },
    SettingRow(.style, \.style, changesPicture: false, schema: SettingSchema.styles) { reader, _ in
      reader.styles(CodingKeys.style)
    } write: {
      $0.map { SettingsDocument.Content($0.values) }
    },
    // Keys of the cache have the paintings' shares, wherever these are written.
    SettingRow(
      .styleWeights, \.styleWeights, changesPicture: false,
      schema: SettingSchema.list(of: SettingSchema.number(0...1e9), 1...mostStyles)
    ) { reader, _ in
      reader.styleWeights(CodingKeys.styleWeights)
    } write: {
      $0.map(SettingsDocument.Content.numbers)
    },
    .choice(.blend, \.blend),
    SettingRow(.contentMask, \.contentMask, changesPicture: false, schema: SettingSchema.fileName) { reader, _ in
      reader.pictureName(CodingKeys.contentMask, .contentMask)
    } write: {
      $0.map(SettingsDocument.Content.quoted)
    },
    .choice(.photos, \.photos, changesPicture: false),
    // Of each painting alone there is a job that knows nothing of the others.
    SettingRow(.styles, \.styles, changesPicture: false, schema: SettingSchema.words(Styles.self)) { reader, _ in
      reader.stylesChoice(CodingKeys.styles)
    } write: {
      .plain($0.rawValue)
    },
    // Pixels are what counts for the picture, not how many of them are grey.
    .choice(.damaged, \.damaged, changesPicture: false),
    // Their alpha too.
    .choice(.background, \.background, changesPicture: false),
    .choice(.network, \.network),
    .choice(.pooling, \.pooling),
    .choice(.padding, \.padding),
    .layers(.contentLayers, \.contentLayers),
    .layers(.styleLayers, \.styleLayers),
    .flag(.balance, \.balance),
    .number(.strength, \.strength, 0...1),
    .number(.recolour, \.recolour, 0...1),
    .choice(.layerWeights, \.layerWeights),
    .number(.contentWeight, \.contentWeight, 0...1e9),
    .choice(.contentLoss, \.contentLoss),
    .number(.contentDetail, \.contentDetail, 0...1),
    .number(.styleWeight, \.styleWeight, 0...1e9),
    .choice(.styleLoss, \.styleLoss),
    .number(.gramShift, \.gramShift, -1e4...1e4),
    .number(.tvWeight, \.tvWeight, 0...1e9),
    .choice(.tvLoss, \.tvLoss),
    .number(.tvPower, \.tvPower, 0.5...2),
    .flag(.normalizeGradients, \.normalizeGradients),
    .integer(.size, \.size, 32...8192),
    .number(.styleScale, \.styleScale, 0.1...4),
    SettingRow(
      .styleScales, \.styleScales, schema: SettingSchema.list(of: SettingSchema.number(0.1...4), 1...8)
    ) { reader, _ in
      reader.styleScales(CodingKeys.styleScales)
    } write: {
      .numbers($0)
    },
    SettingRow(
      .scales, \.scales,
      schema: SettingSchema.either(
        SettingSchema.words(["none", "auto"]), SettingSchema.list(of: SettingSchema.integer(32...8191), 1...16))
    ) { reader, settings in
      reader.scales(CodingKeys.scales, below: settings.size)
    } write: {
      .init($0)
    },
    .choice(.ladderStyle, \.ladderStyle),
    SettingRow(
      .start, \.start,
      schema: SettingSchema.either(SettingSchema.words(Start.words.map(\.text)), SettingSchema.fileName)
    ) { reader, _ in
      reader.start(CodingKeys.start)
    } write: {
      SettingsDocument.Content($0)
    },
    .number(.startBlend, \.startBlend, 0...1),
    SettingRow(.seed, \.seed, schema: SettingSchema.integer(0...4_294_967_295)) { reader, _ in
      reader.integer(CodingKeys.seed, in: 0...4_294_967_295).map(UInt64.init)
    } write: {
      .plain("\($0)")
    },
    .choice(.optimizer, \.optimizer),
    .integer(.historySize, \.historySize, 1...100),
    .integer(.pyramidLevels, \.pyramidLevels, 0...8),
    .number(.learningRate, \.learningRate, 1e-6...1000),
    .number(.average, \.average, 0...0.9999),
    .flag(.adamWarmStart, \.adamWarmStart),
    .integer(.iterations, \.iterations, 1...1000),
    .integer(.initialIterations, \.initialIterations, orNone: 1...1000),
    .integer(.largeIterations, \.largeIterations, orNone: 1...1000),
    .integer(.evaluationsPerIteration, \.evaluationsPerIteration, 1...1000),
    .number(.tolerance, \.tolerance, 0...1),
    // A picture that it cut short is kept in no cache; any other is the same without it.
    SettingRow(
      .timeLimitSeconds, \.timeLimitSeconds, changesPicture: false,
      schema: SettingSchema.either(SettingSchema.time, SettingSchema.words(["none"]))
    ) { reader, _ in
      reader.timeLimit(CodingKeys.timeLimitSeconds)
    } write: {
      .plain($0.map { TimeLimit.words(seconds: $0) } ?? "none")
    },
    .flag(.despeckle, \.despeckle),
    .choice(.preserveColours, \.preserveColours),
    SettingRow(.colourMask, \.colourMask, changesPicture: false, schema: SettingSchema.fileName) { reader, _ in
      reader.pictureName(CodingKeys.colourMask, .colourMask)
    } write: {
      $0.map(SettingsDocument.Content.quoted)
    },
    SettingRow(.gif, \.gif, schema: SettingSchema.gif) { reader, _ in
      reader.animation(CodingKeys.gif)
    } write: {
      $0.map(SettingsDocument.Content.init) ?? .plain("false")
    },
    .choice(.animation, \.animation),
    .flag(.frames, \.frames),
    .flag(.sideBySide, \.sideBySide),
    .choice(.output, \.output),
    .integer(.jpegQuality, \.jpegQuality, 1...100),
    SettingRow(
      .webpQuality, \.webpQuality,
      schema: SettingSchema.either(SettingSchema.integer(1...100), SettingSchema.words(["lossless"]))
    ) { reader, _ in
      reader.limit(CodingKeys.webpQuality, unless: "lossless", allowed: "lossless, or \((1...100).inWords)") {
        $0.integer(in: 1...100)
      }
    } write: {
      .plain($0.map(String.init) ?? "lossless")
    },
    SettingRow(.outputDepth, \.outputDepth, schema: ["enum": [8, 16]]) { reader, _ in
      reader.read(CodingKeys.outputDepth, allowed: "8 or 16") { content in
        content.integer(in: 8...16).flatMap { [8, 16].contains($0) ? $0 : nil }
      }
    } write: {
      .plain("\($0)")
    },
    .choice(.outputProfile, \.outputProfile),
    .choice(.metadata, \.metadata),
    SettingRow(
      .threads, \.threads, changesPicture: false,
      schema: SettingSchema.either(SettingSchema.integer(1...1024), SettingSchema.words(["auto"]))
    ) { reader, _ in
      reader.limit(CodingKeys.threads, unless: "auto", allowed: "\((1...1024).inWords), or auto") {
        $0.integer(in: 1...1024)
      }
    } write: {
      .plain($0.map(String.init) ?? "auto")
    },
    SettingRow(
      .memoryBytes, \.memoryBytes, changesPicture: false,
      schema: SettingSchema.either(SettingSchema.bytes, SettingSchema.words(["none"]))
    ) { reader, _ in
      reader.limit(
        CodingKeys.memoryBytes, unless: "none", allowed: "a size of 64M or more, as 512M or 2G, or none"
      ) {
        $0.text.flatMap(ByteSize.init).flatMap { $0.bytes >= 64 << 20 ? $0.bytes : nil }
      }
    } write: {
      .plain($0.map { ByteSize(bytes: $0).exact } ?? "none")
    },
    .integer(.priority, \.priority, priorities, changesPicture: false),
    SettingRow(
      .preview, \.preview, changesPicture: false,
      schema: SettingSchema.either(SettingSchema.flag, SettingSchema.words(["auto"]))
    ) { reader, _ in
      reader.flag(CodingKeys.preview, unless: "auto")
    } write: {
      .plain($0.map(String.init) ?? "auto")
    },
    .flag(.force, \.force, changesPicture: false),
  ]

  package static let priorities = -100...100

  /// Those without what the picture doesn't depend on.
  package var ofPicture: Settings {
    var settings = self
    let defaults = Settings(task: task)
    for row in Self.rows where !row.changesPicture { row.take(&settings, defaults) }
    return settings
  }
}
