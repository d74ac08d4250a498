internal import Foundation
internal import Synchronization

/// Threads that wait for short pieces of work together.
///
/// An evaluation has some hundred steps of a millisecond at which all threads wait for each other. Dispatch puts threads to sleep
/// in between, and waking one takes 50 µs and more; these look for work for a while before they sleep.
final class ThreadTeam: Sendable {
  private let members: Int
  private let board = Board()

  /// - Parameter count: of threads together with the one that calls `run`.
  init(count: Int) {
    members = max(0, count - 1)
    for thread in 0..<members {
      let member = Thread { [board] in board.work(as: thread + 1) }
      member.name = "easel engine"
      member.start()
    }
  }

  deinit { board.post(.stop, members: members) }

  /// Runs `body` once on every thread of the team, with 0 for the calling one; returns when all have ended.
  func run(_ body: @Sendable (_ thread: Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      board.post(.work(body), members: members)
      body(0)
      board.waitForAll()
    }
  }
}

/// What the caller and the members of a team tell each other.
private final class Board: Sendable {
  enum Order {
    case none, stop
    case work(@Sendable (Int) -> Void)
  }

  private let order = Mutex(Order.none)
  /// Counts orders.
  private let posted = Atomic(0)
  /// Members that have not ended the latest order.
  private let left = Atomic(0)
  private let sleepers = Atomic(0)
  private let bell = NSCondition()

  func post(_ new: Order, members: Int) {
    order.withLock { $0 = new }
    left.store(members, ordering: .relaxed)
    posted.add(1, ordering: .sequentiallyConsistent)
    ring()
  }

  func work(as thread: Int) {
    var seen = 0
    while true {
      wait { self.posted.load(ordering: .sequentiallyConsistent) != seen }
      seen += 1
      guard perform(as: thread) else { return }
      if left.subtract(1, ordering: .sequentiallyConsistent).newValue == 0 { ring() }
    }
  }

  /// False for the order to stop. The work is let go before it is reported as done: it must not outlive its caller.
  private func perform(as thread: Int) -> Bool {
    guard case .work(let body) = order.withLock({ $0 }) else { return false }
    body(thread)
    return true
  }

  func waitForAll() {
    wait { self.left.load(ordering: .sequentiallyConsistent) == 0 }
    order.withLock { $0 = .none }
  }

  /// Looks some hundred times, some 100 µs, and lets others run in between; then sleeps.
  private func wait(until isDone: () -> Bool) {
    for _ in 0..<300 {
      if isDone() { return }
      sched_yield()
    }
    bell.lock()
    sleepers.add(1, ordering: .sequentiallyConsistent)
    while !isDone() { bell.wait() }
    sleepers.subtract(1, ordering: .sequentiallyConsistent)
    bell.unlock()
  }

  private func ring() {
    guard sleepers.load(ordering: .sequentiallyConsistent) > 0 else { return }
    bell.lock()
    bell.broadcast()
    bell.unlock()
  }
}
