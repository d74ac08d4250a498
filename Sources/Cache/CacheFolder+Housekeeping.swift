internal import Files
package import Foundation
package import Safetensors

extension CacheFolder {
  /// All entries, by the time of their last use, the latest first.
  package func entries() -> [CacheEntry] {
    EntryKind.allCases.flatMap(entries).sorted { ($0.usedAt, $0.path) > ($1.usedAt, $1.path) }
  }

  package func entries(_ kind: EntryKind) -> [CacheEntry] {
    shelves(kind).flatMap { shelf in
      ((try? shelf.names()) ?? []).compactMap { entry(kind, shelf.appending($0)) }
    }
  }

  /// Nil for a file that is no entry.
  private func entry(_ kind: EntryKind, _ path: Path) -> CacheEntry? {
    guard let name = path.lastName.text else { return nil }
    guard name.hasSuffix(Self.fileEnding), let key = CacheKey(digits: name.dropLast(Self.fileEnding.count)),
      let status = FileStatus(path), status.kind == .regular
    else { return nil }
    let uses = FileStatus(Self.usesPath(of: path))
    return CacheEntry(
      kind: kind, key: key, path: path, bytes: Int(status.identity.sizeBytes),
      storedAt: status.identity.modificationDate,
      usedAt: min(.now, max(status.identity.modificationDate, uses?.identity.modificationDate ?? .distantPast)),
      hits: Int(uses?.identity.sizeBytes ?? 0))
  }

  /// The folders in which entries of a kind lie.
  private func shelves(_ kind: EntryKind) -> [Path] {
    let folder = directory.appending(kind.rawValue)
    return ((try? folder.names()) ?? []).map(folder.appending)
  }

  /// The metadata of an entry, without a look at its tensors; nil where it is not to be read.
  package func header(of entry: CacheEntry) -> SafetensorsFile? { try? SafetensorsFile(path: entry.path) }

  /// Reads an entry to its last byte; throws what is wrong with it.
  ///
  /// - Throws: a `SafetensorsError` or `FileError`: what is wrong with it.
  package func verify(_ entry: CacheEntry) throws {
    try Self.check(SafetensorsFile(path: entry.path), is: entry.key)
  }

  /// Removes an entry; one that is gone already is fine, and whoever has it open reads on.
  ///
  /// - Throws: a `FileError` when it cannot be removed.
  package func remove(_ entry: CacheEntry) throws {
    try FileSystem.remove(entry.path)
    try FileSystem.remove(Self.usesPath(of: entry.path))
  }

  /// Removes entries, the longest unused first, until the others fit `bytes`. What a running process uses stays, however much it
  /// is.
  ///
  /// - Returns: what was removed.
  @discardableResult
  package func prune(to bytes: Int) -> [CacheEntry] {
    let entries = entries()
    var excess = entries.reduce(0) { $0 + $1.bytes } - bytes
    guard excess > 0 else { return [] }
    let used = CacheLease.usedKeys(in: directory)
    var removed: [CacheEntry] = []
    for entry in entries.reversed() where excess > 0 && !used.contains(entry.key.description) {
      guard (try? remove(entry)) != nil else { continue }
      excess -= entry.bytes
      removed.append(entry)
    }
    return removed
  }

  /// Removes what crashes have left: half-written entries whose writer has ended or that are older than `leftoverAge`, and counts of
  /// uses without an entry.
  package func removeLeftovers(now: Date = .now) {
    _ = CacheLease.usedKeys(in: directory)
    for kind in EntryKind.allCases {
      for shelf in shelves(kind) {
        for name in (try? shelf.names()) ?? [] where isLeftover(name, in: shelf, now) {
          try? FileSystem.remove(shelf.appending(name))  // what cannot be removed harms nobody
        }
      }
    }
  }

  /// No entry takes as long to write: its writer has ended, even if it was on another machine.
  private static let leftoverAge: TimeInterval = 36 * 3600

  private func isLeftover(_ name: FileName, in shelf: Path, _ now: Date) -> Bool {
    guard let modified = FileStatus(shelf.appending(name))?.identity.modificationDate else { return false }
    let isOld = now.timeIntervalSince(modified) > Self.leftoverAge
    if let text = name.text, text.hasSuffix(Self.usesEnding) {
      let entry = text.dropLast(Self.usesEnding.count) + Self.fileEnding
      return isOld && FileStatus(shelf.appending(String(entry))) == nil
    }
    return TemporaryName.isAbandoned(name) || (TemporaryName.matches(name) && isOld)
  }
}
