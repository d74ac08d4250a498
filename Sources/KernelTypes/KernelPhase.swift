internal import Glibc

/// What a thread's time goes into, as `easel bench` tells it.
package enum KernelPhase: Int, CaseIterable, Sendable {
  case forwardProducts, backwardProducts, transforms, gram, other
}

/// Adds up the nanoseconds that one thread spends in each phase.
package struct PhaseClock: @unchecked Sendable {  // each thread has its own
  /// `[KernelPhase.allCases.count]`.
  private let nanoseconds: UnsafeMutablePointer<UInt64>
  private var last: UInt64

  package init(_ nanoseconds: UnsafeMutablePointer<UInt64>) {
    self.nanoseconds = nanoseconds
    last = Self.now
  }

  /// What passed since the clock was made or last asked belongs to `phase`.
  package mutating func lap(_ phase: KernelPhase) {
    let now = Self.now
    nanoseconds[phase.rawValue] += now - last
    last = now
  }

  /// What passed until now belongs to nothing.
  package mutating func restart() { last = Self.now }

  private static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
