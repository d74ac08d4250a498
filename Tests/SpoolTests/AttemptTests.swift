import Files
import Foundation
import Jobs
import Spool
import Testing

@Suite struct AttemptTests {
  private let test: TestSpool

  init() throws { test = try TestSpool() }

  /// Runs one attempt that ends like that; the spool's word on it.
  private func attempt(_ job: inout SpooledJob, _ ending: WorkerEnding, lastWords: String? = nil) throws -> JobRecord {
    try test.spool.begin(&job)
    if let lastWords { try Data(lastWords.utf8).write(to: URL(filePath: job.directory.logPath.text)) }
    try test.spool.end(&job, ending)
    #expect(try job.directory.readRecord() == job.record)
    return job.record
  }

  @Test func anAttemptCountsBeforeItStarts() throws {
    var job = try test.claimCat()
    try test.spool.begin(&job)
    let record = try job.directory.readRecord()
    #expect(record.attempt == 1)
    #expect(record.state == .running)
  }

  @Test func aCrashIsTriedThreeTimes() throws {
    var job = try test.claimCat()
    #expect(try attempt(&job, .killed(signal: 11)).state == .retrying)
    #expect(try attempt(&job, .exited(code: 1)).state == .retrying)
    let record = try attempt(&job, .killed(signal: 9), lastWords: "out of paint")
    #expect(record.state == .failed)
    #expect(record.attempt == 3)
    #expect(record.message == "the worker was killed by signal 9; its last words: out of paint")
    #expect(record.advice?.contains("smaller `size`") == true)
  }

  @Test func pausesGrow() {
    let policy = RetryPolicy()
    #expect(policy.pause(after: 1) == .seconds(10))
    #expect(policy.pause(after: 2) == .seconds(30))
    #expect(policy.pause(after: 3) == nil)
  }

  @Test func aPermanentFailureIsNotTriedAgain() throws {
    var job = try test.claimCat()
    try test.spool.begin(&job)
    try job.directory.write(WorkerFailure(permanent: true, message: "not a picture", advice: "Save it again."))
    try test.spool.end(&job, .exited(code: 65))
    #expect(job.record.state == .failed)
    #expect(job.record.message == "not a picture")
    #expect(job.record.advice == "Save it again.")
  }

  @Test func messagesDoNotNameTheJobDirectory() throws {
    var job = try test.claimCat()
    try test.spool.begin(&job)
    let message = "\(job.directory.inputsPath.text)/cat.content.jpg: cut off"
    try job.directory.write(WorkerFailure(permanent: true, message: message))
    try test.spool.end(&job, .exited(code: 65))
    #expect(job.record.message == "inputs/cat.content.jpg: cut off")
  }

  @Test func aTemporaryFailureIs() throws {
    var job = try test.claimCat()
    try test.spool.begin(&job)
    try job.directory.write(WorkerFailure(permanent: false, message: "no memory"))
    try test.spool.end(&job, .exited(code: 75))
    #expect(job.record.state == .retrying)
    #expect(job.record.message == "no memory")
    let pause = try #require(job.record.retryAt).timeIntervalSinceNow
    #expect(pause > 5 && pause <= 10)
  }

  @Test func anOldFailureIsNotToldAgain() throws {
    var job = try test.claimCat()
    try job.directory.write(WorkerFailure(permanent: true, message: "old"))
    #expect(try attempt(&job, .exited(code: 75)).message == "the worker gave up for now")
  }

  @Test func aStoppedAttemptDoesNotCount() throws {
    var job = try test.claimCat()
    let record = try attempt(&job, .stopped)
    #expect(record.state == .queued)
    #expect(record.attempt == 0)
  }

  @Test func aCancelledJobFails() throws {
    var job = try test.claimCat()
    #expect(try attempt(&job, .cancelled).state == .failed)
    #expect(job.record.message == "cancelled")
  }

  @Test func aResultCountsHoweverTheWorkerEnded() throws {
    for ending in [WorkerEnding.exited(code: 0), .killed(signal: 9), .stopped, .cancelled, .interrupted] {
      var job = try test.claimCat()
      try test.paint(job)
      #expect(try attempt(&job, ending).state == .publishing)
    }
  }

  @Test func aWorkerWithoutAResultHasFailed() throws {
    var job = try test.claimCat()
    #expect(try attempt(&job, .exited(code: 0)).message == "the worker ended well but left no result")
  }

  @Test func progressIsNotHeldAgainstAJob() throws {
    var job = try test.claimCat()
    for _ in 0..<5 {
      try test.spool.begin(&job)
      usleep(5000)
      try Data("further".utf8).write(to: URL(filePath: job.directory.checkpointPath.text))
      try test.spool.end(&job, .killed(signal: 9))
      #expect(job.record.state == .retrying)
    }
    // The same checkpoint again is no progress.
    usleep(5000)
    #expect(try attempt(&job, .killed(signal: 9)).state == .retrying)
    #expect(try attempt(&job, .killed(signal: 9)).state == .failed)
  }

  /// Its worker may be alive: whoever starts workers looks for it.
  @Test func aRunningJobIsLeftRunning() throws {
    var job = try test.claimCat()
    try test.spool.begin(&job)
    try test.spool.note(runHandle: "17 4", of: &job)
    let path = job.directory.path.text
    let (alive, dead) = ("\(path)/.progress.json.\(getpid())-1.tmp", "\(path)/.progress.json.999999999-1.tmp")
    for file in [alive, dead] { try Data("half".utf8).write(to: URL(filePath: file)) }
    let recovered = try #require(try test.spool.recover(inbox: Path(test.inbox)).jobs.first)
    #expect(recovered.record.state == .running)
    #expect(recovered.record.attempt == 1)
    #expect(recovered.record.runHandle == "17 4")
    #expect(FileManager.default.fileExists(atPath: alive))
    #expect(!FileManager.default.fileExists(atPath: dead))
  }

