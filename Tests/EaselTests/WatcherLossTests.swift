import Foundation
import Spool
import TestSupport
import Testing

/// The built daemon and its watcher.
@Suite(.serialized) struct WatcherLossTests {
  private func watchers(of daemon: TestDaemon) -> [Int32] {
    Processes.running("/easel-inotify", startedBy: daemon.program.processIdentifier)
  }

  @Test func theWatcherDoesNotOutliveAKilledDaemon() async throws {
    let daemon = try TestDaemon()
    try await daemon.start()
    try await daemon.wait(for: "the watcher") { watchers(of: daemon).count == 1 }
    let watcher = try #require(watchers(of: daemon).first)
    daemon.program.send(SIGKILL)
    _ = await daemon.program.ending()
    try await daemon.wait(for: "its end") { !Processes.running("/easel-inotify").contains(watcher) }
  }

  @Test func aKilledWatcherIsReplacedAndJobsGoOn() async throws {
    let daemon = try TestDaemon()
    try await daemon.start()
    try await daemon.wait(for: "the watcher") { watchers(of: daemon).count == 1 }
    for name in ["a", "b", "c"] {
      for watcher in watchers(of: daemon) { kill(watcher, SIGKILL) }
      try daemon.drop(job: name)
    }
    try await daemon.waitUntilPublished(["a", "b", "c"])
    #expect(daemon.program.errors.contains("was ended by signal 9"))
    #expect(await daemon.stop().exitCode == 0)
  }

  @Test func aMissingWatcherIsATroubleAndJobsAreDone() async throws {
    let daemon = try TestDaemon(settings: "polling: auto") { _, _ in ["EASEL_INOTIFY": "/nowhere/easel-inotify"] }
    try await daemon.start()
    try await daemon.wait(for: "the trouble") {
      try daemon.spool.readDaemon()?.troubles.contains { trouble in
        trouble.contains(
          "the inbox is not watched, but looked through every 200ms: /nowhere/easel-inotify cannot be started")
      } == true
    }
    try daemon.drop(job: "cat")
    try await daemon.waitUntilPublished(["cat"])
    let status = try await RunningProgram.run(
      ["status", "--inbox", daemon.inbox, "--outbox", daemon.outbox], in: daemon.folder.path)
    #expect(status.output.contains("/nowhere/easel-inotify"))
    #expect(await daemon.stop().exitCode == 0)
  }
}
