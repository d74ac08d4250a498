import Files
import Foundation
import Jobs
import Service
import Spool
import Synchronization
import Testing

/// Attempts as processes, and how they are found again.
@Suite struct LocalRunnerTests {
  private let daemon: SmallDaemon
  private let job: JobDirectory

  init() throws {
    daemon = try SmallDaemon()
    job = JobDirectory(Path(daemon.folder.path + "/outbox/.jobs/17-a"))
    try FileManager.default.createDirectory(atPath: job.inputsPath.text, withIntermediateDirectories: true)
    try job.write(JobRecord(id: "17-a", name: "cat", inputs: JobInputs(), state: .running))
  }

  private var attempt: Attempt { Attempt(job, daemon.configuration, threads: nil) }

  /// A shell that has the job in its command line, as a worker has.
  private func startStranded(_ script: String, about id: String = "17-a") async throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", script, "work", id]
    try process.run()
    // The kernel wakes the parent a moment before the child's command line is in place.
    let line = URL(filePath: "/proc/\(process.processIdentifier)/cmdline")
    try await daemon.wait(for: "the command line") { (try? Data(contentsOf: line))?.isEmpty == false }
    return process
  }

  private func waitForExit(of process: Process) async throws {
    try await daemon.wait(for: "the end of the worker") { !process.isRunning }
  }

  private func handle(of process: Process) throws -> String {
    try #require(WorkerProcess(number: process.processIdentifier)).handle
  }

  private func reattach(
    _ handle: String?, stopTimeout: Duration = .seconds(60)
  ) -> Task<WorkerEnding, Never> {
    var attempt = attempt
    attempt.stopTimeout = stopTimeout
    return Task { [attempt] in await LocalRunner().reattach(handle, to: attempt) }
  }

  @Test func anAttemptTellsItsHandleOnceAndIsFoundByIt() async throws {
    try job.write(JobRecord(id: "17-a", name: "slow", inputs: JobInputs(), state: .running))
    let handles = Mutex<[String]>([])
    let running = Task { [attempt] in
      await LocalRunner().start(attempt) { handle in handles.withLock { $0.append(handle) } }
    }
    try await daemon.wait(for: "the worker") { daemon.folder.exists("outbox/.jobs/17-a/started") }
    let told = handles.withLock { $0 }
    #expect(told.count == 1)
    let found = reattach(told.first)
    running.cancel()
    #expect(await running.value == .stopped)
    #expect(await found.value == .interrupted)
  }

  @Test func whatCannotBeStartedHasNoHandle() async {
    var attempt = attempt
    attempt.program = Path(daemon.folder.path + "/nothing")
    let ending = await LocalRunner().start(attempt) { Issue.record("there is a handle: \($0)") }
    if case .notStarted = ending { return }
    Issue.record("it ended as \(ending)")
  }

  @Test func itsEndIsWaitedFor() async throws {
    let worker = try await startStranded("while ! [ -e \(daemon.folder.path)/go ]; do sleep 0.02; done; : end")
    let found = reattach(try handle(of: worker))
    try await Task.sleep(for: .milliseconds(400))
    #expect(worker.isRunning)
    try job.write(WorkerFailure(permanent: true, message: "not a picture"))
    try daemon.folder.write("", to: "go")
    #expect(await found.value == .exited(code: WorkerExit.permanentFailure))
    #expect(!worker.isRunning)
  }

  @Test(arguments: [(true, WorkerExit.permanentFailure), (false, WorkerExit.temporaryFailure)])
  func whatHasEndedMeanwhileIsJudgedByItsWords(isPermanent: Bool, code: Int32) async throws {
    try job.write(WorkerFailure(permanent: isPermanent, message: "no"))
    #expect(await reattach("999999999 1").value == .exited(code: code))
  }

  @Test(arguments: [nil, "", "x y", "1 2", "999999999 1"] as [String?])
  func whatIsGoneWithoutAWordWasInterrupted(handle: String?) async {
    #expect(await reattach(handle).value == .interrupted)
  }

  /// A number belongs to another process by now: one that began at another time, or that works on something else.
  @Test func aStrangerIsNeitherWaitedForNorKilled() async throws {
    let later = try await startStranded("sleep 60; : end")
    let elsewhere = try await startStranded("sleep 60; : end", about: "17-b")
    defer { for process in [later, elsewhere] { kill(-process.processIdentifier, SIGKILL) } }  // each leads its group
    for handle in ["\(later.processIdentifier) 1", try handle(of: elsewhere)] {
      let found = reattach(handle)
      found.cancel()
      _ = await found.value
      #expect(await reattach(handle).value == .interrupted)
    }
    #expect(later.isRunning && elsewhere.isRunning)
  }

  @Test func aWorkerIsStoppedWithItsTask() async throws {
    let worker = try await startStranded("trap 'exit 75' TERM; while :; do sleep 0.02; done")
    let found = reattach(try handle(of: worker))
    try await Task.sleep(for: .milliseconds(200))
    found.cancel()
    #expect(await found.value == .stopped)
    try await waitForExit(of: worker)
    #expect(worker.terminationReason == .exit && worker.terminationStatus == 75)
  }

  @Test func aStubbornWorkerIsKilled() async throws {
    let worker = try await startStranded("trap '' TERM; while :; do sleep 0.02; done")
    let found = reattach(try handle(of: worker), stopTimeout: .milliseconds(300))
    try await Task.sleep(for: .milliseconds(200))
    found.cancel()
    #expect(await found.value == .stopped)
    try await waitForExit(of: worker)
    #expect(worker.terminationReason == .uncaughtSignal)
  }

  /// The daemon was killed between the worker's start and the note of its handle.
  @Test func withoutAHandleTheLockTells() async throws {
    let worker = Process()
    worker.executableURL = URL(filePath: "/usr/bin/flock")
    worker.arguments = ["--close", job.workerLock.text, "sleep", "60"]
    try worker.run()
    try await daemon.wait(for: "the lock") { FileLock.isHeld(job.workerLock) }
    try Data("\(worker.processIdentifier)".utf8).write(to: URL(filePath: job.workerLock.text))
    // Foundation starts its children with SIGTERM blocked.
    let found = reattach(nil, stopTimeout: .milliseconds(300))
    try await Task.sleep(for: .milliseconds(300))
    #expect(worker.isRunning)
    found.cancel()
    #expect(await found.value == .stopped)
    try await waitForExit(of: worker)
    #expect(worker.terminationReason == .uncaughtSignal)
  }
}
