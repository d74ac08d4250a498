/// Leaves out of the log what it has just said, and counts it.
///
/// The same line comes at most once in a `window`; when lines were left out, the line comes once more at its end and says how
/// many. About a job only what was said of it last counts as said: it may go to and fro between states.
package struct RepeatFilter: Sendable {
  private struct Said: Sendable {
    var at: Duration
    var leftOut = 0
  }

  private let window: Duration
  private var said: [LogLine: Said] = [:]
  private var latest: [String: LogLine] = [:]
  private var sweptAt: Duration = .zero

  package init(window: Duration = .seconds(60)) {
    self.window = window
  }

  /// What to write when `line` is to be said at the time `now`: nothing, the line, and before it what earlier windows owe.
  package mutating func admit(_ line: LogLine, now: Duration) -> [LogLine] {
    var lines = sweep(now: now)
    let isNews = line.job.map { latest.updateValue(line, forKey: $0) != line } ?? false
    if !isNews, let earlier = said[line], now - earlier.at < window {
      said[line]!.leftOut += 1
    } else {
      lines += forget(line)
      said[line] = Said(at: now)
      lines.append(line)
    }
    return lines
  }

  /// What is owed at the end of the log.
  package mutating func rest() -> [LogLine] {
    forget(saidUntil: nil)
  }

  /// Forgets windows that are over. Not at every line, so that a thousand different ones do not take a million steps.
  private mutating func sweep(now: Duration) -> [LogLine] {
    guard now - sweptAt >= window / 4 else { return [] }
    sweptAt = now
    let lines = forget(saidUntil: now - window)
    latest = latest.filter { said[$0.value] != nil }
    return lines
  }

  /// In the order in which they were said.
  private mutating func forget(saidUntil end: Duration?) -> [LogLine] {
    let over = said.filter { said in end.map { said.value.at <= $0 } ?? true }
    return over.sorted { $0.value.at < $1.value.at }.flatMap { forget($0.key) }
  }

  private mutating func forget(_ line: LogLine) -> [LogLine] {
    guard let count = said.removeValue(forKey: line)?.leftOut, count > 0 else { return [] }
    var summary = line
    summary.details.append(LogLine.Detail("left_out", "\(count)"))
    return [summary]
  }
}
