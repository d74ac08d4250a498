internal import Files
internal import Foundation
internal import Glibc
internal import Jobs

// Going on after an interruption.
extension Spool {
  /// What `recover` found.
  package struct Recovery: Sendable {
    /// All jobs, ready to go on.
    package var jobs: [SpooledJob] = []
    /// What could not be put right, for the log.
    package var problems: [String] = []
  }

  /// Brings every job that a stop or crash has left in the middle of a step into a state to go on from.
  ///
  /// To be called by the daemon that holds the lock, before anything else; and again, for all but the `known` jobs, when
  /// something could not be put right or a claim has ended in the middle.
  package func recover(inbox: String, except known: Set<String> = []) throws -> Recovery {
    var recovery = Recovery()
    for directory in try directories() where !known.contains(directory.id) {
      do {
        if let job = try recover(directory, inbox: Path(inbox)) { recovery.jobs.append(job) }
      } catch {
        recovery.problems.append("\(directory.path): \(error)")
      }
    }
    return recovery
  }

  /// Nil when nothing is left to do for the job.
  private func recover(_ directory: JobDirectory, inbox: Path) throws -> SpooledJob? {
    try stopPreview(of: directory)
    for name in try directory.location.names() where name.description.hasPrefix(".") {
      try FileSystem.remove(directory.location.appending(name))
    }
    guard var job = try readOrRescue(directory) else { return nil }
    switch job.record.state {
    case .claiming:
      try recoverClaim(&job, inbox: inbox)
      if FileStatus(directory.location) == nil { return nil }
    case .running:
      try stopOrphan(of: directory, with: directory.workerLock)
      try end(&job, .interrupted)
    case .queued, .retrying, .publishing, .failed: break
    }
    return job
  }

  /// A claim is finished when it can be, and undone otherwise.
  private func recoverClaim(_ job: inout SpooledJob, inbox: Path) throws {
    do {
      try take(&job, from: inbox)
    } catch {
      try giveBack(&job, to: inbox, because: error)
    }
  }

  /// A directory without a readable record is either one that was just being made or removed, or damaged; then its
  /// inputs are not lost but published as failed.
  private func readOrRescue(_ directory: JobDirectory) throws -> SpooledJob? {
    do {
      return try SpooledJob(directory)
    } catch let error as FileError where !error.isMissing {
      throw error
    } catch {
      let inputs = Path(directory.inputsPath)
      guard FileStatus(inputs) != nil, try !inputs.names().isEmpty else {
        try remove(directory)
        return nil
      }
      var job = SpooledJob(directory, record: JobRecord(id: directory.id, name: "rescued", inputs: JobInputs()))
      try fail(
        &job, WorkerFailure(permanent: true, message: "its record was damaged: \(error)", advice: Self.againAdvice))
      return job
    }
  }

  /// A quick preview whose daemon died may be begun again.
  private func stopPreview(of directory: JobDirectory) throws {
    guard JobLock.isHeld(directory.previewLock), !JobLock.isHeld(directory.workerLock) else { return }
    try stopOrphan(of: directory, with: directory.previewLock)
    try directory.forgetPreview()
  }

  /// A process whose daemon died may still be running: it leaves everything in order and ends, or is killed.
  private func stopOrphan(of directory: JobDirectory, with lock: Path) throws {
    for signal in [SIGTERM, SIGTERM, SIGKILL] {
      guard JobLock.isHeld(lock) else { return }
      let holder = JobLock.holder(lock)
      guard let holder, Self.isWorker(holder, of: directory) else { throw JobLockedError(path: lock, holder: holder) }
      kill(holder, signal)
      waitForEnd { !JobLock.isHeld(lock) }
    }
    if JobLock.isHeld(lock) { throw JobLockedError(path: lock, holder: JobLock.holder(lock)) }
  }

  /// The number in the lock file may be that of an earlier worker, and belong to somebody else by now.
  private static func isWorker(_ process: Int32, of directory: JobDirectory) -> Bool {
    guard process > 1, let line = try? FileSystem.contents(Path("/proc/\(process)/cmdline")) else { return false }
    return String(decoding: line, as: UTF8.self).contains(directory.id)
  }

  private func waitForEnd(_ hasEnded: () -> Bool) {
    for _ in 0..<50 {
      if hasEnded() { return }
      usleep(50_000)
    }
  }
}
