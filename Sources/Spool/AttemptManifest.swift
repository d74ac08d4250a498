package import Files
package import Foundation

/// `attempts/NUMBER/manifest.json`: the last word of a worker in a cluster. Only what it says is there counts, however the
/// cluster says that the attempt has ended.
package struct AttemptManifest: Codable, Hashable, Sendable {
  package enum Ending: String, Codable, Sendable {
    /// `result/` is complete.
    case done
    /// `error.json` says why.
    case failed
    /// It was asked to stop, or has seen that a later attempt runs; its checkpoint is written.
    case stopped
  }

  package struct File: Codable, Hashable, Sendable {
    /// From the attempt's `result/`.
    package var path: Path
    package var bytes: Int64
    /// Of its contents, in hexadecimal digits.
    package var sha256: String
  }

  package var ending: Ending
  /// Those of `result/`, sorted.
  package var files: [File]
  /// Where it ran.
  package var node: String
  package var endedAt: Date
}

extension AttemptManifest {
  /// - Parameter folder: the result, which must be on the disk.
  /// - Throws: a `FileError`.
  static func files(in folder: Path) throws -> [File] {
    try paths(below: folder).map { path in
      let file = folder.appending(path)
      guard let status = FileStatus(file) else { throw FileError("lstat", file) }
      return File(path: path, bytes: status.identity.sizeBytes, sha256: try SHA256Digest.hexadecimal(ofFile: file))
    }
  }

  private static func paths(below folder: Path, _ prefix: Path? = nil) throws -> [Path] {
    try folder.names().flatMap { name -> [Path] in
      let path = prefix?.appending(name) ?? Path(bytes: name.bytes)
      guard FileStatus(folder.appending(name))?.kind == .folder else { return [path] }
      return try paths(below: folder.appending(name), path)
    }
  }
}

// The worker's side.
extension JobDirectory {
  /// Says how the attempt has ended, once all else is on the disk. Nothing is written after it.
  ///
  /// - Throws: a `FileError`.
  package func end(_ ending: AttemptManifest.Ending, on node: String) throws {
    let files = ending == .done ? try AttemptManifest.files(in: resultPath) : []
    try write(AttemptManifest(ending: ending, files: files, node: node, endedAt: .now), to: "manifest.json")
  }

  /// Whether its work is no longer wanted: a later attempt has begun, or the job has left the spool.
  package var isSuperseded: Bool {
    guard let attemptNumber else { return false }
    return FileStatus(JobDirectory(path, attemptNumber: attemptNumber + 1).workPath) != nil
      || FileStatus(workPath) == nil
  }
}
