import Inbox
import Jobs

/// What lies in the inbox as of the last look, and which jobs that makes.
struct InboxView {
  /// Nil before the first look.
  private(set) var snapshot: InboxSnapshot?
  /// Computed once a look, and again when time or another grace may have changed the answer.
  private(set) var pairing = Pairing(entries: [], now: .zero, grace: .zero)
  private var grace: Duration = .zero
  /// Looks from before this time, on `InboxClock`, show what has been claimed since.
  private var claimedAt: Duration = .zero
  /// What the log has last said of what lies there, by its name.
  private var said: [String: String] = [:]
  /// Whether the log has had no chance yet to say what the present pairing has that is new.
  private var hasNews = false

  /// Whether there was no look since something was claimed, or none at all.
  var isStale: Bool { snapshot.map { $0.lookedAt <= claimedAt } ?? true }

  mutating func take(_ snapshot: InboxSnapshot, grace: Duration) {
    self.snapshot = snapshot
    pair(grace: grace, now: InboxClock.now)
  }

  /// Pairs anew where that can make a difference.
  mutating func refresh(grace: Duration, now: Duration = InboxClock.now) {
    let isDue = pairing.nextChange.map { $0 <= now } ?? false
    if isDue || grace != self.grace { pair(grace: grace, now: now) }
  }

  private mutating func pair(grace: Duration, now: Duration) {
    self.grace = grace
    pairing = Pairing(entries: snapshot?.entries ?? [], now: now, grace: grace)
    hasNews = true
  }

  /// Something was claimed, or not found as the look had it.
  mutating func noteClaim() { claimedAt = InboxClock.now }

  /// The job is in the spool, and news again when it should come back.
  mutating func forget(_ name: String) { said[name] = nil }

  /// A line for each job that is new or waits for something else, and for each thing that belongs to none. None while what lies in
  /// the inbox is not known.
  mutating func news() -> [String] {
    guard hasNews, !isStale, snapshot?.trouble == nil else { return [] }
    let earlier = said
    (said, hasNews) = ([:], false)
    for job in pairing.jobs { said[job.name] = job.inWords }
    for leftover in pairing.leftovers { said[leftover.name] = "not used: \(leftover.reason)" }
    return said.filter { earlier[$0.key] != $0.value }.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
  }
}

extension PairedJob {
  /// For the log: the state, and what it is about.
  fileprivate var inWords: String {
    switch state {
    case .waiting(let wants): "waiting for " + wants.joined(separator: "; ")
    case .settling where !problems.isEmpty: "waiting for " + problems.joined(separator: "; ")
    case .settling, .awaitingSettings, .ready: "settling"
    }
  }
}
