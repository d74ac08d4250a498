package import Files
internal import Foundation

/// A claimed job on disk, `outbox/.jobs/<id>/`: what daemon and worker tell each other.
///
/// | written by the daemon | written by the worker |
/// |---|---|
/// | `job.json`, `inputs/`, `cells/` | `progress.json`, `checkpoint`, `result/` or `error.json`, `worker.lock`, `worker.log` |
/// | | also by the quick preview that comes before it: `preview.png`, `preview.json`, `preview.lock`, `preview.log` |
///
/// Each JSON file has one writer and is replaced atomically, so it may be read at any time.
package struct JobDirectory: Hashable, Sendable {
  package let path: Path

  package init(_ path: Path) {
    self.path = path
  }

  package var id: String { path.lastName.description }

  package var inputsPath: Path { path.appending("inputs") }
  /// What the worker needs to go on after an interruption; a newer one after an attempt counts as progress.
  package var checkpointPath: Path { path.appending("checkpoint") }
  /// What the worker says on its standard error in this attempt. A file and not a pipe, which would kill a worker that
  /// has something to say after its daemon's end.
  package var logPath: Path { path.appending("worker.log") }
  /// Of a folder with several jobs: what has become of each that is done, by the daemon. See `CellResult`.
  package var cellsPath: Path { path.appending("cells") }
  /// What will be published; it exists only when complete.
  package var resultPath: Path { path.appending("result") }

  /// - Throws: a `FileError`, also when there is none; a `JSONFileError` for what is no record.
  package func readRecord() throws -> JobRecord {
    let record: JobRecord = try require("job.json")
    return record.modernised
  }

  /// - Throws: a `FileError`.
  package func write(_ record: JobRecord) throws { try write(record, to: "job.json") }

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
  package var workerLock: Path { path.appending("worker.lock") }

  /// Makes the empty folder in which the worker gathers its result, and returns its path.
  ///
  /// - Throws: a `FileError`.
  package func makeResultFolder() throws -> Path {
    let folder = path.appending("result.new")
    try FileSystem.remove(folder)
    try FileSystem.makeFolder(folder)
    return folder
  }

  /// Flushes everything in the folder of `makeResultFolder()` and puts it in place as `result/`, whole.
  ///
  /// - Throws: a `FileError`; there is no `result/` then.
  package func commitResult() throws {
    let folder = path.appending("result.new")
    try FileSystem.synchronizeTree(folder)
    try FileSystem.rename(folder, path.appending("result"))
    try FileSystem.synchronizeFolder(path)
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
}

extension JobDirectory {
  private func require<Value: Decodable>(_ name: String) throws -> Value {
    guard let value: Value = try read(name) else { throw FileError("open", path.appending(name), code: 2) }
    return value
  }

  private func read<Value: Decodable>(_ name: String) throws -> Value? {
    try JSONFile.read(path.appending(name))
  }

  private func write(_ value: some Encodable, to name: String) throws {
    try JSONFile.write(value, to: path.appending(name))
  }
}
