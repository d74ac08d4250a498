package import Files
internal import Foundation
internal import Glibc
package import Jobs

/// Something in the inbox is no longer what it was at the last look.
package struct InputChanged: Error, CustomStringConvertible {
  package let name: FileName
  package var description: String { "\(name) has changed since the last look; it is looked at again" }
}

// Taking inputs from the inbox.
extension Spool {
  /// Takes what the plan names out of the inbox into a new job: by rename, or by copy and unlink from another file system.
  ///
  /// The plan is on the disk before anything moves, so an interrupted claim is finished or undone by `recover`. When
  /// something has changed meanwhile, everything goes back to the inbox and the error is thrown.
  ///
  /// - Throws: `InputChanged` or a `FileError`; what was moved already is in the inbox again, or is given
  ///   back by `recover`.
  package func claim(_ plan: ClaimPlan, from inbox: Path) throws -> SpooledJob {
    var job = try makeJob(plan, id: Self.newID(.now))
    do {
      try take(&job, from: inbox)
    } catch {
      try giveBack(&job, to: inbox, because: error)
      if job.record.state != .failed { throw error }
    }
    return job
  }

  /// - Parameter cell: which it is of a folder's.
  func makeJob(_ plan: ClaimPlan, id: String, cell: JobRecord.Cell? = nil) throws -> SpooledJob {
    let directory = JobDirectory(jobs.appending(id))
    var record = JobRecord(
      id: id, name: plan.name, inputs: plan.inputs, state: .claiming, priority: plan.settings.priority,
      claimedAt: .now)
    record.settings = RecordedSettings(plan.settings)
    record.claim = JobRecord.Claim(moves: plan.moves, fault: plan.fault)
    // There is nothing to see of a contact sheet before its pictures are there.
    record.preview = plan.batch == nil ? plan.settings.preview : false
    record.presetFolder = plan.presetFolder
    (record.batch, record.cell) = (plan.batch, cell)
    do {
      try FileSystem.makeFolder(directory.path)
      try FileSystem.makeFolder(directory.inputsPath)
      try directory.write(record)
      try FileSystem.synchronizeFolder(jobs)
    } catch {
      // Nothing has moved yet. What cannot be removed now is removed by `recover`.
      try? FileSystem.remove(directory.path)
      throw error
    }
    return SpooledJob(directory, record: record)
  }

  /// Sorts by time and is unique: two jobs in one millisecond differ in their tails.
  private static func newID(_ now: Date) -> String {
    let milliseconds = Int64(now.timeIntervalSince1970 * 1000)
    let tail = String(UInt32.random(in: 0..<1 << 20), radix: 32)
    return "\(milliseconds)-\(String(repeating: "0", count: 4 - tail.count))\(tail)"
  }

  /// Goes on with a claim from wherever it is.
  func take(_ job: inout SpooledJob, from inbox: Path) throws {
    for move in job.record.claim?.moves ?? [] {
      let isTaken = try withSource(of: move, in: inbox) { source in
        switch move.kind {
        case .file: try takeFile(source, move, job.directory)
        case .copy: try takeCopy(source, move, job.directory)
        case .folder, .folderWithInputs: try takeFolder(source, move, job.directory)
        }
        if move.kind != .copy, move.folder != nil { try FileSystem.synchronizeFolder(source.folder) }
      }
      // The folder may be gone when a claim goes on, and what lay in it taken.
      guard isTaken || FileStatus(job.directory.path.appending(move.destination)) != nil else {
        throw InputChanged(name: move.source)
      }
    }
    if job.record.cell != nil { try writeSettings(of: job) }
    try FileSystem.synchronizeFolder(job.directory.inputsPath)
    try FileSystem.synchronizeFolder(inbox)
    let directory = job.directory
    try job.update { record in
      let fault = record.claim?.fault
      record.state = fault != nil ? .failed : record.batch != nil ? .gathering : .queued
      (record.message, record.advice) = (fault?.message, fault?.advice)
      record.claim = nil
      Self.noteIdentities(&record, directory)
    }
  }

