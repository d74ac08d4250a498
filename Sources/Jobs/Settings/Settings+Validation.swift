internal import Networks

extension Settings {
  private typealias Key = CodingKeys

  /// The defaults of the task, with the preset that `document` names and then `document` itself laid over them.
  ///
  /// - Throws: `SettingsError` with every unknown key, wrong type, value out of range and contradiction.
  package init(validating document: SettingsDocument) throws(SettingsError) {
    var problems: [SettingsProblem] = []
    var entries = Self.withPreset(Self.withoutOldNames(document, &problems), &problems).entries
    var reader = SettingsReader(entries)
    self.init(task: reader.choice(Key.task, of: Task.self) ?? .transfer)

    problems += removeUnused(from: &entries)
    reader = SettingsReader(entries)
    readModel(&reader)
    readPictures(&reader)
    readOptimisation(&reader)
    readResult(&reader)
    readRun(&reader)
    reader.noteUnknownKeys()
    problems += reader.problems
    guard problems.isEmpty else {
      throw SettingsError(problems.sorted { $0.place.line ?? .max < $1.place.line ?? .max })
    }
  }

  /// Keys that had other names before.
  private static let oldNames = ["contents": Key.photos.rawValue]

  private static func withoutOldNames(
    _ document: SettingsDocument, _ problems: inout [SettingsProblem]
  ) -> SettingsDocument {
    var renamed = document
    for (index, entry) in document.entries.enumerated() {
      guard let name = oldNames[entry.key] else { continue }
      renamed.entries[index].key = name
      guard document[name] != nil else { continue }
      problems.append(
        SettingsProblem(place: entry.place, key: entry.key, complaint: "the same as \(name); leave this key out"))
    }
    return renamed
  }

  /// Lays the document over its preset, and takes the key out.
  private static func withPreset(_ document: SettingsDocument, _ problems: inout [SettingsProblem]) -> SettingsDocument
  {
    guard let named = document[Preset.key] else { return document }
    let rest = SettingsDocument(entries: document.entries.filter { $0.key != Preset.key })
    guard let preset = named.content.text.flatMap(Preset.init(rawValue:)) else {
      let allowed = Preset.allCases.map(\.rawValue).joined(separator: ", ")
      let complaint = "found \(named.content.inWords); allowed is \(allowed)"
      problems.append(SettingsProblem(place: named.place, key: Preset.key, complaint: complaint))
      return rest
    }
    return preset.document.overlaid(by: rest)
  }

  /// A key that the task has no use for is a misunderstanding, which is better told than passed over.
  private func removeUnused(from entries: inout [SettingsDocument.Entry]) -> [SettingsProblem] {
    let unused = entries.filter { entry in task.unusedKeys.contains { $0.rawValue == entry.key } }
    entries.removeAll { unused.contains($0) }
    return unused.map {
      let complaint = "task \(task.rawValue) has no \(task.usesContent ? "style" : "content"); leave this key out"
      return SettingsProblem(place: $0.place, key: $0.key, complaint: complaint)
    }
  }

  private mutating func readModel(_ reader: inout SettingsReader) {
    _ = reader.choice(Key.task, of: Task.self)
    readNetwork(&reader)
    pooling = reader.choice(Key.pooling, of: Pooling.self) ?? pooling
    if task.usesContent {
      contentLayers = reader.layers(Key.contentLayers, of: network) ?? contentLayers
      contentWeight = reader.number(Key.contentWeight, in: 0...1e9) ?? contentWeight
    }
    if task.usesStyle {
      styleLayers = reader.layers(Key.styleLayers, of: network) ?? styleLayers
      styleWeight = reader.number(Key.styleWeight, in: 0...1e9) ?? styleWeight
    }
    tvWeight = reader.number(Key.tvWeight, in: 0...1e9) ?? tvWeight
    if let weight = reader.value(task.usesStyle ? Key.styleWeight : Key.contentWeight), contentWeight + styleWeight == 0
    {
      reader.note(
        "found 0 for every weight; there is nothing left to paint", Key.styleWeight.rawValue, at: weight.place)
    }
  }

  /// Those that there are weights of.
  private static let networks: [Architecture] = [.vgg16]

  private mutating func readNetwork(_ reader: inout SettingsReader) {
    let value = reader.value(Key.network)
    if let value, value.content.text == "vgg19" {
      reader.note(
        "found 'vgg19', for which there are no weights yet; allowed is vgg16", Key.network.rawValue, at: value.place)
    } else {
      let allowed = Self.networks.map(\.rawValue).joined(separator: ", ")
      network =
        reader.read(Key.network, allowed: allowed) { content in Self.networks.first { $0.rawValue == content.text } }
        ?? network
    }
  }

