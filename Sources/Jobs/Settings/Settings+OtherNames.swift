/// Keys by names that are not today's: those of earlier versions, and one of another program's.
extension Settings {
  static let oldNames = ["contents": CodingKeys.photos]

  /// What titu1994's program calls `tolerance`, in percent.
  static let minImprovement = "min_improvement"
  static let minImprovementRange = 0.0...100.0

  /// The document with today's names alone.
  static func withoutOtherNames(_ document: SettingsDocument, _ problems: inout [SettingsProblem]) -> SettingsDocument {
    var renamed = document
    for (index, entry) in document.entries.enumerated() {
      guard let name = oldNames[entry.key]?.rawValue else { continue }
      renamed.entries[index].key = name
      guard document[name] != nil else { continue }
      problems.append(
        SettingsProblem(place: entry.place, key: entry.key, complaint: "the same as \(name); leave this key out"))
    }
    return withoutMinImprovement(renamed, &problems)
  }

  private static func withoutMinImprovement(
    _ document: SettingsDocument, _ problems: inout [SettingsProblem]
  ) -> SettingsDocument {
    guard let index = document.entries.firstIndex(where: { $0.key == minImprovement }) else { return document }
    let tolerance = CodingKeys.tolerance.rawValue
    var entry = document.entries[index]
    var rest = document
    rest.entries.remove(at: index)
    func note(_ complaint: String) -> SettingsDocument {
      problems.append(SettingsProblem(place: entry.value.place, key: minImprovement, complaint: complaint))
      return rest
    }
    guard rest[tolerance] == nil else {
      return note("found beside \(tolerance), which says the same as a fraction; leave one of them out")
    }
    guard let percent = entry.value.content.number, minImprovementRange.contains(percent) else {
      return note(
        "found \(entry.value.content.inWords)\(entry.value.oddity); allowed is a number of percent from 0 to 100")
    }
    entry.key = tolerance
    entry.value.content = .plain((percent / 100).written)
    rest.entries.insert(entry, at: index)
    return rest
  }
}
