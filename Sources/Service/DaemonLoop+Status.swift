import Foundation
import Inbox
import Jobs
import Spool
import Status

// What the daemon shows of itself.
extension DaemonLoop {
  /// Shows the present state, once a second at most: a further change has the alarm bring it.
  func showStatus(atOnce: Bool = false, isRunning: Bool = true) {
    guard atOnce || InboxClock.now >= board.dueAt else { return isStatusPending = true }
    isStatusPending = false
    let report = StatusReport(
      daemon: .init(
        running: isRunning, processIdentifier: record.processIdentifier, startedAt: record.startedAt,
        inbox: configuration.inbox, outbox: configuration.outbox, troubles: reasons),
      pairing: snapshot.map { pairing($0) }, isStale: claimedAt > snapshot?.lookedAt ?? .zero, spooled: jobs.values,
      finished: board.finished(in: configuration.outbox))
    setTrouble("status", board.show(report, metricsFile: configuration.metricsFile))
    progressLog.keep(workers.keys)
    for job in report.jobs where job.state == .running { logProgress(job) }
    guard isRunning else { return }
    let summary = board.summary(report)
    if summary != toldSummary { manager.tell("STATUS=\(summary)") }
    toldSummary = summary
  }

  /// When there is something new to show: what is pending, and how far workers are.
  var statusDue: Date? {
    guard isStatusPending || !workers.isEmpty || !previews.isEmpty else { return nil }
    return .now + max(.zero, board.dueAt - InboxClock.now).seconds
  }

  /// A line for each iteration, but not for each of a fast job.
  private func logProgress(_ job: JobStatus) {
    guard let id = job.id, let iteration = job.iteration, iteration > 0, progressLog.isDue(id, iteration) else {
      return
    }
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

  func writeRecord() {
    let isNews = record.troubles != reasons || record.workers != configuration.settings.workers
    guard isNews || !isRecordWritten else { return }
    record.troubles = reasons
    record.workers = configuration.settings.workers
    // When the disk is full this fails too; the log has it.
    isRecordWritten = (try? spool.write(record)) != nil
  }

  private var reasons: [String] { troubles.sorted { $0.key < $1.key }.map(\.value) }
}

/// Which iterations of running jobs to put into the log: new ones, but those of a fast job not all.
struct ProgressLog {
  private static let pause: Duration = .seconds(10)
  private var told: [String: (iteration: Int, at: Duration)] = [:]

  mutating func isDue(_ id: String, _ iteration: Int) -> Bool {
    let now = InboxClock.now
    if let last = told[id], last.iteration == iteration || now - last.at < Self.pause { return false }
    told[id] = (iteration, now)
    return true
  }

  /// Forgets jobs that are no longer there.
  mutating func keep(_ ids: some Collection<String>) {
    told = told.filter { ids.contains($0.key) }
  }
}
