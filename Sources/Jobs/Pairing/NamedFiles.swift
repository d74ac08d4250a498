internal import Files

/// Files by what a settings file may call them.
struct NamedFiles {
  private var byName: [String: [InboxEntry]] = [:]
  private var byStem: [String: [InboxEntry]] = [:]

  init(_ files: [InboxEntry] = []) {
    for file in files {
      guard let text = file.name.text else { continue }
      byName[text, default: []].append(file)
      if FileRole.isPicture(file.name) { byStem[file.name.stem, default: []].append(file) }
    }
  }

  /// The file of that very name; else those of the same characters in other bytes; else the pictures that have an
  /// ending besides. Where that is more than one, nobody can tell which is meant.
  func called(_ name: String) -> [InboxEntry] {
    let same = byName[name] ?? []
    if let exact = same.first(where: { $0.name == FileName(name) }) { return [exact] }
    return same.isEmpty ? byStem[name] ?? [] : same
  }
}

// What somebody may have meant.
extension NamedFiles {
  /// Among more files the search would take its time, at every look.
  private static let mostSearched = 1000
  private static let mostNear = 3

  /// The pictures whose names are a few typing errors away, or another ending; the nearest first.
  func near(_ name: String) -> [String] {
    guard byName.count <= Self.mostSearched else { return [] }
    let found = byName.keys.compactMap { other in Self.distance(name, other).map { (distance: $0, name: other) } }
    return found.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(Self.mostNear).map(\.name)
  }

  /// Nil for what is no picture, or too far away.
  private static func distance(_ name: String, _ other: String) -> Int? {
    guard FileRole.isPicture(FileName(other)) else { return nil }
    let (word, otherWord) = (name.lowercased(), other.lowercased())
    if FileName(word).stem == FileName(otherWord).stem { return word == otherWord ? 0 : 1 }
    let most = max(1, word.count / 4)
    guard abs(word.count - otherWord.count) <= most else { return nil }
    let distance = SettingsSpelling.distance(word, otherWord)
    return distance <= most ? distance : nil
  }
}
