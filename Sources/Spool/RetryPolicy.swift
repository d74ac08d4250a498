/// How often and when a job that failed for a cause that may pass is tried again.
package struct RetryPolicy: Hashable, Sendable {
  package var attempts = 3
  /// The pause after the first attempt.
  package var delay: Duration = .seconds(10)
  /// The pause grows by this factor with each further attempt.
  package var growth = 3
  /// The end of daemon or machine says little about the job that was running, so it takes more of them in a row, without
  /// progress in between, to give the job up: it might be what brings the machine down.
  package var interruptions = 10

  package init() {}

  /// The pause after attempt number `attempt` (from 1), or nil when it was the last.
  package func pause(after attempt: Int) -> Duration? {
    guard attempt < attempts else { return nil }
    return (1..<max(attempt, 1)).reduce(delay) { pause, _ in pause * growth }
  }
}
