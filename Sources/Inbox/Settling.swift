package import Files

/// Decides when a file is complete: not empty, and the same at two looks that lie some time apart.
///
/// Pure; times are on the clock of the looks.
package struct Settling: Sendable {
  private struct Candidate: Sendable {
    var identity: FileIdentity
    /// When the file was first seen like this, or was said to be complete.
    var since: Duration
    var isAnnounced: Bool
    var pause: Duration
    var settledAt: Duration?
  }

  /// The pause after a file was closed by its writer or moved in.
  private let announced: Duration
  /// The pause for a file of which nothing is known: writers may pause, and links are announced before they are complete.
  private let unannounced: Duration
  private var candidates: [Path: Candidate] = [:]

  package init(announced: Duration, unannounced: Duration) {
    self.announced = announced
    self.unannounced = max(announced, unannounced)
  }

  /// Looks at a file; returns when it settled, or nil while it may still change.
  ///
  /// - Parameters:
  ///   - isAnnounced: an event has said, since the last look, that the file was closed or moved in.
  ///   - leastPause: more time for a file that deserves it.
  package mutating func look(
    at path: Path, _ identity: FileIdentity, isAnnounced: Bool, now: Duration, leastPause: Duration = .zero
  ) -> Duration? {
    var candidate =
      candidates[path] ?? Candidate(identity: identity, since: now, isAnnounced: isAnnounced, pause: .zero)
    if candidate.identity != identity || isAnnounced {
      candidate = Candidate(identity: identity, since: now, isAnnounced: isAnnounced, pause: .zero)
    }
    candidate.pause = max(candidate.isAnnounced ? announced : unannounced, leastPause)
    if candidate.settledAt == nil, now >= candidate.since + candidate.pause { candidate.settledAt = now }
    candidates[path] = candidate
    return candidate.settledAt
  }

  /// When the next file can settle, or nil when none is settling.
  package var nextLook: Duration? {
    candidates.values.filter { $0.settledAt == nil }.map { $0.since + $0.pause }.min()
  }

  /// Forgets all files but these.
  package mutating func keep(_ paths: Set<Path>) {
    candidates = candidates.filter { paths.contains($0.key) }
  }
}
