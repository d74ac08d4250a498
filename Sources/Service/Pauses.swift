import Foundation

/// What is not tried for a while, after the system has refused it.
enum Pause: Hashable {
  /// Writing into the spool.
  case disk
  /// Starting jobs, for want of room.
  case space
  /// Taking anything from the inbox.
  case claims
  /// Taking the job of this name, which is no reason not to take others.
  case claim(of: String)

  /// For the log's details.
  var words: String {
    switch self {
    case .disk: "disk"
    case .space: "space"
    case .claims: "claim"
    case .claim(let name): "claim of \(name)"
    }
  }
}

/// The pauses that go on.
struct Pauses {
  private var ends: [Pause: Date] = [:]

  func contains(_ pause: Pause) -> Bool { ends[pause] != nil }

  /// When the next one is over.
  var nextEnd: Date? { ends.values.min() }

  mutating func begin(_ pause: Pause, until end: Date) { ends[pause] = end }

  /// Ends those that are over, and returns them.
  mutating func endDue(now: Date = .now) -> [Pause] {
    let over = ends.filter { $0.value <= now }.map(\.key)
    for pause in over { ends[pause] = nil }
    return over
  }
}
