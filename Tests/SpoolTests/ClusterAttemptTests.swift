import Files
import Foundation
import Jobs
import Spool
import Testing

/// Attempts in directories of their own, and what is taken of them.
@Suite struct ClusterAttemptTests {
  private let test: TestSpool
  private let job: SpooledJob

  init() throws {
    test = try TestSpool()
    var job = try test.claimCat()
    try test.spool.begin(&job)
    self.job = job
  }

  private var directory: JobDirectory { job.directory }

  /// What the job's script and the worker do.
  @discardableResult
  private func begin(_ number: Int, checkpoint: String? = nil) throws -> JobDirectory {
    let attempt = JobDirectory(directory.path, attemptNumber: number)
    try FileManager.default.createDirectory(atPath: attempt.workPath.text, withIntermediateDirectories: true)
    if let checkpoint { try write(checkpoint, to: attempt.checkpointPath) }
    return attempt
  }

  private func paint(_ attempt: JobDirectory, _ contents: String) throws {
    let folder = try attempt.makeResultFolder()
    try FileSystem.makeFolder(folder.appending("frames"))
    try write(contents, to: folder.appending("cat.png"))
    try write(contents, to: folder.appending("frames/0001.png"))
    try attempt.commitResult()
    try attempt.end(.done, on: "n1")
  }

