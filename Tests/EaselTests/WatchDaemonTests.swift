import Files
import Service
import Foundation
import Jobs
import Spool
import Testing

/// The daemon in this process, with a worker that only pretends to paint.
@Suite struct WatchDaemonTests {
  private let daemon: SmallDaemon
  private var folder: TemporaryFolder { daemon.folder }
  private var spool: Spool { daemon.spool }
  private var published: [String] { daemon.published }

  init() throws {
    daemon = try SmallDaemon()
  }

  @Test func droppedFilesArePainted() async throws {
    try daemon.drop("cat")
    try await daemon.drain()
    #expect(folder.text("outbox/cat/cat.png") == "painted\n")
    #expect(folder.names(in: "outbox/cat/inputs") == ["cat.content.jpg", "cat.style.jpg", "cat.yaml"])
    #expect(folder.names(in: "inbox").isEmpty)
    #expect(try spool.directories().isEmpty)
  }

  @Test func aFolderIsPainted() async throws {
    try folder.write("photo", to: "inbox/dog/content.jpg")
    try folder.write("painting", to: "inbox/dog/style.jpg")
    try await daemon.drain()
    #expect(folder.names(in: "outbox/dog/inputs") == ["content.jpg", "style.jpg"])
  }

  @Test func twoPicturesArePaintedWithoutSettings() async throws {
    try daemon.drop("cat")
    try FileManager.default.removeItem(atPath: folder.path + "/inbox/cat.yaml")
    try await daemon.drain()
    #expect(published == ["cat"])
  }

  @Test func aBadJobFailsAndTheOthersGoOn() async throws {
    try daemon.drop("bad", "cat")
    await #expect(throws: OnceIncomplete.self) { try await daemon.drain() }
    #expect(published == ["bad.failed", "cat"])
    #expect(folder.text("outbox/bad.failed/error.txt")?.contains("the photo is not a picture") == true)
    #expect(folder.names(in: "outbox/bad.failed/inputs").count == 3)
  }

  @Test func aFailedFolderMovedBackIsTriedAgain() async throws {
    try daemon.drop("bad")
    await #expect(throws: OnceIncomplete.self) { try await daemon.drain() }
    try FileManager.default.moveItem(
      atPath: folder.path + "/outbox/bad.failed", toPath: folder.path + "/inbox/good.failed")
    try await daemon.drain()
    #expect(published == ["good"])
    #expect(folder.names(in: "outbox/good/inputs") == ["bad.content.jpg", "bad.style.jpg", "bad.yaml"])
    #expect(folder.names(in: "inbox").isEmpty)
  }

  @Test func invalidSettingsFailWithTheReason() async throws {
    try daemon.drop("cat", settings: "\nsise: 64")
    await #expect(throws: OnceIncomplete.self) { try await daemon.drain() }
    let text = try #require(folder.text("outbox/cat.failed/error.txt"))
    #expect(text.contains("cat.yaml:2: sise: unknown key; did you mean size?"))
    #expect(!folder.exists("calls"))
  }

  @Test func aPassingFailureIsRetried() async throws {
    try daemon.drop("flaky")
    try await daemon.drain()
    #expect(published == ["flaky"])
    #expect(folder.text("calls")?.split(separator: "\n").count == 2)
  }

  @Test func aCrashIsTriedThreeTimes() async throws {
    try daemon.drop("crash")
    await #expect(throws: OnceIncomplete.self) { try await daemon.drain() }
    let text = try #require(folder.text("outbox/crash.failed/error.txt"))
    #expect(text.contains("the worker was killed by signal 11; its last words: last words"))
    #expect(text.contains("It was tried 3 times."))
    #expect(folder.text("calls")?.split(separator: "\n").count == 3)
  }

