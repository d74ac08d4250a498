import Foundation
import Spool

// What an earlier daemon, or a step that was cut short, has left in the spool.
extension DaemonLoop {
  /// Takes up what lies in the spool; what cannot be put right now is tried again later.
  func recover() throws {
    let recovery = try spool.recover(inbox: configuration.inbox, except: Set(jobs.keys))
    for job in recovery.jobs {
      jobs[job.id] = ActiveJob(job)
      if job.record.state == .running { reattach(job) } else { logState(job.id) }
    }
    let problems = recovery.problems.map { "a job could not be recovered: \($0)" }.joined(separator: "; ")
    setTrouble(.recovery, problems.isEmpty ? nil : problems)
    recoverAt = problems.isEmpty ? nil : nextTry
  }

  func recoverRest() {
    guard let recoverAt, recoverAt <= .now else { return }
    do {
      try recover()
    } catch {
      recoverSoon()
    }
  }

  /// Something was left in the middle of a step.
  func recoverSoon() { recoverAt = nextTry }

  /// Waits for a worker that may have outlived its daemon. It has a slot like others; its threads are what it was given.
  private func reattach(_ job: SpooledJob) {
    log(job.id, .info, "was running; its worker is looked for", ["attempt": "\(job.record.attempt)"])
    var attempt = Attempt(job.directory, configuration, threads: nil)
    attempt.priority = job.priority
    run(job.id, handle: job.record.runHandle) { [runner, attempt] _ in
      await runner.reattach(job.record.runHandle, to: attempt)
    }
  }
}
