import Files
import Service
import Foundation
import Jobs
import Spool
import Testing

/// The built `easel job` beside a daemon, and without one.
@Suite struct JobCommandTests {
  private let daemon: SmallDaemon
  private var folder: TemporaryFolder { daemon.folder }

  init() throws {
    daemon = try SmallDaemon()
  }

  private func easel(_ arguments: String...) async throws -> RunningProgram.Ending {
    try await RunningProgram.run(["job"] + arguments, in: folder.path)
  }

  /// A job in the spool as a daemon would have left it.
  @discardableResult
  private func spool(_ id: String, name: String? = nil, _ state: JobRecord.State = .queued) throws -> JobDirectory {
    let directory = JobDirectory(Path(folder.path + "/outbox/.jobs/" + id))
    try FileManager.default.createDirectory(atPath: directory.inputsPath.text, withIntermediateDirectories: true)
    try directory.write(JobRecord(id: id, name: name ?? id, inputs: JobInputs(), state: state))
    return directory
  }

  @Test func aRunningJobIsHeldAndGoesOnWhenReleased() async throws {
    try daemon.drop("slow")
    try await daemon.run {
      try await daemon.wait(for: "the worker") { try daemon.isStarted("slow") }
      let held = try await easel("hold", "slow")
      #expect(held.exitCode == 0)
      #expect(held.output == "slow is held; go on with: easel job release slow\n")
      try await daemon.wait(for: "the stop") { try daemon.job("slow")?.record.state == .queued }
      let status = try await RunningProgram.run(["status"], in: folder.path)
      #expect(status.output.contains("slow  held        go on with: easel job release slow"))
      #expect(try await easel("release", "slow").output == "slow is released\n")
      try await daemon.wait(for: "the result") { daemon.published == ["slow"] }
    }
    #expect(daemon.log.lines.contains { $0.hasPrefix("info slow: to be held; its worker stops") })
    #expect(daemon.log.lines.contains { $0.hasPrefix("info slow: held") })
    #expect(daemon.log.lines.contains { $0.hasPrefix("info slow: released") })
    #expect(folder.text("calls")?.split(separator: "\n").count == 2)
  }

  /// Typed on a Linux machine, sent from a Mac.
  @Test func aJobIsFoundHoweverItsAccentsAreWritten() async throws {
    let mac = try spool("1-mac", name: "cafe\u{301}")
    #expect(try await easel("hold", "caf\u{E9}").exitCode == 0)
    #expect(mac.has(.hold))
    let linux = try spool("2-linux", name: "caf\u{E9}")
    #expect(try await easel("hold", "caf\u{E9}").exitCode == 0)
    #expect(linux.has(.hold))
    try folder.write("{}", to: "outbox/zoe\u{308}.failed/report.json")
    try FileManager.default.createDirectory(atPath: folder.path + "/inbox", withIntermediateDirectories: false)
    #expect(try await easel("retry", "zo\u{EB}").output.contains("is back in the inbox"))
    #expect(folder.names(in: "inbox").count == 1)
  }

