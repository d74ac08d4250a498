internal import Files
internal import Glibc
internal import Jobs

// What takes no part in a job, but shows that somebody is still at work on its folder.
extension InboxLook {
  /// Deeper, and beyond so many names in a folder, changes do not hold it up.
  private static let deepest = 8
  static let mostAside = 1000

  /// Something in a folder that is not taken by itself; nil when it has just gone.
  mutating func aside(_ path: Path, now: Duration) -> InboxEntry? {
    guard let status = FileStatus(path) else { return nil }
    var entry = InboxEntry(name: path.lastName, identity: status.identity)
    if status.kind == .folder { entry.kind = .folder([], inner: false) }
    entry.settledAt = quietSince(path, status, now: now, isUnderWay: Transfer.isUnderWay(path.lastName), depth: 0)
    return entry
  }

  /// When the last change of a file, or of anything in a folder, had settled; nil while there may be more. Folders of
  /// systems are not entered.
  mutating func quietSince(
    _ path: Path, _ status: FileStatus, now: Duration, isUnderWay: Bool, depth: Int
  ) -> Duration? {
    guard asideLeft > 0 else { return now }
    asideLeft -= 1
    seen.insert(path)
    var latest = settling.look(
      at: path, status.identity, isAnnounced: isAnnounced(path), now: now,
      leastPause: isUnderWay ? pause(of: status.identity) : .zero)
    let isEntered = isUnderWay || !IgnoreRules.ignores(path.lastName)
    guard status.kind == .folder, isEntered, depth < Self.deepest else { return latest }
    for name in (try? path.names()) ?? [] {
      let inside = path.appending(name)
      guard let status = FileStatus(inside) else { continue }
      let isUnderWay = isUnderWay || Transfer.isUnderWay(name)
      let settledAt = quietSince(inside, status, now: now, isUnderWay: isUnderWay, depth: depth + 1)
      latest = latest.flatMap { latest in settledAt.map { max(latest, $0) } }
    }
    return latest
  }

  /// Who looks once only has to believe the file's own time.
  private func pause(of identity: FileIdentity) -> Duration {
    guard configuration.settle == .zero else { return configuration.transferPause }
    let age: Duration = .seconds(time(nil)) - .nanoseconds(identity.changed)
    return age < configuration.transferPause ? configuration.transferPause : .zero
  }
}
