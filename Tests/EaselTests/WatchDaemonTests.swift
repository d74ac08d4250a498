import Easel
import Foundation
import Jobs
import Logging
import Outbox
import Testing

/// The daemon in this process, with a worker that only pretends to paint.
@Suite struct WatchDaemonTests {
  private let folder: TemporaryFolder
  private var configuration: DaemonConfiguration

  init() throws {
    folder = try TemporaryFolder()
    configuration = DaemonConfiguration(
      inbox: folder.path + "/inbox", outbox: folder.path + "/outbox", cache: folder.path + "/cache")
    configuration.workerProgram = try FakeWorker.write(to: folder)
    configuration.settings.settle = .milliseconds(20)
    configuration.settings.sidecarGrace = .milliseconds(300)
    configuration.settings.polling = .on
    configuration.settings.pollingInterval = .milliseconds(30)
    configuration.settings.retryDelay = .milliseconds(10)
    configuration.settings.minFreeBytes = 0
    configuration.once = true
  }

  private func drop(_ names: String..., settings: String = "size: 64") throws {
    for name in names {
      try folder.write("photo", to: "inbox/\(name).content.jpg")
      try folder.write("painting", to: "inbox/\(name).style.jpg")
      try folder.write(settings, to: "inbox/\(name).yaml")
    }
  }

  /// Runs the daemon until the inbox holds nothing more to do.
  private func drain(_ configuration: DaemonConfiguration? = nil) async throws {
    try await Daemon(configuration: configuration ?? self.configuration, logger: silent).run()
  }

  private var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

  private var published: [String] { folder.names(in: "outbox").filter { $0 != ".jobs" } }

  private var spool: Spool { Spool(outbox: configuration.outbox) }

