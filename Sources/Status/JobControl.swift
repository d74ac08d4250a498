import Files
import Foundation
import Inbox
import Jobs
import Spool

/// Finds the one job that a person means, by its name or its id, and leaves word for the daemon.
package struct JobControl {
  /// What can be tried again.
  enum Retryable {
    case spooled(SpooledJob)
    /// A folder in the outbox, by its name.
    case failed(folder: String)
  }

  package let inbox: Path
  private let presetFolders: Set<FileName>
  private let spool: Spool
  private let isServed: Bool
  private let jobs: [SpooledJob]
  private let pairing: Pairing
  /// The names of the folders in the outbox.
  private let folders: [String]

  /// - Parameter inbox: where a running daemon does not say what it watches.
  /// - Throws: a `FileError`, `JSONFileError` or `UnseenSpoolError` when the outbox cannot be read.
  package init(outbox: Path, inbox: InboxConfiguration) throws {
    var inbox = inbox
    spool = Spool(outbox: outbox)
    try spool.checkVisibility()
    isServed = spool.isServed
    // The daemon knows best which inbox it watches.
    if isServed, let record = try spool.readDaemon() { inbox.folder = record.inbox }
    self.inbox = inbox.folder
    presetFolders = Set(inbox.presetFolders.keys)
    jobs = try spool.directories().compactMap { try? SpooledJob($0) }
    let entries = try? Inbox.look(inbox)
    pairing = Pairing(entries: entries ?? [], now: InboxClock.now, grace: .zero)
    folders = ((try? outbox.names()) ?? []).compactMap(\.text).filter { !$0.hasPrefix(".") }
  }

  /// The claimed job of that id or name.
  ///
  /// - Throws: a `JobControlError` when there is none, or several.
  func spooled(_ name: String) throws -> SpooledJob {
    let found = matches(name)
    guard let job = found.first else { throw JobControlError(whyMissing(name)) }
    guard found.count == 1 else { throw ambiguous(name, found) }
    return job
  }

  /// - Throws: a `JobControlError` that says what state the job is in instead.
  func retryable(_ name: String) throws -> Retryable {
    let waiting = matches(name).filter { $0.record.state == .retrying && !$0.isHeld }
    let failed = Self.exact([name, name + ".failed"], among: folders.filter { $0.hasSuffix(".failed") })
    guard failed.count < 2 else {
      let all = FileName.distinct(failed.map { FileName($0) }).joined(separator: ", ")
      throw JobControlError("\(failed.count) failed jobs are called \(name); move one away or rename it: \(all)")
    }
    switch (waiting.count, failed.first) {
    case (0, let folder?): return .failed(folder: folder)
    case (1, nil): return .spooled(waiting[0])
    case (0, nil):
      guard let job = matches(name).first else { throw JobControlError(whyMissing(name)) }
      throw JobControlError("\(called(job)) has not failed, but is \(state(job))" + releaseAdvice(job))
    case (_, let folder): throw ambiguous(name, waiting, folder)
    }
  }

  /// - Throws: when the job is on its way out and nothing can be asked of it any more.
  func refuseFinished(_ job: SpooledJob) throws {
    guard job.record.state == .publishing || job.record.state == .failed else { return }
    throw JobControlError(
      "\(called(job)) is \(job.record.state.rawValue) and leaves the spool; it is too late for that")
  }

  /// Changes a job's marks, and those of the jobs that come of it, and has a running daemon read them.
  ///
  /// - Returns: what is to be told before anything else: that nobody heeds it now.
  /// - Throws: what `change` throws; a `FileError`.
  func mark(_ job: SpooledJob, _ change: (JobDirectory) throws -> Void) throws -> String {
    do {
      try change(job.directory)
      for cell in cells(of: job) { try change(cell.directory) }
    } catch let error as FileError where error.isMissing {
      throw JobControlError("\(called(job)) has just left the spool; see easel status")
    }
    guard isServed else { return "Easel is not running; this counts from its next start:\n" }
    try spool.ring()
    return ""
  }

  /// Those of a folder with several jobs that have not ended yet. (One that has just gone needs no mark.)
  private func cells(of job: SpooledJob) -> [SpooledJob] {
    jobs.filter { cell in
      cell.record.cell?.batch == job.id && cell.record.state != .publishing && cell.record.state != .failed
        && FileStatus(cell.directory.path) != nil
    }
  }

  /// Puts a failed job's folder into the inbox, or the folder there that it came from, where it is taken as any other.
  ///
  /// - Throws: a `JobControlError` or `FileError`; the folder is still in the outbox then.
  func moveBack(_ folder: String) throws {
    let source = spool.outbox.appending(folder)
    let preset = JobStatus.report(of: folder, in: spool.outbox)?.presetFolder
    let from = preset.flatMap { presetFolders.contains($0) ? inbox.appending($0) : nil }
    let destination = (from.flatMap { FileStatus($0)?.kind == .folder ? $0 : nil } ?? inbox).appending(folder)
    guard FileStatus(inbox)?.kind == .folder else {
      throw JobControlError("there is no inbox \(inbox); name the right one with --inbox or --config")
    }
    guard FileStatus(destination) == nil else {
      throw JobControlError("\(destination) is there already; move it away first")
    }
    do throws(FileError) {
      try FileSystem.rename(source, destination)
    } catch {
      guard error.code == EXDEV else { throw error }
      try FileSystem.copy(source, destination)
      try FileSystem.remove(source)
    }
  }

  /// The job in errors: its name, with the id.
  func called(_ job: SpooledJob) -> String { "\(job.record.name) (\(job.id))" }
}