  @Test(arguments: [WorkerEnding.stopped, .interrupted, .cancelled, .killed(signal: 9)])
  func aHandleIsForgottenWithItsAttempt(ending: WorkerEnding) throws {
    var job = try test.claimCat()
    try test.spool.begin(&job)
    try test.spool.note(runHandle: "17 4", of: &job)
    try test.spool.end(&job, ending)
    #expect(try job.directory.readRecord().runHandle == nil)
  }

  @Test func anInterruptedJobGoesOn() throws {
    var job = try test.claimCat()
    try interrupt(&job)
    #expect(job.record.state == .queued)
    #expect(job.record.attempt == 0)
    #expect(job.record.interruptions == 1)
  }

  /// The machine goes down in the middle of an attempt.
  private func interrupt(_ job: inout SpooledJob, advance: Bool = false) throws {
    try test.spool.begin(&job)
    if advance {
      try Data("\(UUID())".utf8).write(to: URL(filePath: job.directory.checkpointPath.text), options: .atomic)
    }
    job = try #require(try test.spool.recover(inbox: Path(test.inbox)).jobs.first)
    try test.spool.end(&job, .interrupted)
  }

  @Test func interruptionsInARowAreLimited() throws {
    var job = try test.claimCat()
    for _ in 0..<9 {
      try interrupt(&job)
      #expect(job.record.state == .queued)
    }
    try interrupt(&job)
    #expect(job.record.state == .failed)
    #expect(job.record.message == "Easel or the machine stopped 10 times in a row while the job was running")
  }

  @Test func interruptionsOfAJobThatComesFurtherAreNot() throws {
    var job = try test.claimCat()
    for _ in 0..<30 {
      try interrupt(&job, advance: true)
      #expect(job.record.state == .queued)
    }
  }

  @Test func anInterruptionDoesNotForgetFailedAttempts() throws {
    var job = try test.claimCat()
    #expect(try attempt(&job, .killed(signal: 11)).attempt == 1)
    try interrupt(&job)
    #expect(try attempt(&job, .killed(signal: 11)).attempt == 2)
    #expect(try attempt(&job, .killed(signal: 11)).state == .failed)
  }

  @Test func twoWorkersNeverShareAJob() throws {
    let job = try test.claimCat()
    let first = try job.directory.lock()
    do {
      _ = try job.directory.lock()
      Issue.record("two locks on one job")
    } catch let error as FileLockedError {
      #expect(error.holder == getpid())
      #expect(error.description.contains("is locked by another process"))
    }
    _ = consume first
    _ = try job.directory.lock()
  }

  @Test func leftoversOfACrashAreRemoved() throws {
    let job = try test.claimCat()
    try Data("half".utf8).write(to: URL(filePath: job.directory.path.text + "/.job.json.new"))
    _ = try test.spool.recover(inbox: Path(test.inbox))
    #expect(!FileManager.default.fileExists(atPath: job.directory.path.text + "/.job.json.new"))
  }
}

@Suite struct SchedulerTests {
  private let test: TestSpool
  private let scheduler = Scheduler(workers: 2)

  init() throws { test = try TestSpool() }

  private func job(priority: Int = 0, _ change: (inout JobRecord) -> Void = { _ in }) throws -> SpooledJob {
    try test.drop()
    var plan = try test.plan()
    plan.settings.priority = priority
    var job = try test.spool.claim(plan, from: Path(test.inbox))
    change(&job.record)
    return job
  }

  private func start(_ jobs: [SpooledJob], running: Set<String> = []) -> [String] {
    scheduler.startable(jobs, running: running, now: .now).map(\.id)
  }

  @Test func theOldestComesFirst() throws {
    let jobs = try [job(), job { $0.id = "0" }]
    #expect(start(jobs) == ["0", jobs[0].id])
  }

  @Test func theImportantComeFirst() throws {
    let jobs = try [job(), job(priority: 5), job(priority: -1)]
    #expect(start(jobs) == [jobs[1].id, jobs[0].id])
  }

  @Test func noMoreRunThanThereAreWorkers() throws {
    let jobs = try [job(), job(), job()]
    #expect(start(jobs).count == 2)
    #expect(start(jobs, running: [jobs[0].id]) == [jobs[1].id])
    #expect(start(jobs, running: [jobs[0].id, jobs[1].id]).isEmpty)
  }

  @Test func heldJobsWait() throws {
    var held = try job()
    try held.directory.set(.hold)
    held.readMarks()
    #expect(start([held]).isEmpty)
    try held.directory.clear(.hold)
    held.readMarks()
    #expect(start([held]) == [held.id])
  }

  @Test func retriesWaitForTheirTime() throws {
    var later = try job {
      $0.state = .retrying
      $0.retryAt = .now + 60
    }
    #expect(start([later]).isEmpty)
    #expect(scheduler.nextDue([later], now: .now) == later.record.retryAt)
    try later.directory.set(.retry)
    later.readMarks()
    #expect(start([later]) == [later.id])
    let due = try job {
      $0.state = .retrying
      $0.retryAt = .now - 1
    }
    #expect(start([due]) == [due.id])
    #expect(scheduler.nextDue([due], now: .now) == nil)
  }

  @Test(arguments: [JobRecord.State.claiming, .running, .publishing, .failed])
  func otherStatesDoNotStart(state: JobRecord.State) throws {
    #expect(start([try job { $0.state = state }]).isEmpty)
  }
}
