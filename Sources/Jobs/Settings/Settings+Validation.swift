extension Settings {
  private typealias Key = CodingKeys

  /// The defaults of the task, with the preset that `document` names and then `document` itself laid over them. A transfer that names
  /// none builds on `easel`.
  ///
  /// - Parameter presets: that may be named.
  /// - Throws: `SettingsError` with every unknown key, wrong type, value out of range and contradiction.
  package init(validating document: SettingsDocument, presets: PresetList = .builtIn) throws(SettingsError) {
    var problems: [SettingsProblem] = []
    var entries = Self.withPreset(Self.withoutOtherNames(document, &problems), presets, &problems).entries
    var reader = SettingsReader(entries)
    self.init(task: reader.choice(Key.task, of: Task.self) ?? .transfer)

    problems += removeUnused(from: &entries)
    reader = SettingsReader(entries)
    reader.know(Self.minImprovement)
    for row in Self.rows { row.read(&self, &reader) }
    checkTogether(&reader)
    reader.noteUnknownKeys()
    problems += reader.problems
    guard problems.isEmpty else {
      throw SettingsError(problems.sorted { $0.place.line ?? .max < $1.place.line ?? .max })
    }
  }

  /// What is painted by where there is no settings file.
  package static let withoutAnyFile: Settings = {
    guard let settings = try? Settings(validating: SettingsDocument()) else { preconditionFailure("no default") }
    return settings
  }()

  /// Lays the document over its preset, and takes the key out; over `easel` where a transfer names none.
  static func withPreset(
    _ document: SettingsDocument, _ presets: PresetList, _ problems: inout [SettingsProblem]
  ) -> SettingsDocument {
    guard let named = document[Preset.key] else {
      let task = document[CodingKeys.task.rawValue]
      return task == nil || task?.content.text == Task.transfer.rawValue
        ? Preset.easel.document.overlaid(by: document) : document
    }
    let rest = SettingsDocument(entries: document.entries.filter { $0.key != Preset.key })
    guard let preset = named.content.text.flatMap(presets.document) else {
      let allowed = presets.names.joined(separator: ", ")
      let complaint = "found \(named.content.inWords)\(named.oddity); allowed is \(allowed)"
      problems.append(SettingsProblem(place: named.place, key: Preset.key, complaint: complaint))
      return rest
    }
    return preset.overlaid(by: rest)
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
    if optimizer == .lbfgs, average > 0, let written = reader.value(Key.average) {
      reader.refuse(written, Key.average, allowed: "0, with optimizer: lbfgs; averages are of adam's steps")
    }
    if optimizer == .lbfgs, adamWarmStart, let written = reader.value(Key.adamWarmStart) {
      reader.refuse(written, Key.adamWarmStart, allowed: "false, with optimizer: lbfgs")
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
    checkOutput(&reader)
    if gramShift != 0 && styleLoss != .gram, let written = reader.value(Key.gramShift) {
      reader.refuse(written, Key.gramShift, allowed: "0, where style_loss is \(styleLoss.rawValue) and not gram")
    }
    if normalizeGradients && optimizer == .lbfgs, let written = reader.value(Key.normalizeGradients) {
      reader.refuse(
        written, Key.normalizeGradients,
        allowed: "false with optimizer: lbfgs, which needs the gradient of the loss itself; or set optimizer: adam")
    }
    let starts = starts(for: task)
    if start.file == nil, !starts.contains(start), let written = reader.value(Key.start) {
      let allowed = starts.map(\.text).joined(separator: " or ")
      reader.refuse(written, Key.start, allowed: "\(allowed), for task \(task.rawValue)")
    }
  }
}

extension Settings.Task {
  /// Keys that mean nothing to the task.
  var unusedKeys: [Settings.CodingKeys] {
    switch self {
    case .transfer: []
    case .content:
      [
        .style, .styleWeights, .blend, .styles, .strength, .recolour, .styleLayers,
        .styleWeight, .styleLoss, .gramShift, .styleScale, .styleScales,
      ]
    case .style:
      [
        .content, .contentMask, .photos, .contentLayers, .contentWeight, .contentLoss, .contentDetail, .preserveColours,
        .colourMask,
        .strength, .recolour,
      ]
    }
  }
}
