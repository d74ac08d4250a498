package import Files

// Attempts in a cluster. Each has a directory of its own, made by nobody else, since a cluster may run a job twice, even at the same
// time: a node that is cut off paints on. What is taken of them goes to where a worker on this machine would have written it.
extension JobDirectory {
  package var attemptsPath: Path { path.appending("attempts") }

  /// The attempts that have begun, the first first.
  package var attempts: [JobDirectory] {
    let names = (try? attemptsPath.names()) ?? []
    return names.compactMap { $0.text.flatMap { Int($0) } }.sorted().map { JobDirectory(path, attemptNumber: $0) }
  }

  /// Nil while the attempt has not ended.
  ///
  /// - Throws: a `FileError` or `JSONFileError`.
  package func readManifest() throws -> AttemptManifest? { try read("manifest.json") }

  /// On which node the attempt runs, as the job's script has put it down.
  package var node: String? {
    guard let text = try? FileSystem.contents(workPath.appending("node")) else { return nil }
    return String(decoding: text, as: UTF8.self).split(separator: "\n").first.map(String.init)
  }

  /// Where states of the job to go on from may lie: its own, and those of its attempts before this one, the latest first.
  package var earlierCheckpoints: [Path] {
    let before = attempts.filter { $0.attemptNumber! < attemptNumber ?? 0 }.reversed()
    return before.map(\.checkpointPath) + [JobDirectory(path).checkpointPath]
  }

  /// The first attempt with a result that is as its manifest says.
  package var completeAttempt: JobDirectory? {
    attempts.first { attempt in
      guard let manifest = try? attempt.readManifest(), manifest.ending == .done,
        FileStatus(attempt.resultPath)?.kind == .folder
      else { return false }
      // A network file system may show the manifest before all of the files; then they are all there the next time.
      return (try? AttemptManifest.files(in: attempt.resultPath)) == manifest.files
    }
  }
}

// The daemon's side.
extension JobDirectory {
  /// Nodes on which the job has failed, and on which it is not to be tried again.
  package var failedNodes: [String] { (try? read("failed-nodes.json")) ?? [] }

  /// - Throws: a `FileError` or `JSONFileError`.
  package func noteFailure(onNode node: String) throws {
    try write(Set(failedNodes + [node]).sorted(), to: "failed-nodes.json")
  }

  /// Makes an attempt's result that of the job. Others that come are not looked at.
  ///
  /// - Throws: a `FileError`; there is no result then, or it is there.
  package func adoptResult(of attempt: JobDirectory) throws {
    try adopt("worker.log", of: attempt)
    try FileSystem.synchronizeTree(attempt.resultPath)
    try adopt("result", of: attempt)
    try FileSystem.synchronizeFolder(path)
  }

  /// Takes over what the attempts begun since have left without a result: the latest state to go on from, and the last one's words.
  ///
  /// - Parameter number: of attempts before.
  /// - Throws: a `FileError`.
  package func adoptState(ofAttemptsAfter number: Int) throws {
    let attempts = attempts
    if let last = attempts.last, last.attemptNumber! > number {
      for name in ["worker.log", "error.json"] { try adopt(name, of: last) }
    }
    if let furthest = attempts.last(where: { FileStatus($0.checkpointPath) != nil }), furthest.attemptNumber! > number {
      try adopt("checkpoint", of: furthest)
      // The states that it has gone on from are large.
      for earlier in attempts { try FileSystem.remove(earlier.checkpointPath) }
    }
    try FileSystem.synchronizeFolder(path)
  }

  private func adopt(_ name: String, of attempt: JobDirectory) throws {
    let source = attempt.workPath.appending(name)
    guard FileStatus(source) != nil else { return }
    try FileSystem.rename(source, path.appending(name))
  }
}
