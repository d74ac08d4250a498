import Files
import Foundation
import Inbox
import TestSupport
import Testing

/// What becomes of the inbox when its watcher is killed, missing, broken or flooded.
@Suite(.serialized) struct WatcherTests {
  private let inbox: WatchedInbox
  /// A name for the watcher that no other test's has.
  private let program: String

  init() throws {
    inbox = try WatchedInbox()
    program = inbox.folder.path("easel-inotify")
  }

  private func linkProgram() throws {
    try FileManager.default.createSymbolicLink(
      atPath: program, withDestinationPath: Processes.built("easel-inotify"))
  }

  private func writeScript(_ lines: String) throws {
    try inbox.folder.write("#!/bin/sh\necho x >> \(inbox.folder.path)/starts\n\(lines)\n".utf8, to: "easel-inotify")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
  }

  /// How often the script was started.
  private var starts: Int { (FileManager.default.contents(atPath: inbox.folder.path("starts"))?.count ?? 0) / 2 }

  private var running: [Int32] { Processes.running(program) }

  private func wait(for what: Comment, limit: Duration = .seconds(30), until condition: () -> Bool) async throws {
    let end = ContinuousClock.now + limit
    while !condition() {
      try #require(ContinuousClock.now < end, what)
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  @Test func killsAtAnyMomentLoseNothing() async throws {
    try linkProgram()
    try inbox.start { $0.watcherProgram = Path(program) }
    var kills = 0
    for round in 0..<12 {
      try inbox.write("x", to: "\(round).content.jpg")
      try await Task.sleep(for: .milliseconds(Int.random(in: 0...700)))
      for process in running where kill(process, SIGKILL) == 0 { kills += 1 }
      try inbox.write("x", to: "\(round).style.jpg")
    }
    #expect(kills > 2)
    try await inbox.wait(limit: .seconds(60)) { snapshot in
      snapshot.entries.count == 24 && snapshot.entries.allSatisfy { $0.settledAt != nil } && snapshot.warning == nil
    }
    // And it is watched again.
    try inbox.write("x", to: "last.content.jpg")
    try await inbox.wait { $0.isSettled("last.content.jpg") }
  }

  /// Also when the next one speaks before anybody has looked.
  @Test func everyEndIsTold() async throws {
    try linkProgram()
    try inbox.start { $0.watcherProgram = Path(program) }
    try await inbox.wait { $0.warning == nil }
    for _ in 0..<4 {
      try await wait(for: "the watcher") { running.count == 1 }
      kill(running[0], SIGKILL)
      let warning = try await inbox.wait { $0.warning != nil }.warning
      #expect(warning?.contains("\(program) was ended by signal 9") == true)
      try await inbox.wait { $0.warning == nil }
    }
  }

  @Test func withoutTheProgramTheInboxIsPolledUntilItComes() async throws {
    try inbox.start {
      $0.watcherProgram = Path(program)
      $0.polling = .auto
      $0.pollingInterval = .milliseconds(50)
    }
    try await inbox.wait { $0.warning != nil }
    try inbox.write("x", to: "a.content.jpg")
    let snapshot = try await inbox.wait { $0.isSettled("a.content.jpg") }
    let warning = try #require(snapshot.warning)
    #expect(warning.contains("the inbox is not watched, but looked through every 50ms"))
    #expect(warning.contains("\(program) cannot be started: No such file or directory"))
    #expect(warning.contains("EASEL_INOTIFY"))
    try linkProgram()
    try await inbox.wait(limit: .seconds(60)) { $0.warning == nil }
  }

  @Test func aProgramThatMayNotBeRunIsNamed() async throws {
    try inbox.folder.write("".utf8, to: "easel-inotify")
    try inbox.start { $0.watcherProgram = Path(program) }
    let warning = try await inbox.wait { $0.warning != nil }.warning
    #expect(warning?.contains("\(program) cannot be started: Permission denied") == true)
    #expect(warning?.contains("looked through every 5m") == true)
  }

  @Test func aProgramThatEndsIsStartedAgainAndQuoted() async throws {
    try writeScript("echo 'no instance left' >&2; exit 3")
    try inbox.start { $0.watcherProgram = Path(program) }
    let warning = try await inbox.wait { $0.warning != nil }.warning
    #expect(warning?.contains("\(program) has ended with exit code 3: no instance left") == true)
    let open = try descriptorCount()
    try await wait(for: "more starts") { starts >= 5 }
    // Each start has sockets and pipes of its own; none stays.
    #expect(try descriptorCount() <= open + 8)
  }

  private func descriptorCount() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
  }

  @Test func aProgramThatSaysNothingIsKilledAndStartedAgain() async throws {
    try writeScript("exec sleep 1000")
    try inbox.start {
      $0.watcherProgram = Path(program)
      $0.watcherHeartbeatSeconds = 1
      $0.polling = .auto
      $0.pollingInterval = .milliseconds(50)
    }
    try inbox.write("x", to: "a.content.jpg")
    try await inbox.wait { $0.isSettled("a.content.jpg") }
    try await wait(for: "a second start") { starts >= 2 }
    let warning = try await inbox.wait { $0.warning != nil }.warning
    #expect(warning?.contains("\(program) hangs: it has said nothing for 3 s") == true)
  }

  @Test func aStoppedWatcherIsReplaced() async throws {
    try linkProgram()
    try inbox.start {
      $0.watcherProgram = Path(program)
      $0.watcherHeartbeatSeconds = 1
    }
    try await inbox.wait { _ in true }
    // Looks that follow the start are over then.
    try await Task.sleep(for: .milliseconds(500))
    let stopped = try #require(running.first)
    kill(stopped, SIGSTOP)
    try inbox.write("x", to: "a.content.jpg")
    try await inbox.wait(limit: .seconds(60)) { $0.isSettled("a.content.jpg") }
    #expect(!running.contains(stopped))
  }

  /// With the watcher stopped meanwhile, the kernel drops most of the 40,000 events.
  @Test(arguments: [false, true]) func twentyThousandFilesAtOnceAreAllFound(overflows: Bool) async throws {
    try linkProgram()
    try inbox.start {
      $0.watcherProgram = Path(program)
      // So that it is not taken for one that hangs, however long the files take.
      $0.watcherHeartbeatSeconds = 60
    }
    try await inbox.wait { $0.entries.isEmpty }
    let watcher = try #require(running.first)
    if overflows { kill(watcher, SIGSTOP) }
    for number in 0..<20_000 { try inbox.write("x", to: "job\(number).content.jpg") }
    if overflows { kill(watcher, SIGCONT) }
    try await inbox.wait(limit: .seconds(120)) { snapshot in
      snapshot.entries.count == 20_000 && snapshot.entries.allSatisfy { $0.settledAt != nil }
    }
    #expect(running == [watcher])
  }

  @Test func theWatcherEndsWithItsReader() async throws {
    try linkProgram()
    var other: WatchedInbox? = try WatchedInbox()
    try other?.start { $0.watcherProgram = Path(program) }
    try await other?.wait { _ in true }
    #expect(running.count == 1)
    other = nil
    try await wait(for: "the watcher's end") { running.isEmpty }
  }

  @Test func aLookStartsNoWatcher() throws {
    try writeScript("exit 0")
    var configuration = InboxConfiguration(folder: Path(inbox.path)) { name, _ in .invalid(reason: name) }
    configuration.watcherProgram = Path(program)
    #expect(try Inbox.look(configuration) == [])
    #expect(starts == 0)
  }
}
