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
    for row in Self.rows { row.read(&self, &reader) }
    checkTogether(&reader)
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
      let complaint = "found \(named.content.inWords)\(named.oddity); allowed is \(allowed)"
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

  /// What is good by itself, but not with the rest.
  private func checkTogether(_ reader: inout SettingsReader) {
    if let weight = reader.value(task.usesStyle ? Key.styleWeight : Key.contentWeight), contentWeight + styleWeight == 0
    {
      reader.note(
        "found 0 for every weight; there is nothing left to paint", Key.styleWeight.rawValue, at: weight.place)
    }
    if photos == .all, content != nil, let written = reader.value(Key.photos) {
      reader.refuse(written, Key.photos, allowed: "one, where content names a photo")
    }
    if smallestStyleSize(at: levels[0]) < Self.smallestStyle,
      let (key, written) = reader.first(of: Key.styleScale, Key.styleScales)
    {
      reader.refuse(written, key, allowed: "a number that leaves the style 16 pixels or more of \(size)")
    }
    checkPaintings(&reader)
    let starts: [Start] = task == .transfer ? Start.allCases : task.usesContent ? [.noise, .nearest] : [.noise]
    if !starts.contains(start), let written = reader.value(Key.start) {
      let allowed = starts.map(\.rawValue).joined(separator: " or ")
      reader.refuse(written, Key.start, allowed: "\(allowed), for task \(task.rawValue)")
    }
  }
}

extension Settings.Task {
  /// Keys that mean nothing to the task.
  var unusedKeys: [Settings.CodingKeys] {
    switch self {
    case .transfer: []
    case .content: [.style, .styleWeights, .blend, .styleLayers, .styleWeight, .styleScale, .styleScales]
    case .style: [.content, .photos, .contentLayers, .contentWeight]
    }
  }
}
