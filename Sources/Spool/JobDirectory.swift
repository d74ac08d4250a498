package import Files
internal import Foundation

/// A claimed job on disk, `outbox/.jobs/<id>/`: what daemon and worker tell each other.
///
/// | written by the daemon | written by the worker |
/// |---|---|
/// | `job.json`, `inputs/`, `cells/` | `progress.json`, `checkpoint`, `result/` or `error.json`, `worker.lock`, `worker.log` |
/// | | also by the quick preview that comes before it: `preview.png`, `preview.json`, `preview.lock`, `preview.log` |
/// | `submission.json`, `cluster.json`, `failed-nodes.json`, `job.sh`: what a cluster was asked to run | in a cluster all of it in `attempts/NUMBER/`, and at its end `manifest.json` there |
///
/// Each JSON file has one writer and is replaced atomically, so it may be read at any time.
package struct JobDirectory: Hashable, Sendable {
  package let path: Path
  /// Of an attempt in a cluster, counted from 1, whose worker has a directory of its own; nil where it writes into the job's.
  package let attemptNumber: Int?

  package init(_ path: Path, attemptNumber: Int? = nil) {
    (self.path, self.attemptNumber) = (path, attemptNumber)
  }

  package var id: String { path.lastName.description }

  /// Where the worker writes, and nowhere else.
  package var workPath: Path { attemptNumber.map { attemptsPath.appending("\($0)") } ?? path }

  package var inputsPath: Path { path.appending("inputs") }
  /// What the worker needs to go on after an interruption; a newer one after an attempt counts as progress.
  package var checkpointPath: Path { workPath.appending("checkpoint") }
  /// What the worker says on its standard error in this attempt. A file and not a pipe, which would kill a worker that
  /// has something to say after its daemon's end.
  package var logPath: Path { workPath.appending("worker.log") }
  /// Of a folder with several jobs: what has become of each that is done, by the daemon. See `CellResult`.
  package var cellsPath: Path { path.appending("cells") }
  /// What will be published; it exists only when complete.
  package var resultPath: Path { workPath.appending("result") }

  /// - Throws: a `FileError`, also when there is none; a `JSONFileError` for what is no record.
  package func readRecord() throws -> JobRecord {
    guard let record: JobRecord = try JSONFile.read(recordPath) else { throw FileError("open", recordPath, code: 2) }
    try JobRecord.fileFormat.check(record.format, recordPath)
    return record.modernised
  }

  /// - Throws: a `FileError`.
  package func write(_ record: JobRecord) throws { try JSONFile.write(record, to: recordPath) }

  private var recordPath: Path { path.appending("job.json") }

  /// Nil before the worker has said anything.
  ///
  /// - Throws: a `FileError` or `JSONFileError`.
  package func readProgress() throws -> JobProgress? { try read("progress.json") }
  /// - Throws: a `FileError`.
  package func write(_ progress: JobProgress) throws { try write(progress, to: "progress.json") }

  /// - Throws: a `FileError` or `JSONFileError`.
  package func readFailure() throws -> WorkerFailure? { try read("error.json") }
  /// - Throws: a `FileError`.
  package func write(_ failure: WorkerFailure) throws { try write(failure, to: "error.json") }

  /// The end of what the worker has said, or nil when it said nothing.
  package var lastWords: String? { lastWords(in: logPath) }

  func lastWords(in log: Path) -> String? {
    guard let said = try? FileSystem.contents(log), !said.isEmpty else { return nil }
    return String(decoding: said.suffix(1000), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

// The worker's side.
extension JobDirectory {
  /// Takes the job for this process until the returned value ends; throws when another worker is on it.
  ///
  /// - Throws: a `FileLockedError` when another worker is on it.
  package func lock() throws -> FileLock { try FileLock(workerLock) }

  /// Held by the worker for as long as it lives.
  package var workerLock: Path { workPath.appending("worker.lock") }

  /// Makes the empty folder in which the worker gathers its result, and returns its path.
  ///
  /// - Throws: a `FileError`.
  package func makeResultFolder() throws -> Path {
    let folder = workPath.appending("result.new")
    try FileSystem.remove(folder)
    try FileSystem.makeFolder(folder)
    return folder
  }

  /// Flushes everything in the folder of `makeResultFolder()` and puts it in place as `result/`, whole.
  ///
  /// - Throws: a `FileError`; there is no `result/` then.
  package func commitResult() throws {
    let folder = workPath.appending("result.new")
    try FileSystem.synchronizeTree(folder)
    try FileSystem.rename(folder, resultPath)
    try FileSystem.synchronizeFolder(workPath)
  }
}

// Wishes of people, as empty files, so that they also reach a daemon that is not running.
extension JobDirectory {
  package enum Mark: String, CaseIterable, Sendable {
    /// The job is not started while this is there.
    case hold
    /// The job is to be stopped and moved out of the way.
    case cancel
    /// The job is not to wait for `retryAt`.
    case retry
  }

  package func has(_ mark: Mark) -> Bool { FileStatus(path.appending(mark.rawValue)) != nil }
  /// When it was set; nil when it is not.
  func date(of mark: Mark) -> Date? { FileStatus(path.appending(mark.rawValue))?.identity.modificationDate }
  /// - Throws: a `FileError`.
  package func set(_ mark: Mark) throws { try FileSystem.replace(path.appending(mark.rawValue), with: []) }
  /// - Throws: a `FileError`.
  package func clear(_ mark: Mark) throws { try FileSystem.remove(path.appending(mark.rawValue)) }

  /// The priority that somebody has asked for since the job was taken; nil for none.
  package var wantedPriority: Int? {
    let text = (try? FileSystem.contents(path.appending("priority"), limitBytes: 64)) ?? nil
    return text.flatMap { Int(String(decoding: $0, as: UTF8.self).filter { !$0.isWhitespace }) }
  }
  /// - Throws: a `FileError`.
  package func set(priority: Int) throws {
    try FileSystem.replace(path.appending("priority"), with: Array("\(priority)\n".utf8))
  }
}

extension JobDirectory {
  func read<Value: Decodable>(_ name: String) throws -> Value? { try JSONFile.read(workPath.appending(name)) }

  func write(_ value: some Encodable, to name: String) throws {
    try JSONFile.write(value, to: workPath.appending(name))
  }
}
