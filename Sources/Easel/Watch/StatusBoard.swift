import Files
import Foundation
import Inbox
import Jobs
import Outbox

/// What a running daemon shows of itself: `status.json`, the same as `easel status --json` prints, the figures for Prometheus
/// and a line for the service manager.
struct StatusBoard {
  private static let pause: Duration = .seconds(1)

  private let path: Path
  private var metrics: Metrics
  private var lastJSON = ""
  private var finished: [JobStatus]
  /// When it may be shown again, on `InboxClock`.
  private(set) var dueAt: Duration = .zero

  init(outbox: String) {
    path = Path(outbox + "/.jobs/status.json")
    metrics = Metrics()
    finished = JobStatus.finished(in: outbox, limit: StatusReport.finishedLimit)
  }

  /// The newest finished jobs whose folders are still there.
  func finished(in outbox: String) -> [JobStatus] {
    finished.filter { FileManager.default.fileExists(atPath: "\(outbox)/\($0.folder ?? "")") }
  }

  /// - Returns: what is shown of it.
  mutating func noteFinished(_ job: SpooledJob, folder: String, outbox: String) -> JobStatus {
    let status = JobStatus.finished(folder, outbox, .now)
    finished.insert(status, at: 0)
    finished = Array(finished.prefix(StatusReport.finishedLimit))
    metrics.count(job, report: JobStatus.report(of: folder, in: outbox) ?? Data())
    return status
  }

  /// Writes both files, where there is something new.
  ///
  /// - Returns: what could not be written, for people.
  mutating func show(_ report: StatusReport, metricsFile: String) -> String? {
    let now = InboxClock.now
    dueAt = now + Self.pause
    metrics.take(report, now: now)
    do {
      let json = try report.json + "\n"
      if json != lastJSON { try FileSystem.replaceVolatile(path, with: Array(json.utf8)) }
      lastJSON = json
      try FileSystem.replaceVolatile(Path(metricsFile), with: Array(metrics.text.utf8))
      return nil
    } catch {
      return "the state cannot be shown: \(error)"
    }
  }

  /// One line: `1 running, 3 queued; 12 done and 1 failed since the start`.
  func summary(_ report: StatusReport) -> String {
    let states = metrics.states.filter { $0.count > 0 }.map { "\($0.count) \($0.state)" }
    let now = states.isEmpty ? "nothing to do" : states.joined(separator: ", ")
    let troubles = report.daemon.troubles.isEmpty ? "" : " (\(report.daemon.troubles.joined(separator: "; ")))"
    return "\(now); \(metrics.done) done and \(metrics.failed) failed since the start\(troubles)"
      .replacing("\n", with: " ")
  }
}
