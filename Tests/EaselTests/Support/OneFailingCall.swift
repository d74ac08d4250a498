import Foundation
import Testing

/// Jobs painted by a daemon of which one call to the system fails, over and over with another call.
struct OneFailingCall {
  /// The daemon's configuration.
  let configuration: String
  /// Drops what is to be painted, and says what jobs it makes.
  let drop: (TestDaemon) throws -> [String]
  /// Looks at what there is when all are done and the daemon has stopped.
  let check: (TestDaemon, [String]) -> Void

  /// Some of all calls of a kind; in a soak every one.
  func tryAll(of call: FaultPlan.Call) async throws {
    let total = try await paint(call, failing: 0..<0)
    let samples = Soak.isOn ? total : min(total, 2)
    for sample in 0..<samples {
      let number = sample * total / samples + total / (2 * samples)
      _ = try await paint(call, failing: number..<number + 1)
    }
  }

  /// Starts the daemon again whenever the failure has ended it.
  ///
  /// - Returns: the number of calls.
  private func paint(_ call: FaultPlan.Call, failing numbers: Range<Int>) async throws -> Int {
    var plan: FaultPlan?
    let daemon = try TestDaemon(settings: configuration) {
      let new = try FaultPlan(call, failing: numbers, code: ENOSPC, in: $1, file: $0 + "/plan")
      plan = new
      return new.environment
    }
    let jobs = try drop(daemon)
    try daemon.launch()
    for _ in 0..<20 {
      try await daemon.wait(for: "the jobs; \(call) \(numbers)", limit: .seconds(120)) {
        try !daemon.isRunning || (daemon.published == jobs.sorted() && daemon.spool.directories().isEmpty)
      }
      if daemon.isRunning { break }
      try daemon.launch()
    }
    await daemon.stop()
    check(daemon, jobs)
    return try plan?.count(call) ?? 0
  }
}
