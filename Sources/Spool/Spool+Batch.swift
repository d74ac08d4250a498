internal import Files
internal import Foundation
internal import Jobs

/// How far a folder's jobs are.
package struct BatchProgress: Hashable, Sendable {
  /// The numbers of those that are still to be made.
  package var unmade: [Int]
  /// How many are done or have failed.
  package var done: Int
  package var count: Int

  package var isComplete: Bool { done == count }

  package init(unmade: [Int] = [], done: Int = 0, count: Int = 0) {
    (self.unmade, self.done, self.count) = (unmade, done, count)
  }
}

// Folders of which several jobs come.
//
// Each cell's directory has a name that follows from the folder's and its number, and leaves a `CellResult` behind before it goes: so
// the disk alone says of each whether it is still to be made, under way or done, and none is made twice, whenever Easel is killed.
extension Spool {
  /// - Throws: a `FileError`.
  package func progress(of batch: SpooledJob) throws -> BatchProgress {
    let cells = batch.record.batch?.cells ?? []
    let present = Set(try jobs.names())
    let results = Set(FileStatus(batch.directory.cellsPath) == nil ? [] : try batch.directory.cellsPath.names())
    var progress = BatchProgress(count: cells.count)
    for number in cells.indices where !present.contains(FileName(Self.id(ofCell: number, of: batch.id))) {
      if results.contains(FileName(JobDirectory.cellFile(number))) {
        progress.done += 1
      } else {
        progress.unmade.append(number)
      }
    }
    return progress
  }

  /// Makes the job of one of `BatchProgress.unmade`, with copies of its pictures.
  ///
  /// - Throws: a `FileError`; nothing of it is left then, or what is left is put right by `recover`.
  package func makeCell(_ number: Int, of batch: SpooledJob) throws -> SpooledJob {
    guard let cells = batch.record.batch?.cells, var settings = batch.record.settings?.value else {
      throw BatchUnreadable()
    }
    settings.priority = batch.priority
    let plan = ClaimPlan(
      cells[number], settings: settings, inputs: batch.record.inputs, in: batch.directory.path.resolved,
      presetFolder: batch.record.presetFolder, identity: Self.identity(ofFile:))
    let id = Self.id(ofCell: number, of: batch.id)
    var job = try makeJob(plan, id: id, cell: .init(batch: batch.id, number: number))
    do {
      try take(&job, from: jobs)
    } catch {
      try giveBack(&job, to: jobs, because: error)
      throw error
    }
    return job
  }

  private static func identity(ofFile path: Path) -> FileIdentity? {
    FileStatus(path).flatMap { $0.kind == .regular ? $0.identity : nil }
  }

  /// Lets the contact sheet be painted, now that all else is done.
  ///
  /// - Throws: a `FileError`.
  package func endGathering(_ batch: inout SpooledJob) throws {
    try batch.update { $0.state = .queued }
  }

  /// Behind the folder's in the order of names; and without that in it, by which its worker is known.
  static func id(ofCell number: Int, of batch: String) -> String {
    let parts = batch.split(separator: "-", maxSplits: 1)
    return "\(parts[0]).\(JobDirectory.cellFile(number, String(parts.dropFirst().joined())))"
  }

  /// Settings by which the cell would be painted from its own inputs alone.
  func writeSettings(of cell: SpooledJob) throws {
    guard let file = cell.record.inputs.settings, let settings = cell.record.settings?.value else { return }
    try FileSystem.replace(cell.directory.path.appending(file), with: Array(settings.yaml.utf8))
  }

  /// Puts down in the folder's job what becomes of one of its cells, before that is published.
  ///
  /// - Parameters:
  ///   - folder: what is about to be published.
  ///   - name: that it will have in the outbox.
  func noteCell(_ job: SpooledJob, _ folder: Path, as name: String) throws {
    guard let cell = job.record.cell else { return }
    let batch = JobDirectory(jobs.appending(cell.batch))
    guard FileStatus(batch.path)?.kind == .folder else { return }
    try FileSystem.makeFolder(batch.cellsPath)
    var result = CellResult(folder: name, failed: job.record.state == .failed, message: job.record.message)
    if !result.failed, let picture = Self.picture(of: job, in: folder) {
      let ending = picture.lastName.description.split(separator: ".").last.map(String.init) ?? ""
      let copy = JobDirectory.cellFile(cell.number, ending)
      try FileSystem.linkOrCopy(picture, batch.cellsPath.appending(copy))
      result.picture = copy
    }
    try batch.write(result, ofCell: cell.number)
  }

  private static func picture(of job: SpooledJob, in folder: Path) -> Path? {
    Settings.OutputFormat.allCases.map { folder.appending("\(job.record.name).\($0.fileExtension)") }
      .first { FileStatus($0)?.kind == .regular }
  }
}

/// The record of a folder's job is another version's.
package struct BatchUnreadable: Error, CustomStringConvertible {
  package var description: String { "its settings were read by another version of Easel" }
}