  private mutating func readPictures(_ reader: inout SettingsReader) {
    content = reader.pictureName(Key.content)
    style = reader.styleName(Key.style).map { OneOrMore([$0]) }
    photos = reader.choice(Key.photos, of: Photos.self) ?? photos
    if photos == .all, content != nil, let written = reader.value(Key.photos) {
      reader.refuse(written, Key.photos, allowed: "one, where content names a photo")
    }
    size = reader.integer(Key.size, in: 32...8192) ?? size
    scales = reader.scales(Key.scales, below: size) ?? scales
    if let scale = reader.number(Key.styleScale, in: 0.1...4), let written = reader.value(Key.styleScale) {
      styleScale = scale
      if styleSize(at: levels[0]) < Self.smallestStyle {
        reader.refuse(written, Key.styleScale, allowed: "a number that leaves the style 16 pixels or more of \(size)")
      }
    }
  }

  private mutating func readOptimisation(_ reader: inout SettingsReader) {
    start = reader.choice(Key.start, of: Start.self) ?? start
    let starts: [Start] = task == .transfer ? Start.allCases : task.usesContent ? [.noise, .nearest] : [.noise]
    if !starts.contains(start), let written = reader.value(Key.start) {
      let allowed = starts.map(\.rawValue).joined(separator: " or ")
      reader.refuse(written, Key.start, allowed: "\(allowed), for task \(task.rawValue)")
    }
    seed = reader.integer(Key.seed, in: 0...4_294_967_295).map(UInt64.init) ?? seed
    optimizer = reader.choice(Key.optimizer, of: Optimizer.self) ?? optimizer
    historySize = reader.integer(Key.historySize, in: 1...100) ?? historySize
    learningRate = reader.number(Key.learningRate, in: 1e-6...1000) ?? learningRate
    iterations = reader.integer(Key.iterations, in: 1...1000) ?? iterations
    evaluationsPerIteration = reader.integer(Key.evaluationsPerIteration, in: 1...1000) ?? evaluationsPerIteration
    tolerance = reader.number(Key.tolerance, in: 0...1) ?? tolerance
  }

  private mutating func readResult(_ reader: inout SettingsReader) {
    output = reader.choice(Key.output, of: OutputFormat.self) ?? output
    jpegQuality = reader.integer(Key.jpegQuality, in: 1...100) ?? jpegQuality
    guard let written = reader.value(Key.gif) else { return }
    var animation = GIF()
    if case .mapping(let entries) = written.content {
      reader.nested(Key.gif, entries) { animation.read(&$0) }
      gif = animation
    } else if let wanted = written.content.truth {
      gif = wanted ? animation : nil
    } else {
      reader.refuse(written, Key.gif, allowed: "false, or a mapping of width, delay_ms and hold_ms")
    }
  }

  private mutating func readRun(_ reader: inout SettingsReader) {
    threads = reader.limit(Key.threads, unless: "auto", allowed: "\((1...1024).inWords), or auto") {
      $0.integer(in: 1...1024)
    }
    memoryBytes = reader.limit(
      Key.memoryBytes, unless: "none", allowed: "a size of 64M or more, as 512M or 2G, or none"
    ) {
      $0.text.flatMap(SettingsByteSize.init).flatMap { $0.bytes >= 64 << 20 ? $0.bytes : nil }
    }
    priority = reader.integer(Key.priority, in: -100...100) ?? priority
    preview = reader.flag(Key.preview, unless: "auto")
    force = reader.flag(Key.force) ?? force
  }
}

extension Settings.GIF {
  fileprivate mutating func read(_ reader: inout SettingsReader) {
    width = reader.integer(CodingKeys.width, in: 16...4096) ?? width
    delayMilliseconds = reader.integer(CodingKeys.delayMilliseconds, in: 20...60_000) ?? delayMilliseconds
    holdMilliseconds = reader.integer(CodingKeys.holdMilliseconds, in: 20...60_000) ?? holdMilliseconds
  }
}

extension Settings.Task {
  /// Keys that mean nothing to the task.
  var unusedKeys: [Settings.CodingKeys] {
    switch self {
    case .transfer: []
    case .content: [.style, .styleLayers, .styleWeight, .styleScale]
    case .style: [.content, .photos, .contentLayers, .contentWeight]
    }
  }
}
