import Inbox
import Jobs

/// What lies in the inbox as of the last look, and which jobs that makes.
struct InboxView {
  let snapshot: InboxSnapshot
  /// Computed once, and again when time or another grace may have changed the answer.
  private(set) var pairing: Pairing
  private var grace: Duration

  init(_ snapshot: InboxSnapshot, grace: Duration, now: Duration = InboxClock.now) {
    self.snapshot = snapshot
    self.grace = grace
    pairing = Pairing(entries: snapshot.entries, now: now, grace: grace)
  }

  /// Pairs anew where that can make a difference.
  mutating func refresh(grace: Duration, now: Duration = InboxClock.now) {
    let isDue = pairing.nextChange.map { $0 <= now } ?? false
    if isDue || grace != self.grace { self = InboxView(snapshot, grace: grace, now: now) }
  }
}
