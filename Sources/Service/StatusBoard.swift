import Files
import Foundation
import Inbox
import Jobs
import Spool
import Status

/// What a running daemon shows of itself: `daemon.json`, `status.json`, the same as `easel status --json` prints, the figures for
/// Prometheus and a line for the service manager.
struct StatusBoard {
  private static let pause: Duration = .seconds(1)

  private(set) var record: DaemonRecord
  private var isRecordWritten = false
  private let spool: Spool
  private let path: Path
  private var metrics: Metrics
  private var lastJSON = ""
  private var finished: [JobStatus]
  /// When it may be shown again, on `InboxClock`.
  private(set) var dueAt: Duration = .zero
  /// Whether there is something new that could not be shown yet.
  var isPending = false
  private var lastSummary = ""

  var isDue: Bool { InboxClock.now >= dueAt }

  init(_ record: DaemonRecord, outbox: Path) {
    self.record = record
    spool = Spool(outbox: outbox)
    path = spool.jobs.appending("status.json")
    metrics = Metrics()
    finished = JobStatus.finished(in: outbox, limit: StatusReport.finishedLimit)
  }

  /// Writes `daemon.json`, where there is something new.
  mutating func writeRecord(workers: Int, troubles: [String]) {
    guard !isRecordWritten || record.troubles != troubles || record.workers != workers else { return }
    (record.workers, record.troubles) = (workers, troubles)
    // When the disk is full this fails too; the log has it.
    isRecordWritten = (try? spool.write(record)) != nil
  }

  /// The newest finished jobs whose folders are still there.
  func finished(in outbox: Path) -> [JobStatus] {
    finished.filter { FileStatus(outbox.appending($0.folder ?? "")) != nil }
  }

  /// - Returns: what is shown of it.
  mutating func noteFinished(_ job: SpooledJob, folder: String, outbox: Path) -> JobStatus {
    let status = JobStatus.finished(folder, outbox, .now)
    finished.insert(status, at: 0)
    finished = Array(finished.prefix(StatusReport.finishedLimit))
    metrics.count(job, report: JobStatus.report(of: folder, in: outbox))
    return status
  }

  /// Writes both files, where there is something new.
  ///
  /// - Returns: what could not be written, for people.
  mutating func show(_ report: StatusReport, metricsFile: Path) -> String? {
    let now = InboxClock.now
    dueAt = now + Self.pause
    isPending = false
    metrics.take(report, now: now)
    do {
      let json = try report.json + "\n"
      if json != lastJSON { try FileSystem.replace(path, with: Array(json.utf8), .volatile, isForAll: true) }
      lastJSON = json
      try FileSystem.replace(metricsFile, with: Array(metrics.text.utf8), .volatile, isForAll: true)
      return nil
    } catch {
      return "the state cannot be shown: \(error)"
    }
  }

  /// Showing takes at most a fortieth of the time.
  mutating func rest(after time: Duration) { dueAt = max(dueAt, InboxClock.now + time * 40) }

  /// The line for the service manager, when it is another than the last time.
  mutating func newSummary(_ report: StatusReport) -> String? {
    let summary = summary(report)
    guard summary != lastSummary else { return nil }
    lastSummary = summary
    return summary
  }

  /// One line: `1 running, 3 queued; 12 done and 1 failed since the start`.
  private func summary(_ report: StatusReport) -> String {
    let states = metrics.states.filter { $0.count > 0 }.map { "\($0.count) \($0.state)" }
    let now = states.isEmpty ? "nothing to do" : states.joined(separator: ", ")
    let troubles = report.daemon.troubles.isEmpty ? "" : " (\(report.daemon.troubles.joined(separator: "; ")))"
    return "\(now); \(metrics.done) done and \(metrics.failed) failed since the start\(troubles)"
      .replacing("\n", with: " ")
  }
}
