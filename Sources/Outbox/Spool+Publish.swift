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
  package func publish(_ job: SpooledJob) throws -> String? {
    let isFailed = job.record.state == .failed
    let location = job.directory.location
    let folder = isFailed ? location.appending("failed") : Path(job.directory.resultPath)
    let inputs = Path(job.directory.inputsPath)
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
    try FileSystem.rename(folder, outbox.appending(name))
    try FileSystem.synchronizeFolder(outbox)
    try remove(job.directory)
    return name
  }

  /// Takes back a publication that failed: a result that could not be flushed is dropped, since what the disk holds of it
  /// is not known; the inputs stay.
  package func publicationFailed(_ job: inout SpooledJob, _ error: any Error) throws {
    let result = Path(job.directory.resultPath)
    if FileStatus(result.appending("inputs")) != nil {
      try FileSystem.rename(result.appending("inputs"), Path(job.directory.inputsPath))
    }
    if (error as? FileError)?.function == "fsync" { try FileSystem.remove(result) }
    let pause = retries.pause(after: 1) ?? retries.delay
    let hasResult = FileStatus(result) != nil
    try job.update { record in
      if record.state == .publishing, !hasResult { record.state = .retrying }
      record.retryAt = Date.now + pause / .seconds(1)
      record.message = record.state == .failed ? record.message : "could not be published: \(error)"
    }
  }

  /// The first of NAME, NAME-2, NAME-3 ... that is free. Only this daemon writes into the outbox.
  private func freeName(_ name: JobName, failed: Bool) -> String {
    var number = 1
    while FileStatus(outbox.appending(name.folder(failed: failed, number: number))) != nil { number += 1 }
    return name.folder(failed: failed, number: number)
  }

  private func describeFailure(_ job: SpooledJob, in folder: Path) throws {
    try FileSystem.makeFolder(folder)
    let report = FailureReport(job)
    try FileSystem.replace(folder.appending("error.txt"), with: Array(report.text.utf8))
    try JSONFile.write(report, to: folder.appending("report.json"))
  }
}
