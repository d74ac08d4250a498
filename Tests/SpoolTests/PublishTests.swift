import Files
import Foundation
import Jobs
import Spool
import Testing

@Suite struct PublishTests {
  private let test: TestSpool

  init() throws { test = try TestSpool() }

  private func painted() throws -> SpooledJob {
    var job = try test.claimCat()
    try test.spool.begin(&job)
    try test.paint(job)
    try test.spool.end(&job, .exited(code: 0))
    return job
  }

  private func failed() throws -> SpooledJob {
    var job = try test.claimCat()
    try test.spool.begin(&job)
    try job.directory.write(WorkerFailure(permanent: true, message: "not a picture", advice: "Save it again."))
    try test.spool.end(&job, .exited(code: 65))
    return job
  }

  @Test func aResultAppearsWithItsInputs() throws {
    let job = try painted()
    #expect(job.record.state == .publishing)
    #expect(try test.spool.publish(job) == "cat")
    #expect(
      test.files(in: "outbox/cat") == [
        "cat.png", "inputs/cat.content.jpg", "inputs/cat.style.jpg", "inputs/cat.yaml", "report.json",
      ])
    #expect(test.jobDirectories.isEmpty)
  }

  @Test func aTakenNameGetsANumber() throws {
    for expected in ["cat", "cat-2", "cat-3"] { #expect(try test.spool.publish(painted()) == expected) }
    for expected in ["cat.failed", "cat-2.failed"] { #expect(try test.spool.publish(failed()) == expected) }
  }

  @Test func anythingTakesAName() throws {
    try FileManager.default.createDirectory(
      atPath: test.spool.outbox.text + "/cat", withIntermediateDirectories: true)
    try Data("mine".utf8).write(to: URL(filePath: test.spool.outbox.text + "/cat-2"))
    #expect(try test.spool.publish(painted()) == "cat-3")
    #expect(test.text("outbox/cat-2") == "mine")
  }

  @Test func linksInTheOutboxAreNotFollowed() throws {
    try test.drop("elsewhere/mine.txt")
    for (name, target) in [("cat", test.inbox + "/elsewhere"), ("cat-2", "/nowhere")] {
      try FileManager.default.createSymbolicLink(
        atPath: test.spool.outbox.text + "/" + name, withDestinationPath: target)
    }
    #expect(try test.spool.publish(painted()) == "cat-3")
    #expect(test.files(in: "inbox") == ["elsewhere/mine.txt"])
  }

  @Test func aFailureSaysWhy() throws {
    #expect(try test.spool.publish(failed()) == "cat.failed")
    #expect(test.files(in: "outbox/cat.failed/inputs").count == 3)
    let text = try #require(test.text("outbox/cat.failed/error.txt"))
    #expect(text == "cat could not be painted: not a picture\nSave it again.\n")
    let report = try #require(test.text("outbox/cat.failed/report.json"))
    #expect(report.contains(#""message" : "not a picture""#))
    #expect(report.contains(#""attempts" : 1"#))
  }

  /// The steps of publishing after which it can be cut off.
  enum Step: CaseIterable, Sendable { case begun, inputsMoved, renamed, removing }

  private func interrupt(_ job: SpooledJob, folder: String, after step: Step) throws {
    let (path, files) = (job.directory.path.text, FileManager.default)
    if step == .begun { return }
    try files.moveItem(atPath: path + "/inputs", toPath: path + "/" + folder + "/inputs")
    if step == .inputsMoved { return }
    try files.moveItem(
      atPath: path + "/" + folder, toPath: test.spool.outbox.text + (folder == "failed" ? "/cat.failed" : "/cat"))
    if step == .removing { try files.removeItem(atPath: path + "/job.json") }
  }

  @Test(arguments: Step.allCases) func publishingIsDoneOnce(step: Step) throws {
    try interrupt(painted(), folder: "result", after: step)
    #expect(try test.recoverAndPublish() == ["cat"])
    #expect(test.files(in: "outbox/cat").count == 5)
    #expect(test.jobDirectories.isEmpty)
  }

  @Test(arguments: Step.allCases) func failingIsDoneOnce(step: Step) throws {
    let job = try failed()
    try FileManager.default.createDirectory(
      atPath: job.directory.path.text + "/failed", withIntermediateDirectories: true)
    try Data("half".utf8).write(to: URL(filePath: job.directory.path.text + "/failed/error.txt"))
    try interrupt(job, folder: "failed", after: step)
    #expect(try test.recoverAndPublish() == ["cat.failed"])
    #expect(test.files(in: "outbox/cat.failed/inputs").count == 3)
    #expect(test.jobDirectories.isEmpty)
  }

  @Test func aHalfResultIsNotPublished() throws {
    var job = try test.claimCat()
    try test.spool.begin(&job)
    let folder = try job.directory.makeResultFolder().text
    try Data("half".utf8).write(to: URL(filePath: folder + "/cat.png"))
    #expect(try test.recoverAndPublish().isEmpty)
    try test.spool.end(&job, .interrupted)
    #expect(try job.directory.readRecord().state == .queued)
  }

  @Test func aResultThatCannotBeFlushedIsDropped() throws {
    var job = try painted()
    try FileManager.default.moveItem(
      atPath: job.directory.inputsPath.text, toPath: job.directory.resultPath.text + "/inputs")
    try test.spool.publicationFailed(&job, FileError("fsync", Path("x"), code: EIO))
    #expect(job.record.state == .retrying)
    #expect(job.record.message?.contains("fsync") == true)
    #expect(!FileManager.default.fileExists(atPath: job.directory.resultPath.text))
    #expect(test.files(in: "outbox/.jobs/\(job.id)/inputs").count == 3)
  }

  @Test func aFullOutboxIsTriedAgainWithTheSameResult() throws {
    var job = try painted()
    try test.spool.publicationFailed(&job, FileError("rename", Path("x"), code: ENOSPC))
    #expect(job.record.state == .publishing)
    #expect(job.record.retryAt != nil)
    #expect(try test.spool.publish(job) == "cat")
  }

  /// Once a job whose directory could not be removed after its publication was painted again, without inputs.
  @Test func aPublishedJobIsOnlyRemovedAgain() throws {
    var job = try painted()
    try interrupt(job, folder: "result", after: .renamed)
    try test.spool.publicationFailed(&job, FileError("unlink", Path("x"), code: EIO))
    #expect(job.record.state == .publishing)
    #expect(try test.spool.publish(job) == nil)
    #expect(test.published == ["cat"])
    #expect(test.jobDirectories.isEmpty)
  }

  @Test func aDiskThatNeverFlushesFailsTheJob() throws {
    var job = try painted()
    for attempt in 1...3 {
      #expect(job.record.attempt == attempt)
      try test.spool.publicationFailed(&job, FileError("fsync", Path("x"), code: EIO))
      if attempt == 3 { break }
      #expect(job.record.state == .retrying)
      try test.spool.begin(&job)
      try test.paint(job)
      try test.spool.end(&job, .exited(code: 0))
    }
    #expect(job.record.state == .failed)
    #expect(try test.spool.publish(job) == "cat.failed")
    #expect(test.files(in: "outbox/cat.failed/inputs").count == 3)
  }
}
