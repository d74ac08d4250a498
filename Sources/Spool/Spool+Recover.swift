package import Files
internal import Foundation
internal import Glibc
internal import Jobs

// Going on after an interruption.
extension Spool {
  /// What `recover` found.
  package struct Recovery: Sendable {
    /// All jobs, ready to go on. Those that are `running` may have a worker still: whoever starts attempts looks for it.
    package var jobs: [SpooledJob] = []
    /// What could not be put right, for the log.
    package var problems: [String] = []
  }

  /// Brings every job that a stop or crash has left in the middle of a step into a state to go on from.
  ///
  /// To be called by the daemon that holds the lock, before anything else; and again, for all but the `known` jobs, when
  /// something could not be put right or a claim has ended in the middle.
  ///
  /// - Throws: a `FileError` when the spool itself cannot be read; what is wrong with one job is a problem of `Recovery`.
  package func recover(inbox: Path, except known: Set<String> = []) throws -> Recovery {
    var recovery = Recovery()
    for directory in try directories() where !known.contains(directory.id) {
      do {
        if let job = try recover(directory, inbox: inbox) { recovery.jobs.append(job) }
      } catch {
        recovery.problems.append("\(directory.path): \(error)")
      }
    }
    return recovery
  }

  /// Nil when nothing is left to do for the job.
  private func recover(_ directory: JobDirectory, inbox: Path) throws -> SpooledJob? {
    try stopPreview(of: directory)
    FileSystem.removeAbandoned(in: directory.inputsPath)
    guard var job = try readOrRescue(directory) else { return nil }
    try removeTemporaries(of: job)
    guard job.record.state == .claiming else { return job }
    try recoverClaim(&job, inbox: inbox)
    return FileStatus(directory.path) == nil ? nil : job
  }

  /// Removes files that were on their way to another name; from a worker that may be alive only those of dead processes.
  private func removeTemporaries(of job: SpooledJob) throws {
    let path = job.directory.path
    guard job.record.state != .running else { return FileSystem.removeAbandoned(in: path) }
    for name in try path.names() where name.bytes.first == UInt8(ascii: ".") {
      try FileSystem.remove(path.appending(name))
    }
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
  /// inputs are not lost but published as failed. One of a later Easel's is left alone.
  private func readOrRescue(_ directory: JobDirectory) throws -> SpooledJob? {
    do {
      return try SpooledJob(directory)
    } catch let error as FileError where !error.isMissing {
      throw error
    } catch let error as JSONFileError where error.isOfLaterEasel {
      throw error
    } catch {
      let inputs = directory.inputsPath
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
    guard FileLock.isHeld(directory.previewLock), !FileLock.isHeld(directory.workerLock) else { return }
    try stopProcess(of: directory, with: directory.previewLock)
    try directory.forgetPreview()
  }

  /// It leaves everything in order and ends, or is killed.
  private func stopProcess(of directory: JobDirectory, with lock: Path) throws {
    for signal in [SIGTERM, SIGTERM, SIGKILL] {
      guard FileLock.isHeld(lock) else { return }
      let holder = FileLock.holder(lock)
      guard let holder, Self.isWorker(holder, of: directory) else { throw FileLockedError(path: lock, holder: holder) }
      kill(holder, signal)
      waitForEnd { !FileLock.isHeld(lock) }
    }
    if FileLock.isHeld(lock) { throw FileLockedError(path: lock, holder: FileLock.holder(lock)) }
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
