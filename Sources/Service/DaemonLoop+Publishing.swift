import Foundation
import Spool

// From the spool into the outbox.
extension DaemonLoop {
  func publishDue() {
    for job in jobs.spooled where job.record.state == .publishing || job.record.state == .failed {
      guard (job.record.retryAt ?? .distantPast) <= .now else { continue }
      publish(job)
    }
  }

  private func publish(_ job: SpooledJob) {
    do {
      let folder = try spool.publish(job)
      finish(job, folder: folder)
    } catch {
      log(job.id, .warning, "could not be published: \(error)")
      // A disk that refuses this too is tried again with the next event after the pause.
      if !attempt({ try spool.publicationFailed(&jobs[job.id]!.spooled, error) }) {
        jobs[job.id]?.spooled.record.retryAt = nextTry
      }
    }
  }

  /// Tells everybody that a job has left the spool. Without a folder that was done before an interruption.
  private func finish(_ job: SpooledJob, folder: String?) {
    let shown = folder.map { board.noteFinished(job, folder: $0, outbox: configuration.outbox) }
    if job.record.state == .failed {
      failures += 1
      log(
        job.id, .error, "failed: \(job.record.message ?? "")",
        ["folder": folder ?? "", "todo": job.record.advice ?? ""])
    } else {
      log(job.id, .info, "done", ["folder": folder ?? "", "reused": shown?.message ?? ""])
    }
    jobs[job.id] = nil
    // It may have been the last of a folder's.
    if job.record.cell != nil { send(.alarm) }
    guard let folder else { return }
    callHook(job, folder: folder)
  }
}