  @Test func aMissingWorkerIsSaid() async throws {
    try daemon.drop("cat")
    await #expect(throws: OnceIncomplete.self) {
      try await daemon.drain { $0.workerProgram = Path(folder.path + "/nothing") }
    }
    #expect(folder.text("outbox/cat.failed/error.txt")?.contains("the worker could not be started") == true)
  }

  @Test func theThreadsAreDivided() async throws {
    try daemon.drop("a", "b")
    try await daemon.drain {
      $0.settings.workers = 2
      $0.settings.threads = 6
    }
    let calls = try #require(folder.text("calls")).split(separator: "\n")
    #expect(calls.count == 2)
    #expect(
      calls.allSatisfy { $0.contains("--cache \(daemon.configuration.cache) --cache-size 2147483648 --threads 3") })
  }

  @Test func jobsGoByPriority() async throws {
    try daemon.drop("a", "b", "c")
    try folder.write("size: 64\npriority: 9", to: "inbox/b.yaml")
    // All are claimed before the first is started, since they are complete at one look.
    try await daemon.drain()
    #expect(folder.text("calls")?.split(separator: "\n").first?.hasPrefix("b ") == true)
  }

  @Test func aSharedStyleServesSeveralJobs() async throws {
    try folder.write("painting", to: "inbox/auvers.jpg")
    for name in ["a", "b", "c"] {
      try folder.write("photo", to: "inbox/\(name).content.jpg")
      try folder.write("style: auvers.jpg", to: "inbox/\(name).yaml")
    }
    try await daemon.drain()
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
    try await daemon.drain()
    #expect(published == ["known", "memory", "texture"])
    #expect(folder.text("outbox/known/inputs/auvers.style.jpg") == "painting")
  }

  @Test func aStoppedJobGoesOn() async throws {
    try daemon.drop("slow")
    try await daemon.run {
      try await daemon.wait(for: "the worker") { try daemon.isStarted("slow") }
    }
    let job = try #require(try spool.directories().first)
    #expect(try job.readRecord().state == .queued)
    #expect(try job.readRecord().attempt == 0)
    #expect(FileManager.default.fileExists(atPath: job.checkpointPath.text))
    #expect(published.isEmpty)
    try await daemon.drain()
    #expect(published == ["slow"])
  }

  @Test func heldJobsStayAndCancelledOnesFail() async throws {
    try daemon.drop("slow", "cat", "dog")
    try daemon.drop("slow2", "held", settings: "priority: -1")
    try await daemon.run {
      try await daemon.wait(for: "all jobs") { try daemon.job("held") != nil && daemon.isStarted("slow") }
      try daemon.job("held")?.directory.set(.hold)
      try daemon.job("slow")?.directory.set(.cancel)
      try spool.ring()
      try await daemon.wait(for: "the second slow job") {
        try published.contains("slow.failed") && daemon.isStarted("slow2")
      }
      try daemon.job("slow2")?.directory.set(.cancel)
      try spool.ring()
      try await daemon.wait(for: "the end of the others") { published.contains("slow2.failed") }
      #expect(folder.text("outbox/slow.failed/error.txt")?.contains("cancelled") == true)
      #expect(published == ["cat", "dog", "slow.failed", "slow2.failed"])
      let held = try #require(try daemon.job("held"))
      #expect(held.record.state == .queued)
      try held.directory.clear(.hold)
      try spool.ring()
      try await daemon.wait(for: "the held job") { published.contains("held") }
    }
  }

  @Test func lowSpaceStopsNewJobs() async throws {
    var daemon = daemon
    daemon.configuration.settings.minFreeBytes = .max
    try daemon.drop("cat")
    try await daemon.run {
      try await daemon.wait(for: "the trouble") { try spool.readDaemon()?.troubles.isEmpty == false }
    }
    #expect(try spool.readDaemon()?.troubles.first?.contains("no job is started until there is room") == true)
    #expect(!folder.exists("calls"))
  }

  @Test func aSecondDaemonIsRefused() async throws {
    let lock = try spool.lock()
    await #expect(throws: FileLockedError.self) { try await daemon.drain() }
    _ = consume lock
  }

  @Test func foldersMustNotContainEachOther() async throws {
    do {
      try await daemon.drain { $0.inbox = $0.outbox.appending("in") }
      Issue.record("an inbox in the outbox was taken")
    } catch {
      #expect("\(error)".contains("choose folders that do not contain each other"))
    }
  }
}
