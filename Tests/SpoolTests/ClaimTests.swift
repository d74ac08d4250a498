import Files
import Foundation
import Jobs
import Spool
import Testing

@Suite struct ClaimTests {
  private let test: TestSpool

  init() throws { test = try TestSpool() }

  private static let catFiles = ["cat.content.jpg", "cat.style.jpg", "cat.yaml"]

  @Test func aClaimTakesTheInputs() throws {
    let job = try test.claimCat()
    #expect(job.record.state == .queued)
    #expect(test.files(in: "inbox").isEmpty)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: job.directory.inputsPath.text).sorted() == Self.catFiles)
    #expect(try job.directory.readRecord() == job.record)
    #expect(job.record.inputs.files(.content) == ["inputs/cat.content.jpg"])
  }

  @Test func aFaultFailsTheJobAtOnce() throws {
    try test.drop()
    let job = try test.spool.claim(test.plan(fault: "cat.yaml:1: sise: unknown key"), from: Path(test.inbox))
    #expect(job.record.state == .failed)
    #expect(job.record.message == "cat.yaml:1: sise: unknown key")
  }

  @Test func aCopyLeavesTheOriginal() throws {
    try test.drop("auvers.jpg")
    let plan = ClaimPlan(name: "a", inputs: .init(), moves: [try test.move("auvers.jpg", .copy)])
    let job = try test.spool.claim(plan, from: Path(test.inbox))
    #expect(test.files(in: "inbox") == ["auvers.jpg"])
    #expect(
      FileManager.default.contents(atPath: job.directory.path.text + "/inputs/auvers.jpg") == Data("auvers.jpg".utf8))
  }

  @Test func aFolderIsTakenWhole() throws {
    try test.drop("cat/content.jpg", "cat/notes.txt", "cat/more/deep.txt")
    let plan = ClaimPlan(name: "cat", inputs: .init(), moves: [try test.move("cat", .folder, to: "inputs")])
    let job = try test.spool.claim(plan, from: Path(test.inbox))
    #expect(test.files(in: "inbox").isEmpty)
    #expect(
      try FileManager.default.subpathsOfDirectory(atPath: job.directory.inputsPath.text).sorted()
        == ["content.jpg", "more", "more/deep.txt", "notes.txt"])
  }

  @Test func aFailedFolderIsUnwrapped() throws {
    try test.drop(
      "cat.failed/inputs/content.jpg", "cat.failed/error.txt", "cat.failed/report.json", "cat.failed/mine.txt")
    let move = try test.move("cat.failed", .folderWithInputs, to: "inputs")
    let job = try test.spool.claim(ClaimPlan(name: "cat", inputs: .init(), moves: [move]), from: Path(test.inbox))
    #expect(try FileManager.default.contentsOfDirectory(atPath: test.inbox).isEmpty)
    #expect(
      try FileManager.default.subpathsOfDirectory(atPath: job.directory.inputsPath.text).sorted()
        == ["content.jpg", "others", "others/mine.txt"])
    #expect(!FileManager.default.fileExists(atPath: job.directory.path.text + "/dropped"))
  }

  @Test func aChangedFileSendsAllBack() throws {
    try test.drop()
    let plan = try test.plan()
    try Data("rewritten meanwhile".utf8).write(to: URL(filePath: test.inbox + "/cat.yaml"))
    #expect(throws: InputChanged.self) { try test.spool.claim(plan, from: Path(test.inbox)) }
    #expect(test.files(in: "inbox") == Self.catFiles)
    #expect(test.jobDirectories.isEmpty)
  }

  @Test func aVanishedFileSendsAllBack() throws {
    try test.drop()
    let plan = try test.plan()
    try FileManager.default.removeItem(atPath: test.inbox + "/cat.yaml")
    #expect(throws: InputChanged.self) { try test.spool.claim(plan, from: Path(test.inbox)) }
    #expect(test.files(in: "inbox") == ["cat.content.jpg", "cat.style.jpg"])
    #expect(test.jobDirectories.isEmpty)
  }

  @Test func aLinkPutInPlaceIsNotFollowed() throws {
    try test.drop()
    let plan = try test.plan()
    try FileManager.default.removeItem(atPath: test.inbox + "/cat.style.jpg")
    try FileManager.default.createSymbolicLink(
      atPath: test.inbox + "/cat.style.jpg", withDestinationPath: "/etc/passwd")
    #expect(throws: InputChanged.self) { try test.spool.claim(plan, from: Path(test.inbox)) }
  }

  /// A folder that becomes a link between look and claim must not open another folder to the worker.
  @Test func aLinkToAFolderIsNotFollowed() throws {
    try test.drop("cat/content.jpg")
    let move = try test.move("cat", .folder, to: "inputs")
    try FileManager.default.removeItem(atPath: test.inbox + "/cat")
    try FileManager.default.createSymbolicLink(atPath: test.inbox + "/cat", withDestinationPath: "/etc")
    #expect(throws: InputChanged.self) {
      try test.spool.claim(ClaimPlan(name: "cat", inputs: .init(), moves: [move]), from: Path(test.inbox))
    }
    #expect(throws: FileError.self) { try Path(test.inbox + "/cat").names() }
    #expect(test.jobDirectories.isEmpty)
  }

  @Test func linkedJobDirectoriesAreNobodys() throws {
    let elsewhere = test.folder.path("elsewhere")
    try FileManager.default.createDirectory(atPath: elsewhere, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: test.spool.outbox.text + "/.jobs/1-link", withDestinationPath: elsewhere)
    #expect(try test.spool.recover(inbox: Path(test.inbox)).jobs.isEmpty)
    #expect(FileManager.default.fileExists(atPath: elsewhere))
  }

  @Test func theSameNameTwiceIsTwoJobs() throws {
    let first = try test.claimCat()
    let second = try test.claimCat()
    #expect(first.id != second.id)
    #expect(test.jobDirectories.count == 2)
  }
}

