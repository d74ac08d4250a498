internal import Files
internal import Foundation
internal import Jobs

/// How an attempt of a worker came to its end.
package enum WorkerEnding: Hashable, Sendable {
  case exited(code: Int32)
  case killed(signal: Int32)
  /// The daemon asked the worker to stop, because it stops itself.
  case stopped
  /// A person asked for it.
  case cancelled
  /// Daemon or machine ended while it ran, and it has left no word.
  case interrupted
  case notStarted(reason: String)
  /// A cluster has lost it, or the node that it ran on, through no fault of the job's.
  case vanished(reason: String)
  /// A cluster has ended it, or it has ended there without a word.
  case broken(reason: String, advice: String?)
  /// It runs on without the daemon, which stops.
  case leftRunning
}

// Attempts.
extension Spool {
  /// Counts an attempt before it starts, so that a crash counts too.
  ///
  /// - Throws: a `FileError`; no attempt may start then.
  package func begin(_ job: inout SpooledJob) throws {
    let checkpoint = checkpoint(of: job)
    try FileSystem.remove(job.directory.path.appending("error.json"))
    try FileSystem.remove(job.directory.logPath)
    try job.directory.clear(.retry)
    job.marks.remove(.retry)
    try job.update { record in
      record.state = .running
      record.attempt += 1
      record.checkpoint = checkpoint
      record.startedAt = .now
      record.runHandle = nil
      record.retryAt = nil
      record.message = nil
      record.advice = nil
    }
  }

  /// Puts down by which handle the running attempt can be found again.
  ///
  /// - Throws: a `FileError`.
  package func note(runHandle: String, of job: inout SpooledJob) throws {
    try job.update { $0.runHandle = runHandle }
  }

  /// Decides what comes next for a job whose worker has ended: `publishing`, `queued`, `retrying` or `failed`.
  ///
  /// - Throws: a `FileError`; to be tried again, since the job is as it was.
  package func end(_ job: inout SpooledJob, _ ending: WorkerEnding) throws {
    if FileStatus(job.directory.resultPath)?.kind == .folder {
      return try job.leaveRunning { record in
        record.state = .publishing
        record.message = nil
        record.advice = nil
      }
    }
    switch ending {
    case .stopped: try requeue(&job)
    case .interrupted: try resumeOrFail(&job, "Easel or the machine stopped")
    case .vanished(let reason): try resumeOrFail(&job, reason)
    case .leftRunning: break
    case .cancelled: try fail(&job, WorkerFailure(permanent: true, message: "cancelled", advice: Self.againAdvice))
    default: try retryOrFail(&job, failure(of: job, ending))
    }
  }

  /// Marks the job as failed for good.
  ///
  /// - Throws: a `FileError`; to be tried again, since the job is as it was.
  package func fail(_ job: inout SpooledJob, _ failure: WorkerFailure) throws {
    let message = Self.shortened(failure.message, in: job.directory)
    try job.leaveRunning { record in
      record.state = .failed
      record.retryAt = nil
      record.message = message
      record.advice = failure.advice
    }
  }

  /// The job directory will be gone when people read this: `inputs/cat.jpg` is still right then.
  private static func shortened(_ message: String, in directory: JobDirectory) -> String {
    message.replacing("\(directory.path)/", with: "")
  }

  static let againAdvice = "Move this folder back into the inbox to try again."

  private func requeue(_ job: inout SpooledJob) throws {
    try job.leaveRunning { record in
      record.state = .queued
      record.attempt = max(0, record.attempt - 1)
    }
  }

  /// What was cut short together with the daemon goes on at once; the attempt does not count, but its like are limited.
  ///
  /// - Parameter cause: for people, as the beginning of a sentence.
  private func resumeOrFail(_ job: inout SpooledJob, _ cause: String) throws {
    let hasAdvanced = hasAdvanced(job)
    let interruptions = hasAdvanced ? 1 : (job.record.interruptions ?? 0) + 1
    guard interruptions < retries.interruptions else {
      let message = "\(cause) \(interruptions) times in a row while the job was running"
      return try fail(&job, WorkerFailure(permanent: false, message: message, advice: Self.againAdvice))
    }
    try job.leaveRunning { record in
      record.state = .queued
      record.attempt = hasAdvanced ? 0 : max(0, record.attempt - 1)
      record.interruptions = interruptions
    }
  }

  private func retryOrFail(_ job: inout SpooledJob, _ failure: WorkerFailure) throws {
    let attempt = hasAdvanced(job) ? 1 : job.record.attempt
    guard !failure.permanent, let pause = retries.pause(after: attempt) else { return try fail(&job, failure) }
    let message = Self.shortened(failure.message, in: job.directory)
    try job.leaveRunning { record in
      record.state = .retrying
      // An attempt that came further than the one before is not held against the job.
      record.attempt = attempt
      record.interruptions = nil
      record.retryAt = Date.now + pause / .seconds(1)
      record.message = message
      record.advice = failure.advice
    }
  }

  /// Whether the attempt has left another checkpoint than it found. (Not by the clock, which may be set back.)
  private func hasAdvanced(_ job: SpooledJob) -> Bool {
    guard let checkpoint = checkpoint(of: job) else { return false }
    return job.record.checkpoint != checkpoint
  }

  private func checkpoint(of job: SpooledJob) -> FileIdentity? {
    FileStatus(job.directory.checkpointPath)?.identity
  }

  private func failure(of job: SpooledJob, _ ending: WorkerEnding) -> WorkerFailure {
    let told = try? job.directory.readFailure()
    let lastWords = job.directory.lastWords.map { "; its last words: \($0)" } ?? ""
    switch ending {
    case .exited(WorkerExit.permanentFailure):
      return WorkerFailure(
        permanent: true, message: told?.message ?? "the worker refused the job" + lastWords, advice: told?.advice)
    case .exited(WorkerExit.temporaryFailure):
      return WorkerFailure(
        permanent: false, message: told?.message ?? "the worker gave up for now" + lastWords, advice: told?.advice)
    case .exited(WorkerExit.done):
      return WorkerFailure(permanent: false, message: "the worker ended well but left no result" + lastWords)
    case .exited(let code):
      return WorkerFailure(permanent: false, message: "the worker ended with exit code \(code)" + lastWords)
    case .killed(let signal):
      return WorkerFailure(
        permanent: false, message: "the worker was killed by signal \(signal)" + lastWords,
        advice: signal == 9 ? "Memory may have run out: try a smaller `size`." : nil)
    case .interrupted:
      return WorkerFailure(permanent: false, message: "Easel or the machine stopped while the job was running")
    case .notStarted(let reason):
      return WorkerFailure(permanent: false, message: "the worker could not be started: \(reason)")
    case .broken(let reason, let advice):
      return WorkerFailure(permanent: false, message: reason + lastWords, advice: advice)
    case .vanished(let reason):
      return WorkerFailure(permanent: false, message: reason)
    case .stopped, .cancelled, .leftRunning:
      return WorkerFailure(permanent: false, message: "the worker was asked to stop")
    }
  }
}

extension SpooledJob {
  /// Changes the record of a job that no attempt is running for any more.
  fileprivate mutating func leaveRunning(_ change: (inout JobRecord) -> Void) throws {
    try update { record in
      record.runHandle = nil
      change(&record)
    }
  }
}
