import Files
import Foundation
import Jobs
import Spool
import TestSupport

/// An inbox and an outbox in a folder of their own.
final class TestSpool {
  let folder: TemporaryFolder
  let inbox: String
  let spool: Spool
  private let lock: FileLock

  init() throws {
    folder = try TemporaryFolder()
    inbox = folder.path("inbox")
    spool = Spool(outbox: Path(folder.path("outbox")))
    try FileManager.default.createDirectory(atPath: inbox, withIntermediateDirectories: true)
    lock = try spool.lock()
  }

  /// Drops cat.content.jpg, cat.style.jpg and cat.yaml, or what is named instead, each with its name as contents.
  func drop(_ names: String...) throws {
    for name in names.isEmpty ? ["cat.content.jpg", "cat.style.jpg", "cat.yaml"] : names {
      let file = URL(filePath: inbox + "/" + name)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(name.utf8).write(to: file)
    }
  }

  func move(_ name: String, _ kind: ClaimPlan.Move.Kind = .file, to destination: String? = nil) throws -> ClaimPlan.Move
  {
    let status = FileStatus(Path(inbox + "/" + name))
    guard let status else { throw CocoaError(.fileNoSuchFile) }
    return ClaimPlan.Move(
      source: FileName(name), destination: destination ?? "inputs/" + name, kind: kind, identity: status.identity)
  }

  /// The plan for what `drop()` drops.
  func plan(name: String = "cat", fault: String? = nil) throws -> ClaimPlan {
    ClaimPlan(
      name: name,
      inputs: .init(
        content: Path("inputs/\(name).content.jpg"), style: Path("inputs/\(name).style.jpg"),
        settings: Path("inputs/\(name).yaml")),
      moves: try ["content.jpg", "style.jpg", "yaml"].map { try move("\(name).\($0)") },
      fault: fault.map { JobFault($0) })
  }

  func claimCat() throws -> SpooledJob {
    try drop()
    return try spool.claim(plan(), from: Path(inbox))
  }

  /// What a worker leaves behind when it has painted.
  func paint(_ job: SpooledJob) throws {
    let folder = try job.directory.makeResultFolder().text
    try Data("painted".utf8).write(to: URL(filePath: folder + "/cat.png"))
    try Data("{}".utf8).write(to: URL(filePath: folder + "/report.json"))
    try job.directory.commitResult()
  }

  /// All files below a folder, `.jobs/lock` and its like left out.
  func files(in name: String) -> [String] {
    let all = (try? FileManager.default.subpathsOfDirectory(atPath: folder.path(name))) ?? []
    return all.filter { path in
      FileStatus(Path(folder.path(name) + "/" + path))?.kind == .regular && path != ".jobs/lock"
    }.sorted()
  }

  func text(_ name: String) -> String? {
    FileManager.default.contents(atPath: folder.path(name)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Recovers, publishes what is due and returns the names in the outbox.
  func recoverAndPublish() throws -> [String] {
    for job in try spool.recover(inbox: Path(inbox)).jobs
    where job.record.state == .publishing || job.record.state == .failed {
      _ = try spool.publish(job)
    }
    return published
  }

  var published: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path("outbox"))) ?? []
    return names.filter { $0 != ".jobs" }.sorted()
  }

  var jobDirectories: [String] { (try? spool.directories().map(\.id)) ?? [] }
}