/// A claim cut off after any number of steps ends with every input in exactly one place.
@Suite struct InterruptedClaimTests {
  private let test: TestSpool

  init() throws { test = try TestSpool() }

  /// A job directory whose claim has begun, with the first `moved` inputs taken.
  private func interrupt(after moved: Int) throws -> JobDirectory {
    try test.drop()
    let plan = try test.plan()
    let directory = JobDirectory(Path(test.spool.outbox.text + "/.jobs/1-test"))
    try FileManager.default.createDirectory(atPath: directory.inputsPath.text, withIntermediateDirectories: true)
    var record = JobRecord(id: "1-test", name: plan.name, inputs: plan.inputs, state: .claiming)
    record.claim = JobRecord.Claim(moves: plan.moves, fault: nil)
    try directory.write(record)
    for move in plan.moves.prefix(moved) {
      try FileManager.default.moveItem(
        atPath: test.inbox + "/" + move.source.description, toPath: directory.path.text + "/" + move.destination)
    }
    return directory
  }

  @Test(arguments: 0...3) func aClaimIsFinished(moved: Int) throws {
    _ = try interrupt(after: moved)
    let recovery = try test.spool.recover(inbox: Path(test.inbox))
    #expect(recovery.jobs.map(\.record.state) == [.queued])
    #expect(test.files(in: "inbox").isEmpty)
    #expect(test.files(in: "outbox/.jobs/1-test/inputs").count == 3)
  }

  @Test(arguments: 0...2) func aClaimIsUndoneWhenAnInputHasGone(moved: Int) throws {
    _ = try interrupt(after: moved)
    try FileManager.default.removeItem(atPath: test.inbox + "/cat.yaml")
    let recovery = try test.spool.recover(inbox: Path(test.inbox))
    #expect(recovery.jobs.isEmpty)
    #expect(test.files(in: "inbox") == ["cat.content.jpg", "cat.style.jpg"])
    #expect(test.jobDirectories.isEmpty)
  }

