import Foundation

/// What a monitoring system is told, by the convention of Nagios' plug-ins: a level, which is an exit code, and one line.
package struct StatusCheck: Equatable {
  package enum Level: Int32 {
    case ok, warning, critical
    /// The state cannot be found out.
    case unknown
  }

  package var level: Level
  /// What is the matter, or how things are.
  package var words: String
  /// Figures for curves, as `queued=2`.
  package var figures: [String] = []

  package init(_ level: Level, _ words: String, figures: [String] = []) {
    (self.level, self.words, self.figures) = (level, words, figures)
  }

  /// `EASEL OK - 2 queued, 1 running | queued=2 running=1 failed=0`
  package var line: String {
    let name = ["OK", "WARNING", "CRITICAL", "UNKNOWN"][Int(level.rawValue)]
    let figures = figures.isEmpty ? "" : " | " + figures.joined(separator: " ")
    // A bar ends the words, and a line is all that is read.
    let words = words.replacing("|", with: "/").split(whereSeparator: \.isNewline).joined(separator: "; ")
    return "EASEL \(name) - \(words)\(figures)"
  }
}

extension StatusReport {
  /// Failures count for so long.
  private static let failureSeconds: TimeInterval = 3600

  /// Critical is what keeps all jobs from being painted, a warning what concerns some.
  package func check(now: Date = .now) -> StatusCheck {
    let failed = jobs.filter { job in
      job.state == .failed && job.finishedAt.map { now.timeIntervalSince($0) < Self.failureSeconds } ?? true
    }
    let counted: [JobStatus.State] = [.waiting, .queued, .held, .running, .retrying]
    let counts = counted.map { state in (state, jobs.count { $0.state == state }) }
    let figures = counts.map { "\($0)=\($1)" } + ["failed=\(failed.count)"]
    guard daemon.running else {
      return StatusCheck(.critical, "no daemon runs on \(daemon.outbox)", figures: figures)
    }
    guard daemon.troubles.isEmpty else {
      return StatusCheck(.critical, daemon.troubles.joined(separator: "; "), figures: figures)
    }
    let warnings =
      failed.map { "\($0.name) failed" } + jobs.filter { $0.state == .retrying }.map { "\($0.name) is tried again" }
    guard warnings.isEmpty else {
      return StatusCheck(.warning, warnings.prefix(5).joined(separator: ", "), figures: figures)
    }
    let busy = counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }
    return StatusCheck(.ok, busy.isEmpty ? "nothing to do" : busy.joined(separator: ", "), figures: figures)
  }
}
