internal import Files

/// The pictures that lie loose in the inbox, and which jobs need each.
///
/// A picture that another job still waits for is copied, not moved: the last job that needs it takes it along.
struct SharedPictures {
  /// By what settings files may call them.
  let named: NamedFiles
  /// The indices of the sets that need a picture, by its name.
  private var users: [FileName: Set<Int>] = [:]
  /// The same the other way round.
  private var needs: [Int: [FileName]] = [:]

  init(entries: [InboxEntry], sets: [JobSet]) {
    named = NamedFiles(entries.filter { $0.kind == .file && FileRole.isPicture($0.name) })
    for (index, set) in sets.enumerated() {
      if set.folder == nil {
        for file in set.files { note(file.name, index) }
      }
      for name in set.namedPictures where set.named.called(name).isEmpty {
        for picture in named.called(name) { note(picture.name, index) }
      }
    }
  }

  private mutating func note(_ name: FileName, _ index: Int) {
    users[name, default: []].insert(index)
    needs[index, default: []].append(name)
  }

  /// Whether another set than `index` needs the picture too.
  func isNeeded(_ picture: InboxEntry, besides index: Int) -> Bool {
    !(users[picture.name] ?? []).subtracting([index]).isEmpty
  }

  /// Whether any set has needed it from the start.
  func isUsed(_ picture: InboxEntry) -> Bool { users[picture.name] != nil }

  /// The set takes what it needs.
  mutating func release(by index: Int) {
    for name in needs[index] ?? [] { users[name]?.remove(index) }
  }
}