  @Test func theReportTellsWhenAJobWasHeld() async throws {
    try daemon.drop("slow", settings: "priority: 1")
    try daemon.drop("bad")
    try await daemon.run {
      try await daemon.wait(for: "the worker") { try daemon.isStarted("slow") }
      #expect(try await easel("hold", "bad").exitCode == 0)
      #expect(try await easel("hold", "slow").exitCode == 0)
      try await daemon.wait(for: "the stop") { try daemon.job("slow")?.record.state == .queued }
      try await daemon.wait(for: "the note") { try daemon.job("bad")?.record.history?.last?.state == .held }
    }
    // A wish without a daemon counts from its time, and is put down at the next start.
    #expect(try await easel("release", "bad").exitCode == 0)
    await #expect(throws: OnceIncomplete.self) { try await daemon.drain() }
    let report = try JSONSerialization.jsonObject(with: Data((folder.text("outbox/bad.failed/report.json") ?? "").utf8))
    let states = try #require((report as? [String: Any])?["states"] as? [[String: Any]])
    #expect(
      states.map { $0["state"] as? String } == [
        "claiming", "queued", "held", "released", "running", "failed",
      ])
    let times = states.compactMap { $0["at"] as? String }
    #expect(times.count == 6 && times == times.sorted())
    let slow = try #require(try daemon.job("slow")?.record.history)
    #expect(slow.map(\.state) == [.claiming, .queued, .running, .held, .queued])
  }

  @Test func aRunningJobIsCancelled() async throws {
    try daemon.drop("slow")
    try await daemon.run {
      try await daemon.wait(for: "the worker") { try daemon.isStarted("slow") }
      #expect(try await easel("cancel", "slow").output == "slow is cancelled\n")
      try await daemon.wait(for: "its end") { daemon.published == ["slow.failed"] }
    }
    #expect(folder.text("outbox/slow.failed/error.txt")?.contains("cancelled") == true)
    #expect(folder.names(in: "outbox/slow.failed/inputs").count == 3)
  }

  @Test func aWaitingRetryIsTakenAtOnce() async throws {
    var daemon = daemon
    daemon.configuration.settings.retryDelay = .seconds(3600)
    try daemon.drop("flaky")
    try await daemon.run {
      try await daemon.wait(for: "the first attempt") { try daemon.job("flaky")?.record.state == .retrying }
      #expect(try await easel("retry", "flaky").output == "flaky is tried again\n")
      try await daemon.wait(for: "the second") { daemon.published == ["flaky"] }
    }
  }

  @Test func theHigherPriorityGoesFirst() async throws {
    try daemon.drop("slow")
    try await daemon.run {
      try await daemon.wait(for: "the worker") { try daemon.isStarted("slow") }
      try daemon.drop("first", "second")
      try await daemon.wait(for: "the queue") { try daemon.job("first") != nil && daemon.job("second") != nil }
      let raised = try await easel("priority", "second", "5")
      #expect(raised.output == "second has priority 5; those with a higher one go first\n")
      try await daemon.wait(for: "the record") { try daemon.job("second")?.record.priority == 5 }
      #expect(try await RunningProgram.run(["status"], in: folder.path).output.contains("queued      priority 5"))
      #expect(try await easel("priority", "first", "--", "-1").exitCode == 0)
      let refused = try await easel("priority", "first", "101")
      #expect(refused.errors.contains("found the priority 101; allowed is a whole number from -100 to 100"))
      #expect(try await easel("cancel", "slow").exitCode == 0)
      try await daemon.wait(for: "the others") { Set(daemon.published).isSuperset(of: ["first", "second"]) }
    }
    let calls = (folder.text("calls") ?? "").split(separator: "\n").compactMap { $0.split(separator: " ").first }
    #expect(calls == ["slow", "second", "first"])
    #expect(daemon.log.lines.contains { $0.hasPrefix("info second: priority 5") })
  }

  @Test func aFailedJobGoesBackIntoTheInbox() async throws {
    try daemon.drop("flaky")
    try folder.write("nonsense: 1", to: "inbox/flaky.yaml")
    try await daemon.run {
      try await daemon.wait(for: "the failure") { daemon.published == ["flaky.failed"] }
      try folder.write("size: 64", to: "outbox/flaky.failed/inputs/flaky.yaml")
      let retried = try await easel("retry", "flaky")
      #expect(retried.output.hasPrefix("flaky.failed is back in the inbox "))
      try await daemon.wait(for: "the result") { daemon.published == ["flaky"] }
    }
  }

  @Test func withoutADaemonTheWishIsKept() async throws {
    let job = try spool("17-a", name: "cat")
    let held = try await easel("hold", "cat")
    #expect(held.output.hasPrefix("Easel is not running; this counts from its next start:\ncat is held"))
    #expect(job.has(.hold))
    #expect(try await easel("release", "17-a").exitCode == 0)
    #expect(!job.has(.hold))
    #expect(try await easel("cancel", "17-a").exitCode == 0)
    #expect(job.has(.cancel))
  }

  @Test func aNameThatSeveralHaveIsAskedAbout() async throws {
    try spool("17-a", name: "cat")
    try spool("18-b", name: "cat", .retrying)
    let ending = try await easel("hold", "cat")
    #expect(ending.exitCode != 0)
    #expect(ending.errors.contains("2 jobs are called cat; say which: 17-a (queued), 18-b (retrying)"))
    #expect(try await easel("hold", "18-b").exitCode == 0)
    try folder.write("{}", to: "outbox/dog.failed/report.json")
    try spool("19-c", name: "dog", .retrying)
    let retried = try await easel("retry", "dog")
    #expect(retried.errors.contains("2 jobs are called dog; say which: 19-c (retrying), dog.failed (in the outbox)"))
    #expect(try await easel("retry", "dog.failed").errors.contains("there is no inbox \(folder.path)/inbox"))
    try FileManager.default.createDirectory(atPath: folder.path + "/inbox", withIntermediateDirectories: true)
    #expect(try await easel("retry", "dog.failed").exitCode == 0)
    #expect(folder.names(in: "inbox") == ["dog.failed"])
  }

  @Test func whatIsNotThereIsExplained() async throws {
    func complaint(_ arguments: String...) async throws -> String {
      let ending = try await RunningProgram.run(["job"] + arguments, in: folder.path)
      #expect(ending.exitCode != 0)
      return ending.errors
    }
    #expect(try await complaint("hold", "cat").contains("no job is called cat; there is none in"))
    try spool("17-a", name: "ape")
    try folder.write("photo", to: "inbox/bee.content.jpg")
    try folder.write("{}", to: "outbox/cow.failed/report.json")
    try folder.write("{}", to: "outbox/dog/report.json")
    try spool("18-b", name: "elk", .publishing)
    #expect(try await complaint("hold", "cat").contains("no job is called cat; there are: ape, bee, elk"))
    #expect(
      try await complaint("cancel", "bee").contains(
        "bee is not yet taken from the inbox and waits for a style picture: bee.style.jpg or .png"))
    #expect(try await complaint("cancel", "cow").contains("try it again with: easel job retry cow"))
    #expect(try await complaint("retry", "dog").contains("dog has ended: see "))
    #expect(try await complaint("retry", "ape").contains("ape (17-a) has not failed, but is queued"))
    #expect(try await complaint("release", "ape").contains("ape (17-a) is not held, but queued"))
    #expect(try await complaint("cancel", "elk").contains("it is too late for that"))
    #expect(try await easel("hold", "ape").exitCode == 0)
    #expect(try await complaint("hold", "ape").contains("ape (17-a) is held already"))
    #expect(try await complaint("retry", "ape").contains("is held; let it go on with: easel job release ape"))
    try folder.write("x", to: "inbox/cow.failed/x")
    #expect(try await complaint("retry", "cow").contains("cow.failed is there already; move it away first"))
  }
}
