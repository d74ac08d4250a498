internal import Files

/// The pictures that lie loose in the inbox, and which jobs need each.
///
/// A picture that another job still waits for is copied, not moved: the last job that needs it takes it along.
struct SharedPictures {
  private var pictures: [String: InboxEntry] = [:]
  /// The indices of the sets that need a picture, by its name.
  private var users: [FileName: Set<Int>] = [:]
  /// The same the other way round.
  private var needs: [Int: [FileName]] = [:]

  init(entries: [InboxEntry], sets: [JobSet]) {
    for entry in entries where entry.kind == .file && FileRole.isPicture(entry.name) {
      if let text = entry.name.text { pictures[text] = entry }
    }
    for (index, set) in sets.enumerated() {
      if set.folder == nil {
        for file in set.files { note(file.name, index) }
      }
      for name in set.namedPictures where !set.containsInFolder(name) { note(FileName(name), index) }
    }
  }

  private mutating func note(_ name: FileName, _ index: Int) {
    users[name, default: []].insert(index)
    needs[index, default: []].append(name)
  }

  func picture(named name: String) -> InboxEntry? { pictures[name] }

  /// Whether another set than `index` needs the picture too.
  func isNeeded(_ picture: InboxEntry, besides index: Int) -> Bool {
    !(users[picture.name] ?? []).subtracting([index]).isEmpty
  }

  /// The set takes what it needs.
  mutating func release(by index: Int) {
    for name in needs[index] ?? [] { users[name]?.remove(index) }
  }

  /// Why the entry belongs to no job, or nil when it does.
  func leftover(_ entry: InboxEntry) -> Leftover? {
    let name = entry.name.description
    switch entry.kind {
    case .refused(let reason):
      return Leftover(name: name, reason: reason)
    case .folder:
      return nil
    case .file:
      guard users[entry.name] == nil else { return nil }
      return Leftover(name: name, reason: Self.reason(entry))
    }
  }

  private static func reason(_ entry: InboxEntry) -> String {
    FileRole.isPicture(entry.name)
      ? "no settings file names it; call it NAME.content or NAME.style, or write `content:` or `style:` into a NAME.yaml"
      : "neither a picture (\(FileRole.pictureEndings)) nor a settings file (.yaml, .yml, .json)"
  }
}

extension JobSet {
  func file(inFolder name: String) -> InboxEntry? {
    folder == nil ? nil : files.first { $0.name == FileName(name) }
  }

  func containsInFolder(_ name: String) -> Bool { file(inFolder: name) != nil }
}