  /// So that a worker which cannot read a picture knows whether it is still being written.
  private static func noteIdentities(_ record: inout JobRecord, _ directory: JobDirectory) {
    for role in InputRole.allCases {
      for (index, input) in record.inputs.pictures[role].enumerated() {
        guard let file = input.file else { continue }
        record.inputs.pictures[role][index].identity = FileStatus(directory.path.appending(file))?.identity
      }
    }
  }

  private func takeFile(_ source: Path, _ move: ClaimPlan.Move, _ directory: JobDirectory) throws {
    let destination = directory.path.appending(move.destination)
    if FileStatus(destination) != nil {
      // Copied from another file system, but perhaps not yet removed there.
      if move.isStill(at: source) { try FileSystem.remove(source) }
      return
    }
    guard move.isStill(at: source) else { throw InputChanged(name: move.source) }
    guard try renameUnlessFar(source, destination) else {
      try FileSystem.copy(source, destination)
      guard move.isStill(at: source) else { throw InputChanged(name: move.source) }
      return try FileSystem.remove(source)
    }
    guard move.isStill(at: destination) else { throw InputChanged(name: move.source) }
  }

  private func takeCopy(_ source: Path, _ move: ClaimPlan.Move, _ directory: JobDirectory) throws {
    let destination = directory.path.appending(move.destination)
    guard FileStatus(destination) == nil else { return }
    guard move.isStill(at: source) else { throw InputChanged(name: move.source) }
    try FileSystem.copy(source, destination)
  }

  private func takeFolder(_ source: Path, _ move: ClaimPlan.Move, _ directory: JobDirectory) throws {
    let dropped = directory.path.appending("dropped")
    if FileStatus(dropped) == nil {
      guard try directory.inputsPath.names().isEmpty else { return }
      guard move.isStill(at: source), try move.isAll(in: source) else { throw InputChanged(name: move.source) }
      if try renameUnlessFar(source, dropped) {
        // Something else, such as a link to a folder, may have come to the name meanwhile.
        guard move.isStill(at: dropped) else { throw InputChanged(name: move.source) }
      } else {
        try FileSystem.copy(source, dropped)
      }
    }
    guard try move.isAll(in: dropped) else { throw InputChanged(name: move.source) }
    if move.isStill(at: source) { try FileSystem.removeCopied(source, of: dropped) }
    try unwrap(dropped, directory, inner: move.kind == .folderWithInputs)
  }

  /// Makes the dropped folder, or the `inputs/` in it, the job's inputs.
  private func unwrap(_ dropped: Path, _ directory: JobDirectory, inner: Bool) throws {
    let inputs = directory.inputsPath
    guard inner else { return try FileSystem.rename(dropped, inputs) }
    if FileStatus(dropped.appending("inputs"))?.kind == .folder {
      try FileSystem.rename(dropped.appending("inputs"), inputs)
    }
    for name in ["error.txt", "report.json"] { try FileSystem.remove(dropped.appending(name)) }
    // What else lay there stays with the job.
    if try dropped.names().isEmpty {
      try FileSystem.removeFolder(dropped)
    } else {
      let others = FreeName.first({ inputs.appending(FreeName.numbered("others", $0)) }) { FileStatus($0) != nil }
      try FileSystem.moveToFreeName(dropped, others)
    }
  }

  /// False when the two are on different file systems.
  private func renameUnlessFar(_ source: Path, _ destination: Path) throws(FileError) -> Bool {
    do throws(FileError) {
      try FileSystem.rename(source, destination)
      return true
    } catch {
      guard error.code == EXDEV else { throw error }
      return false
    }
  }
}

extension ClaimPlan.Move {
  /// Whether a folder, now at `path`, holds nothing that has come since the look: a photo would not be painted, and a file that is
  /// still being written would be gone for its writer.
  func isAll(in path: Path) throws -> Bool {
    guard let names else { return true }
    return try Set((kind == .folderWithInputs ? path.appending("inputs") : path).names()).isSubset(of: names)
  }

  /// Whether what was looked at now lies at `path`.
  func isStill(at path: Path) -> Bool {
    guard let status = FileStatus(path) else { return false }
    switch kind {
    case .file, .copy: return status.kind == .regular && identity.hasSameContents(as: status.identity)
    case .folder, .folderWithInputs: return status.kind == .folder && identity.isSameInode(as: status.identity)
    }
  }
}
