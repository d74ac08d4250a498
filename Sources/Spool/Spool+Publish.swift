internal import Files
internal import Foundation
internal import Glibc
internal import Jobs

// Publishing.
extension Spool {
  /// Makes a job that is `publishing` or `failed` appear whole in the outbox, by one rename, with its inputs; then the job
  /// directory goes. Doing it again after an interruption at any point ends the same way.
  ///
  /// - Returns: the name of the folder in the outbox, or nil when it had been put there already.
  ///
  /// - Throws: a `FileError`; the job is told of it by `publicationFailed`.
  package func publish(_ job: SpooledJob) throws -> String? {
    let isFailed = job.record.state == .failed
    let directory = job.directory.path
    let folder = isFailed ? directory.appending("failed") : job.directory.resultPath
    let inputs = job.directory.inputsPath
    if FileStatus(inputs) != nil {
      if isFailed { try describeFailure(job, in: folder) }
      try FileSystem.rename(inputs, folder.appending("inputs"))
    }
    guard FileStatus(folder) != nil else {
      try remove(job.directory)
      return nil
    }
    try FileSystem.synchronizeTree(folder)
    let name = freeName(JobName(job.record.name), failed: isFailed)
    try noteCell(job, folder, as: name)
    try FileSystem.rename(folder, outbox.appending(name))
    do {
      try FileSystem.synchronizeFolder(outbox)
    } catch {
      // Whether the disk has it is not known, so it does not count as published.
      try FileSystem.rename(outbox.appending(name), folder)
      throw error
    }
    try remove(job.directory)
    return name
  }

  /// Takes back a publication that failed: a result that could not be flushed is dropped, since what the disk holds of it
  /// is not known; the inputs stay.
  ///
  /// - Throws: a `FileError`.
  package func publicationFailed(_ job: inout SpooledJob, _ error: any Error) throws {
    let result = job.directory.resultPath
    let inputs = job.directory.inputsPath
    if FileStatus(result.appending("inputs")) != nil { try FileSystem.rename(result.appending("inputs"), inputs) }
    if (error as? FileError)?.function == "fsync" { try FileSystem.remove(result) }
    // Without inputs it lies in the outbox, and only the rest of the job directory is still to be removed.
    let isPainted = FileStatus(result) != nil || FileStatus(inputs) == nil
    let message = "could not be published: \(error)"
    if job.record.state == .publishing, !isPainted, retries.pause(after: job.record.attempt) == nil {
      return try fail(&job, WorkerFailure(permanent: false, message: message, advice: Self.againAdvice))
    }
    try job.update { record in
      if record.state == .publishing, !isPainted { record.state = .retrying }
      record.retryAt = Date.now + retries.delay / .seconds(1)
      record.message = record.state == .failed ? record.message : message
    }
  }

  /// The first of NAME, NAME-2, NAME-3 ... that is free. Only this daemon writes into the outbox.
  private func freeName(_ name: JobName, failed: Bool) -> String {
    FreeName.first({ name.folder(failed: failed, number: $0) }) { FileStatus(outbox.appending($0)) != nil }
  }

  private func describeFailure(_ job: SpooledJob, in folder: Path) throws {
    try FileSystem.makeFolder(folder)
    let report = FailureReport(job)
    try FileSystem.replace(folder.appending("error.txt"), with: Array(report.text.utf8))
    try JSONFile.write(report, to: folder.appending("report.json"))
  }
}
