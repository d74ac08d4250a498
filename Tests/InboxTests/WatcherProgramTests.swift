import Foundation
import Files
import TestSupport
import Testing

/// The program `easel-inotify` alone: its protocol, as its README has it.
@Suite(.serialized) struct WatcherProgramTests {
  private let folder: TemporaryFolder
  private let inbox: String

  init() throws {
    folder = try TemporaryFolder()
    inbox = folder.path("inbox")
    try makeFolder(inbox)
  }

  private func makeFolder(_ path: String) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  private func write(_ name: String) throws { try folder.write("x".utf8, to: name) }

  @Test func foldersAreNamedAsArguments() async throws {
    try makeFolder(folder.path("other"))
    let watcher = try RunningWatcher(inbox, folder.path("other"), folder.path("nowhere"))
    try await watcher.waitFor("watching \(inbox)")
    try await watcher.waitFor("watching \(folder.path("other"))")
    try await watcher.waitFor("refused \(folder.path("nowhere")): No such file or directory")
    try write("inbox/a")
    try await watcher.waitFor("changed \(inbox)/a")
    try await watcher.waitFor("complete \(inbox)/a")
    try FileManager.default.moveItem(atPath: inbox + "/a", toPath: folder.path("other/b"))
    try await watcher.waitFor("complete \(folder.path("other/b"))")
    // Standard input means nothing then.
    try watcher.closeInput()
    try write("inbox/c")
    try await watcher.waitFor("complete \(inbox)/c")
    #expect(watcher.process.isRunning)
  }

  @Test func namesAreBytes() async throws {
    let watcher = try RunningWatcher(inbox)
    try await watcher.waitFor("watching \(inbox)")
    let name: [UInt8] = Array("new\nline: ".utf8) + [0xFF, 0xFE]
    let descriptor = Path(inbox).appending(FileName(name)).withCString { open($0, O_WRONLY | O_CREAT, 0o600) }
    try #require(descriptor >= 0)
    close(descriptor)
    try await watcher.waitFor(Array("complete \(inbox)/".utf8) + name)
  }

  @Test func aFolderThatIsDeletedAndMadeAgainIsWatchedAgain() async throws {
    let watcher = try RunningWatcher("--stdin")
    for round in 1...3 {
      try watcher.send("+" + inbox)
      while watcher.count(of: "watching \(inbox)") < round { try await Task.sleep(for: .milliseconds(5)) }
      try write("inbox/\(round)")
      try await watcher.waitFor("complete \(inbox)/\(round)")
      try FileManager.default.removeItem(atPath: inbox)
      while watcher.count(of: "gone \(inbox)") < round { try await Task.sleep(for: .milliseconds(5)) }
      try makeFolder(inbox)
    }
    try watcher.closeInput()
    let ending = try await watcher.ending()
    #expect(ending == (0, ""))
  }

  @Test func aFolderThatIsMovedAwayIsGone() async throws {
    let watcher = try RunningWatcher("--stdin", inbox)
    try await watcher.waitFor("watching \(inbox)")
    try FileManager.default.moveItem(atPath: inbox, toPath: folder.path("moved"))
    try await watcher.waitFor("gone \(inbox)")
    try makeFolder(inbox)
    try watcher.send("+" + inbox)
    while watcher.count(of: "watching \(inbox)") < 2 { try await Task.sleep(for: .milliseconds(5)) }
    try write("moved/old")
    try write("inbox/new")
    try await watcher.waitFor("complete \(inbox)/new")
    #expect(watcher.count(of: "complete \(inbox)/old") == 0)
  }

  @Test func aWatchIsEndedWhereThatIsAskedFor() async throws {
    try makeFolder(folder.path("other"))
    let watcher = try RunningWatcher("--stdin", inbox, folder.path("other"))
    try await watcher.waitFor("watching \(folder.path("other"))")
    try watcher.send("-" + inbox)
    try watcher.send("+" + folder.path("other"))
    while watcher.count(of: "watching \(folder.path("other"))") < 2 { try await Task.sleep(for: .milliseconds(5)) }
    try write("inbox/a")
    try write("other/b")
    try await watcher.waitFor("complete \(folder.path("other/b"))")
    #expect(watcher.count(of: "complete \(inbox)/a") == 0)
  }

  @Test func itEndsWithItsInput() async throws {
    let watcher = try RunningWatcher("--stdin", inbox)
    try await watcher.waitFor("watching \(inbox)")
    try watcher.closeInput()
    #expect(try await watcher.ending() == (0, ""))
  }

  @Test(arguments: [[], ["--stdin"]]) func itEndsWithItsReaderThoughNothingHappens(options: [String]) async throws {
    let watcher = try options.isEmpty ? RunningWatcher(inbox) : RunningWatcher(options[0], inbox)
    try await watcher.waitFor("watching \(inbox)")
    try watcher.closeOutput()
    #expect(try await watcher.ending() == (0, ""))
  }

  @Test func silenceIsBroken() async throws {
    let watcher = try RunningWatcher("--heartbeat", "1", inbox)
    try await watcher.waitFor("beat")
  }

  @Test func aReaderThatIsTooSlowIsToldSo() async throws {
    let limit = FileManager.default.contents(atPath: "/proc/sys/fs/inotify/max_queued_events")
    let events = try #require(limit.flatMap { Int(String(decoding: $0, as: UTF8.self).filter(\.isNumber)) })
    let watcher = try RunningWatcher(inbox)
    try await watcher.waitFor("watching \(inbox)")
    for number in 0..<events { try write("inbox/file\(number)") }
    try await watcher.waitFor("overflow")
    try write("inbox/last")
    try await watcher.waitFor("complete \(inbox)/last")
  }

  @Test func mistakesAreSaid() async throws {
    #expect(try await RunningWatcher().ending().code == 2)
    #expect(try await RunningWatcher("--heartbeat", "soon", inbox).ending().code == 2)
    let refused = try await RunningWatcher(folder.path("nowhere")).ending()
    #expect(refused == (1, "easel-inotify: nothing to watch: all folders were refused\n"))
    let watcher = try RunningWatcher("--stdin")
    try watcher.send("what?")
    let ending = try await watcher.ending()
    #expect(ending == (1, "easel-inotify: what?: is no command; +PATH begins a watch, -PATH ends it\n"))
  }

  /// Else it could not be passed on.
  @Test func nothingOfSwiftIsLinked() async throws {
    let watcher = try RunningWatcher(inbox)
    try await watcher.waitFor("watching \(inbox)")
    let maps = FileManager.default.contents(atPath: "/proc/\(watcher.process.processIdentifier)/maps") ?? Data()
    let text = String(decoding: maps, as: UTF8.self)
    #expect(text.contains("/libinotifytools.so"))
    #expect(!text.contains("/libswift"))
  }
}