extension JobControl {
  /// Those of that very name before those that only read alike.
  private func matches(_ name: String) -> [SpooledJob] {
    let alike = jobs.filter { $0.id == name || $0.record.name == name }
    let exact = alike.filter { $0.id == name || FileName($0.record.name) == FileName(name) }
    return exact.isEmpty ? alike : exact
  }

  /// The folders that read like one of the names, or that are called just so where there are such.
  private static func exact(_ names: [String], among folders: [String]) -> [String] {
    let alike = folders.filter { names.contains($0) }
    let exact = alike.filter { folder in names.contains { FileName($0) == FileName(folder) } }
    return exact.isEmpty ? alike : exact
  }

  private func state(_ job: SpooledJob) -> String { job.isHeld ? "held" : job.record.state.rawValue }

  private func releaseAdvice(_ job: SpooledJob) -> String {
    job.isHeld ? "; let it go on with: easel job release \(job.record.name)" : ""
  }

  private func ambiguous(_ name: String, _ jobs: [SpooledJob], _ folder: String? = nil) -> JobControlError {
    let all = jobs.map { "\($0.id) (\(state($0)))" } + (folder.map { ["\($0) (in the outbox)"] } ?? [])
    return JobControlError("\(all.count) jobs are called \(name); say which: \(all.joined(separator: ", "))")
  }

  private func whyMissing(_ name: String) -> String {
    if let job = pairing.jobs.first(where: { $0.name == name }) {
      let reason = JobStatus(job)
      let wants = (reason.waitingFor ?? []).joined(separator: "; ")
      return "\(name) is not yet taken from the inbox\(wants.isEmpty ? "" : " and waits for \(wants)"); "
        + "its files there are \(job.files.joined(separator: ", "))"
    }
    for wanted in ["\(name).failed", name] {
      guard let folder = folders.first(where: { $0 == wanted }) else { continue }
      return "\(name) has ended: see \(spool.outbox)/\(folder)"
        + (folder.hasSuffix(".failed") ? "; try it again with: easel job retry \(name)" : "")
    }
    let names = jobs.map(\.record.name) + pairing.jobs.map(\.name)
    guard !names.isEmpty else { return "no job is called \(name); there is none in \(spool.outbox) and \(inbox)" }
    let shown = Array(Set(names)).sorted().prefix(10).joined(separator: ", ")
    return "no job is called \(name); there are: \(shown)" + (names.count > 10 ? ", ..." : "")
  }
}

package struct JobControlError: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}