  private func wait(
    for what: String, sourceLocation: SourceLocation = #_sourceLocation, until condition: () throws -> Bool
  ) async throws {
    for _ in 0..<2000 {
      if try condition() { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("waited for \(what)", sourceLocation: sourceLocation)
  }

  @Test func droppedFilesArePainted() async throws {
    try drop("cat")
    try await drain()
    #expect(folder.text("outbox/cat/cat.png") == "painted\n")
    #expect(folder.names(in: "outbox/cat/inputs") == ["cat.content.jpg", "cat.style.jpg", "cat.yaml"])
    #expect(folder.names(in: "inbox").isEmpty)
    #expect(try spool.directories().isEmpty)
  }

  @Test func aFolderIsPainted() async throws {
    try folder.write("photo", to: "inbox/dog/content.jpg")
    try folder.write("painting", to: "inbox/dog/style.jpg")
    try await drain()
    #expect(folder.names(in: "outbox/dog/inputs") == ["content.jpg", "style.jpg"])
  }

  @Test func twoPicturesArePaintedWithoutSettings() async throws {
    try drop("cat")
    try FileManager.default.removeItem(atPath: folder.path + "/inbox/cat.yaml")
    try await drain()
    #expect(published == ["cat"])
  }

  @Test func anIncompleteJobStays() async throws {
    try folder.write("photo", to: "inbox/cat.content.jpg")
    try await drain()
    #expect(published.isEmpty)
    #expect(folder.names(in: "inbox") == ["cat.content.jpg"])
  }

  @Test func aBadJobFailsAndTheOthersGoOn() async throws {
    try drop("bad", "cat")
    await #expect(throws: JobsFailed.self) { try await drain() }
    #expect(published == ["bad.failed", "cat"])
    #expect(folder.text("outbox/bad.failed/error.txt")?.contains("the photo is not a picture") == true)
    #expect(folder.names(in: "outbox/bad.failed/inputs").count == 3)
  }

  @Test func aFailedFolderMovedBackIsTriedAgain() async throws {
    try drop("bad")
    await #expect(throws: JobsFailed.self) { try await drain() }
    try FileManager.default.moveItem(
      atPath: folder.path + "/outbox/bad.failed", toPath: folder.path + "/inbox/good.failed")
    try await drain()
    #expect(published == ["good"])
    #expect(folder.names(in: "outbox/good/inputs") == ["bad.content.jpg", "bad.style.jpg", "bad.yaml"])
    #expect(folder.names(in: "inbox").isEmpty)
  }

  @Test func invalidSettingsFailWithTheReason() async throws {
    try drop("cat", settings: "\nsise: 64")
    await #expect(throws: JobsFailed.self) { try await drain() }
    let text = try #require(folder.text("outbox/cat.failed/error.txt"))
    #expect(text.contains("cat.yaml:2: sise: unknown key; did you mean size?"))
    #expect(!folder.exists("calls"))
  }

  @Test func aPassingFailureIsRetried() async throws {
    try drop("flaky")
    try await drain()
    #expect(published == ["flaky"])
    #expect(folder.text("calls")?.split(separator: "\n").count == 2)
  }

  @Test func aCrashIsTriedThreeTimes() async throws {
    try drop("crash")
    await #expect(throws: JobsFailed.self) { try await drain() }
    let text = try #require(folder.text("outbox/crash.failed/error.txt"))
    #expect(text.contains("the worker was killed by signal 11; its last words: last words"))
    #expect(text.contains("It was tried 3 times."))
    #expect(folder.text("calls")?.split(separator: "\n").count == 3)
  }

  @Test func aMissingWorkerIsSaid() async throws {
    var configuration = configuration
    configuration.workerProgram = folder.path + "/nothing"
    try drop("cat")
    await #expect(throws: JobsFailed.self) { try await drain(configuration) }
    #expect(folder.text("outbox/cat.failed/error.txt")?.contains("the worker could not be started") == true)
  }

  @Test func theThreadsAreDivided() async throws {
    var configuration = configuration
    configuration.settings.workers = 2
    configuration.settings.threads = 6
    try drop("a", "b")
    try await drain(configuration)
    let calls = try #require(folder.text("calls")).split(separator: "\n")
    #expect(calls.count == 2)
    #expect(calls.allSatisfy { $0.hasSuffix("--cache \(configuration.cache) --threads 3") })
  }

  @Test func jobsGoByPriority() async throws {
    try drop("a", "b", "c")
    try folder.write("size: 64\npriority: 9", to: "inbox/b.yaml")
    // All are claimed before the first is started, since they are complete at one look.
    try await drain()
    #expect(folder.text("calls")?.split(separator: "\n").first?.hasPrefix("b ") == true)
  }

  @Test func aSharedStyleServesSeveralJobs() async throws {
    try folder.write("painting", to: "inbox/auvers.jpg")
    for name in ["a", "b", "c"] {
      try folder.write("photo", to: "inbox/\(name).content.jpg")
      try folder.write("style: auvers.jpg", to: "inbox/\(name).yaml")
    }
    try await drain()
    #expect(published == ["a", "b", "c"])
    for name in ["a", "b", "c"] { #expect(folder.text("outbox/\(name)/inputs/auvers.jpg") == "painting") }
    #expect(folder.names(in: "inbox").isEmpty)
  }

  @Test func tasksThatNeedOnePictureDoNotWait() async throws {
    try folder.write("photo", to: "inbox/memory.content.jpg")
    try folder.write("task: content", to: "inbox/memory.yaml")
    try folder.write("painting", to: "inbox/texture.style.jpg")
    try folder.write("task: style", to: "inbox/texture.yaml")
    try folder.write("painting", to: "styles/auvers/original.jpg")
    try folder.write("photo", to: "inbox/known.content.jpg")
    try folder.write("style: auvers", to: "inbox/known.yaml")
    try await drain()
    #expect(published == ["known", "memory", "texture"])
    #expect(folder.text("outbox/known/inputs/auvers.style.jpg") == "painting")
  }

  @Test func aStoppedJobGoesOn() async throws {
    try drop("slow")
    var configuration = configuration
    configuration.once = false
    let daemon = Task { [configuration, silent] in try await Daemon(configuration: configuration, logger: silent).run()
    }
    try await wait(for: "the worker") { try spool.directories().contains { folder.isThere($0.path + "/started") } }
    daemon.cancel()
    try await daemon.value
    let job = try #require(try spool.directories().first)
    #expect(try job.readRecord().state == .queued)
    #expect(try job.readRecord().attempt == 0)
    #expect(folder.isThere(job.checkpointPath))
    #expect(published.isEmpty)
    try await drain()
    #expect(published == ["slow"])
  }

  @Test func heldJobsStayAndCancelledOnesFail() async throws {
    try drop("slow", "cat", "dog")
    var configuration = configuration
    configuration.once = false
    let daemon = Task { [configuration, silent] in try await Daemon(configuration: configuration, logger: silent).run()
    }
    defer { daemon.cancel() }
    /// A job that is published while the folders are listed has no record any more.
    func job(_ name: String) throws -> JobDirectory? {
      try spool.directories().first { (try? $0.readRecord())?.name == name }
    }
    try drop("slow2", "held", settings: "priority: -1")
    try await wait(for: "all jobs") {
      try job("held") != nil && spool.directories().contains { folder.isThere($0.path + "/started") }
    }
    try job("held")?.set(.hold)
    try job("slow")?.set(.cancel)
    try folder.write("", to: "outbox/.jobs/doorbell/ring")
    try await wait(for: "the second slow job") {
      try published.contains("slow.failed") && job("slow2").map { folder.isThere($0.path + "/started") } == true
    }
    try job("slow2")?.set(.cancel)
    try folder.write("again", to: "outbox/.jobs/doorbell/ring2")
    try await wait(for: "the end of the others") { published.contains("slow2.failed") }
    #expect(folder.text("outbox/slow.failed/error.txt")?.contains("cancelled") == true)
    #expect(published == ["cat", "dog", "slow.failed", "slow2.failed"])
    let held = try #require(try job("held"))
    #expect(try held.readRecord().state == .queued)
    try held.clear(.hold)
    try folder.write("", to: "outbox/.jobs/doorbell/ring3")
    try await wait(for: "the held job") { published.contains("held") }
  }

  @Test func lowSpaceStopsNewJobs() async throws {
    var configuration = configuration
    configuration.once = false
    configuration.settings.minFreeBytes = .max
    try drop("cat")
    let daemon = Task { [configuration, silent] in try await Daemon(configuration: configuration, logger: silent).run()
    }
    try await wait(for: "the trouble") { try spool.readDaemon()?.troubles.isEmpty == false }
    daemon.cancel()
    try await daemon.value
    #expect(try spool.readDaemon()?.troubles.first?.contains("no job is started until there is room") == true)
    #expect(!folder.exists("calls"))
  }

  @Test func aSecondDaemonIsRefused() async throws {
    let lock = try spool.lock()
    await #expect(throws: JobLockedError.self) { try await drain() }
    _ = consume lock
  }

  @Test func foldersMustNotContainEachOther() async throws {
    let nested = DaemonConfiguration(
      inbox: folder.path + "/outbox/in", outbox: folder.path + "/outbox", cache: folder.path + "/cache")
    do {
      try await drain(nested)
      Issue.record("an inbox in the outbox was taken")
    } catch {
      #expect("\(error)".contains("choose folders that do not contain each other"))
    }
  }
}

extension TemporaryFolder {
  fileprivate func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}
