import Foundation
import Inbox
import Spool
import Status

// What the daemon shows of itself.
extension DaemonLoop {
  /// Shows the present state, once a second at most, and with very many jobs less often: a further change has the alarm bring it.
  func showStatus(atOnce: Bool = false, isRunning: Bool = true) {
    guard atOnce || board.isDue else { return board.isPending = true }
    let begin = ContinuousClock.now
    let report = report(isRunning: isRunning)
    setTrouble(.status, board.show(report, metricsFile: configuration.metricsFile))
    board.rest(after: ContinuousClock.now - begin)
    for job in report.jobs where job.state == .running { logProgress(job) }
    if isRunning, let summary = board.newSummary(report) { manager.tell("STATUS=\(summary)") }
  }

  private func report(isRunning: Bool) -> StatusReport {
    StatusReport(
      daemon: .init(
        running: isRunning, processIdentifier: board.record.processIdentifier, startedAt: board.record.startedAt,
        inbox: configuration.inbox, outbox: configuration.outbox, troubles: reasons),
      pairing: view.pairing, isStale: view.isStale, spooled: jobs.spooled,
      finished: board.finished(in: configuration.outbox))
  }

  /// When there is something new to show: what is pending, and how far workers are.
  var statusDue: Date? {
    guard board.isPending || jobs.values.contains(where: { $0.worker != nil || $0.previewTask != nil }) else {
      return nil
    }
    return .now + max(.zero, board.dueAt - InboxClock.now).seconds
  }

  /// A line for each iteration, but not for each of a fast job.
  private func logProgress(_ job: JobStatus) {
    guard let id = job.id, let iteration = job.iteration, iteration > 0, jobs[id]?.isProgressNews(iteration) == true
    else { return }
    let loss = job.loss.map { $0.fourDigits } ?? ""
    let left = job.secondsLeft.map { "\(Int($0.rounded())) s" } ?? ""
    log(
      id, .info, "painting",
      [
        "iteration": "\(iteration)/\(job.iterations ?? 0)", "size": job.ladder?.words ?? "", "loss": loss,
        "percent": "\(job.percent ?? 0)",
        "left": left,
      ])
  }
}