  private func write(_ text: String, to path: Path) throws { try Data(text.utf8).write(to: URL(filePath: path.text)) }
  private func text(_ path: Path) throws -> String? {
    try FileSystem.contents(path).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func aWorkerWritesIntoItsAttemptOnly() throws {
    let before = try FileManager.default.subpathsOfDirectory(atPath: directory.path.text)
    let attempt = try begin(1)
    try attempt.write(JobProgress(phase: "painting"))
    try attempt.write(WorkerFailure(permanent: false, message: "no"))
    try attempt.show(JobPreview(iteration: 1, iterations: 2, evaluations: 3, width: 4, height: 5), png: [1])
    try paint(attempt, "a")
    let new = try Set(FileManager.default.subpathsOfDirectory(atPath: directory.path.text)).subtracting(before)
    let folders: Set<String> = new.filter { !$0.hasPrefix("attempts/1/") }
    #expect(folders == ["attempts", "attempts/1"])
    #expect(try attempt.readRecord() == directory.readRecord())
  }

  @Test func theManifestNamesEveryFile() throws {
    let attempt = try begin(1)
    try paint(attempt, "a")
    let manifest = try #require(try attempt.readManifest())
    #expect(manifest.files.map(\.path) == ["cat.png", "frames/0001.png"])
    #expect(manifest.files.allSatisfy { $0.bytes == 1 })
    #expect(manifest.files[0].sha256 == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb")
    #expect(manifest.node == "n1")
  }

  @Test func theFirstCompleteAttemptIsTheResult() throws {
    for (number, contents) in [(1, ""), (2, "second"), (10, "tenth")] {
      let attempt = try begin(number)
      if !contents.isEmpty { try paint(attempt, contents) }
    }
    let complete = try #require(directory.completeAttempt)
    #expect(complete.attemptNumber == 2)
    try directory.adoptResult(of: complete)
    #expect(try text(directory.resultPath.appending("cat.png")) == "second")
  }

  @Test(arguments: ["changed", "missing", "more", "unsaid"])
  func whatIsNotAsItsManifestSaysDoesNotCount(damage: String) throws {
    let attempt = try begin(1)
    try paint(attempt, "a")
    let picture = attempt.resultPath.appending("cat.png")
    switch damage {
    case "changed": try write("b", to: picture)
    case "missing": try FileSystem.remove(picture)
    case "more": try write("a", to: attempt.resultPath.appending("dog.png"))
    default: try FileSystem.remove(attempt.workPath.appending("manifest.json"))
    }
    #expect(directory.completeAttempt == nil)
  }

  @Test func aPublishedJobStaysPublishedWhateverComesLater() throws {
    var job = job
    let ghost = try begin(1)
    let second = try begin(2)
    try paint(second, "second")
    try directory.adoptResult(of: try #require(directory.completeAttempt))
    try test.spool.end(&job, .exited(code: 0))
    #expect(job.record.state == .publishing)
    #expect(ghost.isSuperseded && !second.isSuperseded)
    #expect(try test.spool.publish(job) == "cat")
    #expect(ghost.isSuperseded && second.isSuperseded)
    #expect(throws: (any Error).self) { try paint(ghost, "first") }
    #expect(test.text("outbox/cat/cat.png") == "second")
    #expect(test.published == ["cat"] && test.jobDirectories == [])
  }

  /// Not by times: those of nodes differ.
  @Test func theStateOfTheLatestAttemptIsGoneOnFrom() throws {
    var job = job
    try begin(1, checkpoint: "one")
    try begin(2, checkpoint: "two")
    try begin(3)
    let far = Date.now + 86_400
    let first = JobDirectory(directory.path, attemptNumber: 1).checkpointPath
    try FileManager.default.setAttributes([.modificationDate: far], ofItemAtPath: first.text)
    let third = JobDirectory(directory.path, attemptNumber: 3)
    #expect(third.earlierCheckpoints.map { $0.folder.lastName.description } == ["2", "1", directory.id])
    try write("last words", to: third.logPath)
    try directory.adoptState(ofAttemptsAfter: 0)
    #expect(try text(directory.checkpointPath) == "two")
    #expect(directory.lastWords == "last words")
    try test.spool.end(&job, .broken(reason: "it broke", advice: nil))
    #expect(job.record.attempt == 1, "it came further")
    #expect(job.record.message == "it broke; its last words: last words")
  }

  @Test func attemptsOfEarlierSubmissionsAreLeftAlone() throws {
    try begin(1, checkpoint: "one")
    try directory.adoptState(ofAttemptsAfter: 1)
    #expect(FileStatus(directory.checkpointPath) == nil)
  }

  @Test func whatAClusterLosesIsQueuedAtOnceAndNotForEver() throws {
    var job = job
    for loss in 1..<10 {
      try test.spool.end(&job, .vanished(reason: "the cluster lost Slurm job 3"))
      #expect(job.record.state == .queued && job.record.attempt == 0 && job.record.interruptions == loss)
      try test.spool.begin(&job)
    }
    try test.spool.end(&job, .vanished(reason: "the cluster lost Slurm job 3"))
    #expect(job.record.state == .failed)
    #expect(job.record.message == "the cluster lost Slurm job 3 10 times in a row while the job was running")
  }

  @Test func whatRunsOnIsFoundRunning() throws {
    var job = job
    try test.spool.end(&job, .leftRunning)
    #expect(try job.directory.readRecord().state == .running)
  }

  @Test func aSubmissionIsOnTheDiskUntilItIsOver() throws {
    #expect(!directory.isSubmitted)
    try begin(4)
    let submission = Submission(of: directory)
    #expect(submission.attemptsBefore == 4)
    #expect(submission.name.wholeMatch(of: /easel-[A-Za-z0-9-]+/) != nil)
    #expect(Submission(of: directory).name != submission.name)
    try directory.write(submission)
    try directory.show(ClusterPlace("Slurm job 3 waits", isWaiting: true))
    #expect(directory.isSubmitted && directory.place?.isWaiting == true)
    let read = try #require(try directory.readSubmission())
    #expect(read.name == submission.name && read.attemptsBefore == 4 && read.number == nil)
    try directory.forgetSubmission()
    #expect(!directory.isSubmitted && directory.place == nil)
  }

  @Test func theFurthestPreviewIsShown() throws {
    try directory.show(JobPreview(iteration: 1, iterations: 9, evaluations: 30, width: 1, height: 1), png: [1])
    let attempt = try begin(1)
    try attempt.show(JobPreview(iteration: 1, iterations: 9, evaluations: 20, width: 1, height: 1), png: [2])
    #expect(directory.furthestPreview?.by.attemptNumber == nil)
    try attempt.show(JobPreview(iteration: 2, iterations: 9, evaluations: 40, width: 1, height: 1), png: [2])
    #expect(directory.furthestPreview?.by == attempt)
  }

  @Test func restsOfRemovedJobsGoWithTheNextStart() throws {
    try FileManager.default.createDirectory(
      atPath: test.folder.path("other/.jobs/.1-a.gone"), withIntermediateDirectories: true)
    _ = try Spool(outbox: Path(test.folder.path("other"))).lock()
    #expect(!FileManager.default.fileExists(atPath: test.folder.path("other/.jobs/.1-a.gone")))
  }
}
