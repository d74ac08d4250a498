import Files
import Foundation
import Service
import Spool
import Testing

/// A daemon is killed while its workers paint, and started again.
@Suite(.serialized) struct RestartTests {
  private static let long =
    "{size: 48, iterations: 40, evaluations_per_iteration: 5, threads: 1, gif: {width: 48}, force: true}"

  private func kill(_ daemon: TestDaemon) async {
    daemon.program.send(SIGKILL)
    _ = await daemon.program.ending()
  }

  private func job(_ daemon: TestDaemon, _ name: String = "cat") -> SpooledJob? {
    ((try? daemon.spool.directories()) ?? []).compactMap { try? SpooledJob($0) }.first { $0.record.name == name }
  }

  /// The process that the record tells of, when it is alive.
  private func worker(_ daemon: TestDaemon) -> WorkerProcess? {
    guard let process = job(daemon)?.record.runHandle.flatMap(WorkerProcess.init(handle:)),
      WorkerProcess(number: process.number) == process
    else { return nil }
    return process
  }

  private func picture(_ daemon: TestDaemon, _ name: String) -> Data? {
    FileManager.default.contents(atPath: "\(daemon.outbox)/\(name)/\(name).png")
  }

  @Test func theWorkerPaintsOnAndThePictureIsPublishedOnce() async throws {
    let daemon = try TestDaemon(settings: "threads: 1", hasFakeWorker: false)
    try await daemon.start()
    try daemon.drop(painting: "whole", variant: 1, settings: Self.long)
    try await daemon.waitUntilPublished(["whole"], limit: .seconds(120))
    try daemon.drop(painting: "cat", variant: 1, settings: Self.long)
    try await daemon.wait(for: "the worker at work") {
      try worker(daemon) != nil && job(daemon)?.directory.readProgress()?.iteration ?? 0 > 0
    }
    let process = try #require(worker(daemon))
    await kill(daemon)
    try await daemon.start()
    #expect(worker(daemon) == process)
    #expect(FileLock.holder(try #require(job(daemon)).directory.workerLock) == process.number)
    try await daemon.waitUntilPublished(["cat", "whole"], limit: .seconds(120))
    #expect(picture(daemon, "cat") != nil && picture(daemon, "cat") == picture(daemon, "whole"))
    #expect(daemon.program.errors.contains("cat: was running; its worker is looked for"))
    #expect(!daemon.program.errors.contains("cat: running"))
    #expect(daemon.temporaries == [])
    #expect(await daemon.stop().exitCode == 0)
  }

  @Test func aResultThatCameMeanwhileIsPublished() async throws {
    let daemon = try TestDaemon()
    try await daemon.start()
    try daemon.drop(job: "wait")
    try await daemon.wait(for: "the handle") { job(daemon, "wait")?.record.runHandle != nil }
    let directory = try #require(job(daemon, "wait")?.directory)
    await kill(daemon)
    try daemon.folder.write("", to: "go")
    try await daemon.wait(for: "the result") { FileStatus(directory.resultPath) != nil }
    try await daemon.start()
    try await daemon.waitUntilPublished(["wait"])
    #expect(daemon.calls.count == 1)
    await daemon.stop()
  }

  @Test(arguments: [JobDirectory.Mark.hold, .cancel]) func aWishStopsIt(mark: JobDirectory.Mark) async throws {
    let daemon = try TestDaemon()
    try await daemon.start()
    try daemon.drop(job: "slow")
    try await daemon.wait(for: "the worker") { daemon.folder.names(in: started(daemon)).contains("started") }
    try await daemon.wait(for: "the handle") { job(daemon, "slow")?.record.runHandle != nil }
    let slow = try #require(job(daemon, "slow"))
    let process = try #require(slow.record.runHandle.flatMap(WorkerProcess.init(handle:)))
    await kill(daemon)
    try await daemon.start()
    #expect(WorkerProcess(number: process.number) == process)
    try slow.directory.set(mark)
    try daemon.spool.ring()
    switch mark {
    case .hold:
      try await daemon.wait(for: "the stop") { job(daemon, "slow")?.record.state == .queued }
      #expect(FileStatus(slow.directory.checkpointPath) != nil)
      #expect(job(daemon, "slow")?.record.interruptions == nil)
    default:
      try await daemon.waitUntilPublished(["slow.failed"])
      #expect(daemon.text("outbox/slow.failed/error.txt")?.contains("cancelled") == true)
    }
    #expect(WorkerProcess(number: process.number) != process)
    #expect(daemon.calls.count == 1)
    #expect(await daemon.stop().exitCode == 0)
  }

  private func started(_ daemon: TestDaemon) -> String {
    "box/outbox/.jobs/" + (job(daemon, "slow")?.id ?? "")
  }

  /// An orderly stop stops whoever paints, whichever daemon has started it.
  @Test func aStopStopsItToo() async throws {
    let daemon = try TestDaemon()
    try await daemon.start()
    try daemon.drop(job: "slow")
    try await daemon.wait(for: "the worker") { daemon.folder.names(in: started(daemon)).contains("started") }
    try await daemon.wait(for: "the handle") { job(daemon, "slow")?.record.runHandle != nil }
    await kill(daemon)
    try await daemon.start()
    #expect(await daemon.stop().exitCode == 0)
    #expect(job(daemon, "slow")?.record.state == .queued)
    try await daemon.start()
    try await daemon.waitUntilPublished(["slow"])
    #expect(daemon.calls.count == 2)
    await daemon.stop()
  }

  /// After a restart of the machine, a worker's number may be anybody's.
  @Test func aNumberThatIsAnothersIsLeftAloneAndTheJobGoesOn() async throws {
    let daemon = try TestDaemon()
    let stranger = Process()
    stranger.executableURL = URL(filePath: "/bin/sleep")
    stranger.arguments = ["60"]
    try stranger.run()
    defer { stranger.terminate() }
    let handle = try #require(WorkerProcess(number: stranger.processIdentifier)).handle
    try await daemon.start()
    try daemon.drop(job: "held", settings: "size: 64\npriority: 1")
    try daemon.drop(job: "wait")
    try await daemon.wait(for: "the handle") { job(daemon, "wait")?.record.runHandle != nil }
    let waiting = try #require(job(daemon, "wait"))
    await kill(daemon)
    try daemon.folder.write("", to: "go")
    try await daemon.wait(for: "the result") { FileStatus(waiting.directory.resultPath) != nil }
    try FileManager.default.removeItem(atPath: waiting.directory.resultPath.text)
    var record = waiting.record
    record.runHandle = handle
    try waiting.directory.write(record)
    try await daemon.start()
    try await daemon.waitUntilPublished(["held", "wait"])
    #expect(stranger.isRunning)
    #expect(daemon.calls.filter { $0.hasPrefix("wait ") }.count == 2)
    await daemon.stop()
  }
}
