import Files
import Foundation
import Service
import Spool
import Testing

/// `easel watch --once`: when it ends, and what it says of the rest.
@Suite struct OnceTests {
  private let daemon: SmallDaemon
  private var folder: TemporaryFolder { daemon.folder }

  init() throws {
    daemon = try SmallDaemon()
  }

  /// Runs it with the program's own words for what was left.
  private func incomplete() async throws -> String {
    let error = await #expect(throws: OnceIncomplete.self) { try await daemon.drain() }
    return "\(try #require(error))"
  }

  private func said(_ line: String) -> Bool { daemon.log.lines.contains("warning " + line) }

  @Test func anIncompleteJobStays() async throws {
    try folder.write("photo", to: "inbox/cat.content.jpg")
    try daemon.drop("dog")
    #expect(try await incomplete() == "1 job was not taken from the inbox; see the warnings above")
    #expect(daemon.published == ["dog"])
    #expect(folder.names(in: "inbox") == ["cat.content.jpg"])
    #expect(said("cat was not taken: waiting for a style picture: cat.style.jpg or .png"))
  }

  @Test func whatCannotBeTakenAsItIsStays() async throws {
    try daemon.drop("empty", "bad")
    try folder.write("", to: "inbox/empty.style.jpg")
    try folder.write("", to: "inbox/box/content.jpg")
    try folder.write("painting", to: "inbox/box/style.jpg")
    try folder.write("photo", to: "inbox/link.content.jpg")
    symlink("link.content.jpg", folder.path + "/inbox/link.style.jpg")
    #expect(
      try await incomplete() == "1 job has failed; see NAME.failed in the outbox; "
        + "3 jobs were not taken from the inbox; see the warnings above")
    #expect(said("empty was not taken: empty.style.jpg (empty so far)"))
    #expect(said("box was not taken: content.jpg (empty so far)"))
    #expect(said("link was not taken: waiting for a style picture: link.style.jpg or .png"))
    #expect(folder.names(in: "inbox/box").count == 2)
  }

  /// Their pictures get the grace time, and then the settings are what is wrong.
  @Test func wrongSettingsAreToldAlthoughAPictureIsMissing() async throws {
    try folder.write("photo", to: "inbox/cat.content.jpg")
    try folder.write("size: big", to: "inbox/cat.yaml")
    #expect(try await incomplete() == "1 job has failed; see NAME.failed in the outbox")
    #expect(daemon.published == ["cat.failed"])
    #expect(daemon.log.lines.contains { $0.contains("cat.yaml:1: size") })
  }

  @Test func whatBelongsToNoJobIsNoReason() async throws {
    try daemon.drop("cat")
    try folder.write("?", to: "inbox/notes.txt")
    try folder.write("photo", to: "inbox/beach.jpg")
    symlink("notes.txt", folder.path + "/inbox/elsewhere")
    try await daemon.drain()
    #expect(daemon.published == ["cat"])
    #expect(!daemon.log.lines.contains { $0.contains("was not taken") })
    #expect(daemon.log.lines.contains { $0.hasPrefix("info beach.jpg: not used: no settings file names it") })
    #expect(daemon.log.lines.contains { $0.hasPrefix("info notes.txt: not used: ") })
  }

  @Test func aHeldJobIsNoReason() async throws {
    try daemon.drop("slow")
    try await daemon.run { try await daemon.wait(for: "the job") { try daemon.isStarted("slow") } }
    try daemon.job("slow")?.directory.set(.hold)
    try await daemon.drain()
    #expect(try daemon.job("slow") != nil)
  }

  @Test func theProgramEndsWithOne() async throws {
    try folder.write("photo", to: "inbox/cat.content.jpg")
    let run = try await RunningProgram.run(["watch", "--once"], in: folder.path)
    #expect(run.exitCode == 1)
    #expect(run.errors.contains("cat was not taken: waiting for a style picture: cat.style.jpg or .png"))
    #expect(run.errors.contains("1 job was not taken from the inbox; see the warnings above"))
  }

  /// It waits for a worker that another daemon has started.
  @Test func aWorkerOfADaemonThatWasKilledIsWaitedFor() async throws {
    let killed = try TestDaemon()
    try await killed.start()
    try killed.drop(job: "wait")
    try await killed.wait(for: "the worker") { killed.records.first?.runHandle != nil }
    killed.program.send(SIGKILL)
    _ = await killed.program.ending()
    let once = try RunningProgram(
      ["watch", "--once", "--worker", killed.folder.path + "/worker.sh"], in: killed.box)
    try await once.wait(for: "the start") { once.errors.contains("its worker is looked for") }
    try killed.folder.write("", to: "go")
    #expect(await once.ending().exitCode == 0)
    #expect(killed.published == ["wait"])
    #expect(killed.calls.count == 1)
  }
}
