import Service
import Foundation
import Testing

/// What is run after a job.
@Suite struct HookTests {
  private var daemon: SmallDaemon
  private var folder: TemporaryFolder { daemon.folder }

  init() throws {
    daemon = try SmallDaemon()
  }

  private func hook(_ script: String) throws -> String {
    try folder.write("#!/bin/sh\n\(script)\n", to: "hook.sh")
    chmod(folder.path + "/hook.sh", 0o755)
    return folder.path + "/hook.sh"
  }

  @Test mutating func itIsToldWhatCameOut() async throws {
    let script = #"echo "$# $1|$2 $EASEL_NAME $EASEL_STATE $EASEL_FOLDER $EASEL_MESSAGE"; test -n "$EASEL_JOB""#
    let path = try hook(script)
    daemon.configuration.settings.onSuccess = [path, "a b; $(touch x)", "*"]
    daemon.configuration.settings.onFailure = [path]
    try daemon.drop("cat", "bad")
    await #expect(throws: OnceIncomplete.self) { try await daemon.drain() }
    let said = daemon.log.lines.filter { $0.contains(": hook: ") }
    let outbox = daemon.configuration.outbox
    #expect(said.contains { $0.hasPrefix("info cat: hook: 2 a b; $(touch x)|* cat done \(outbox)/cat ") })
    #expect(
      said.contains { $0.hasPrefix("info bad: hook: 0 | bad failed \(outbox)/bad.failed the photo is not a picture") })
    #expect(!daemon.log.lines.contains { $0.contains("the hook for") })
  }

  @Test mutating func aHangingOneIsKilledAndHoldsUpNothing() async throws {
    daemon.configuration.settings.onSuccess = [try hook("echo begun; trap '' TERM; sleep 1000")]
    daemon.configuration.settings.hookTimeout = .milliseconds(300)
    try daemon.drop("a", "b")
    try await daemon.drain()
    #expect(daemon.published == ["a", "b"])
    let lines = daemon.log.lines
    for name in ["a", "b"] {
      #expect(lines.contains { $0.hasPrefix("info \(name): hook: begun") })
      #expect(
        lines.contains { $0.hasPrefix("warning \(name): the hook for done jobs was killed, because it took longer") })
    }
    // Not the first hook's end, but the first job's lets the second begin.
    let second = try #require(lines.firstIndex { $0.hasPrefix("info b: done") })
    #expect(lines.firstIndex { $0.contains("was killed") }! > second)
  }

  @Test mutating func whatItLeavesRunningIsNotWaitedFor() async throws {
    daemon.configuration.settings.onSuccess = [try hook("sleep 600 & echo $! >\(folder.path)/left")]
    try daemon.drop("cat")
    try await daemon.drain()
    let left = try #require(folder.text("left").flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) })
    kill(left, SIGKILL)
    #expect(!daemon.log.lines.contains { $0.contains("the hook for") })
  }

  @Test mutating func whatGoesWrongIsSaid() async throws {
    daemon.configuration.settings.onSuccess = [try hook("echo no >&2; exit 3")]
    try daemon.drop("cat")
    try await daemon.drain()
    #expect(daemon.log.lines.contains { $0.hasPrefix("info cat: hook: no ") })
    #expect(
      daemon.log.lines.contains { $0.hasPrefix("warning cat: the hook for done jobs ended with exit code 3 ") })

    daemon.configuration.settings.onSuccess = [folder.path + "/nothing"]
    try daemon.drop("dog")
    try await daemon.drain()
    #expect(daemon.log.lines.contains { $0.hasPrefix("warning dog: the hook for done jobs could not be run") })
  }

  @Test mutating func ofALongOutputTheEndIsLogged() async throws {
    daemon.configuration.settings.onSuccess = [try hook("seq 1 100000")]
    try daemon.drop("cat")
    try await daemon.drain()
    let said = daemon.log.lines.filter { $0.contains(": hook: ") }
    #expect(said.last?.hasPrefix("info cat: hook: 100000 ") == true)
    #expect(said.count < 1000)
  }
}