  @Test func whatCannotGoBackIsPublishedAsFailed() throws {
    _ = try interrupt(after: 1)
    try FileManager.default.removeItem(atPath: test.inbox + "/cat.yaml")
    try test.drop("cat.content.jpg")
    #expect(try test.recoverAndPublish() == ["cat.failed"])
    #expect(test.files(in: "inbox") == ["cat.content.jpg", "cat.style.jpg"])
    #expect(test.files(in: "outbox/cat.failed/inputs") == ["cat.content.jpg"])
    #expect(test.text("outbox/cat.failed/error.txt")?.contains("changed while they were being taken") == true)
  }

  @Test func aCopyFromAnotherFileSystemIsNotTakenTwice() throws {
    // Cut off between the copy and the removal of the original.
    let directory = try interrupt(after: 0)
    try FileManager.default.copyItem(
      atPath: test.inbox + "/cat.yaml", toPath: directory.inputsPath.text + "/cat.yaml")
    let recovery = try test.spool.recover(inbox: Path(test.inbox))
    #expect(recovery.jobs.map(\.record.state) == [.queued])
    #expect(test.files(in: "inbox").isEmpty)
  }

  @Test func aDirectoryThatWasJustMadeIsRemoved() throws {
    try FileManager.default.createDirectory(
      atPath: test.spool.outbox.text + "/.jobs/1-test/inputs", withIntermediateDirectories: true)
    #expect(try test.spool.recover(inbox: Path(test.inbox)).jobs.isEmpty)
    #expect(test.jobDirectories.isEmpty)
  }

  @Test func inputsWithoutARecordAreRescued() throws {
    let job = try test.claimCat()
    try Data("{ broken".utf8).write(to: URL(filePath: job.directory.path.text + "/job.json"))
    #expect(try test.recoverAndPublish() == ["rescued.failed"])
    #expect(test.files(in: "outbox/rescued.failed/inputs").count == 3)
  }
}

/// Inbox and outbox on two file systems.
@Suite struct FarClaimTests {
  private let test: TestSpool
  private let far: String

  init() throws {
    test = try TestSpool()
    far = "/dev/shm/easel-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: far, withIntermediateDirectories: true)
  }

  private func farMove(_ name: String, _ kind: ClaimPlan.Move.Kind, to destination: String) throws -> ClaimPlan.Move {
    let status = try #require(FileStatus(Path(far + "/" + name)))
    return .init(source: FileName(name), destination: destination, kind: kind, identity: status.identity)
  }

  @Test func filesAndFoldersAreCopiedAndRemoved() throws {
    defer { try? FileManager.default.removeItem(atPath: far) }
    try FileManager.default.createDirectory(atPath: far + "/cat/more", withIntermediateDirectories: true)
    try Data("x".utf8).write(to: URL(filePath: far + "/cat/content.jpg"))
    try Data("y".utf8).write(to: URL(filePath: far + "/cat/more/deep.txt"))
    try Data("z".utf8).write(to: URL(filePath: far + "/auvers.jpg"))
    let plan = ClaimPlan(
      name: "cat", inputs: .init(),
      moves: [try farMove("cat", .folder, to: "inputs"), try farMove("auvers.jpg", .file, to: "inputs/auvers.jpg")])
    let job = try test.spool.claim(plan, from: Path(far))
    #expect(try FileManager.default.contentsOfDirectory(atPath: far).isEmpty)
    #expect(
      try FileManager.default.subpathsOfDirectory(atPath: job.directory.inputsPath.text).sorted()
        == ["auvers.jpg", "content.jpg", "more", "more/deep.txt"])
  }

  @Test func aFailedClaimLeavesTheOriginals() throws {
    defer { try? FileManager.default.removeItem(atPath: far) }
    try Data("x".utf8).write(to: URL(filePath: far + "/a.jpg"))
    try Data("y".utf8).write(to: URL(filePath: far + "/b.jpg"))
    let moves = [try farMove("a.jpg", .file, to: "inputs/a.jpg"), try farMove("b.jpg", .file, to: "inputs/b.jpg")]
    try FileManager.default.removeItem(atPath: far + "/b.jpg")
    #expect(throws: InputChanged.self) {
      try test.spool.claim(ClaimPlan(name: "a", inputs: .init(), moves: moves), from: Path(far))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: far) == ["a.jpg"])
    #expect(test.jobDirectories.isEmpty)
  }
}
