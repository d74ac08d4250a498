import Service
import Foundation
import Testing

/// The built program, as a service manager that waits for its messages sees it.
@Suite struct ServiceManagerTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("workers: 1", to: "easel.yaml")
  }

  private func start(_ socket: NotifySocket, watchdog: Duration? = nil) throws -> RunningProgram {
    var environment = ["NOTIFY_SOCKET": socket.name]
    if let watchdog { environment["WATCHDOG_USEC"] = "\(Int(watchdog / .microseconds(1)))" }
    return try RunningProgram(["watch", "--config", "easel.yaml"], in: folder.path, environment: environment)
  }

  @Test func theWholeConversation() async throws {
    let socket = try NotifySocket(folder.path + "/notify")
    let program = try start(socket, watchdog: .seconds(1))
    #expect(socket.next() == "READY=1")
    #expect(program.errors.contains("watching"), "READY comes after the recovery")
    #expect(socket.next() == "STATUS=nothing to do; 0 done and 0 failed since the start")

    try folder.write("photo", to: "inbox/cat.content.jpg")
    let counted = socket.messages { $0.hasPrefix("STATUS=1 waiting;") }
    #expect(counted.last == "STATUS=1 waiting; 0 done and 0 failed since the start")
    #expect(socket.messages { $0 == "WATCHDOG=1" }.last == "WATCHDOG=1")
    #expect(socket.messages { $0 == "WATCHDOG=1" }.last == "WATCHDOG=1")

    program.send(SIGHUP)
    let reloading = try #require(socket.messages { $0.hasPrefix("RELOADING=1") }.last)
    #expect(reloading.wholeMatch(of: /RELOADING=1\nMONOTONIC_USEC=[0-9]+/) != nil)
    #expect(socket.next() == "READY=1")

    program.send(SIGTERM)
    let ending = await program.ending()
    #expect(ending.exitCode == 0)
    #expect(socket.messages { $0.hasPrefix("STOPPING=1\n") }.last?.hasPrefix("STOPPING=1\n") == true)
  }

  @Test func anAbstractSocketIsTold() async throws {
    let socket = try NotifySocket("@easel-test-\(UUID().uuidString)")
    let program = try start(socket)
    #expect(socket.next() == "READY=1")
    program.send(SIGTERM)
    _ = await program.ending()
  }

  @Test func aSocketThatNobodyHasIsNoTrouble() async throws {
    let ending = try await RunningProgram.run(
      ["watch", "--once"], in: folder.path, environment: ["NOTIFY_SOCKET": folder.path + "/nobody"])
    #expect(ending.exitCode == 0)
  }

  /// A reader of the log that stops reading is a way to hang the loop from outside.
  @Test func aHangingLoopGivesNoSignOfLife() throws {
    let socket = try NotifySocket(folder.path + "/notify")
    let log = Pipe()
    // F_SETPIPE_SZ: as little as the kernel gives.
    let size = fcntl(log.fileHandleForWriting.fileDescriptor, 1031, 4096)
    #expect(size > 0)
    let process = Process()
    process.executableURL = URL(filePath: RunningProgram.path)
    process.arguments = ["watch"]
    process.currentDirectoryURL = URL(filePath: folder.path, directoryHint: .isDirectory)
    process.environment = ProcessInfo.processInfo.environment.merging([
      "NOTIFY_SOCKET": socket.name, "WATCHDOG_USEC": "400000",
    ]) { $1 }
    process.standardError = log
    process.standardInput = FileHandle.nullDevice
    try process.run()
    defer { kill(process.processIdentifier, SIGKILL) }
    #expect(socket.messages { $0 == "WATCHDOG=1" }.last == "WATCHDOG=1")

    for number in 0..<200 { try folder.write("?", to: "inbox/a note that belongs to no job \(number).txt") }
    var hangs = false
    for _ in 0..<100 where !hangs { hangs = socket.next(within: .seconds(2)) == nil }
    #expect(hangs, "the sign of life goes on although nothing can be logged")

    // The reader comes back: all goes on.
    log.fileHandleForReading.readabilityHandler = { _ = $0.availableData }
    #expect(socket.messages { $0 == "WATCHDOG=1" }.last == "WATCHDOG=1")
    log.fileHandleForReading.readabilityHandler = nil
  }

  @Test(arguments: [
    (["WATCHDOG_USEC": "3000000"], nil),
    (["WATCHDOG_USEC": "3000000", "NOTIFY_SOCKET": "/run/notify"], Duration.seconds(3)),
    (["WATCHDOG_USEC": "3000000", "NOTIFY_SOCKET": "/run/notify", "WATCHDOG_PID": "1"], nil),
    (["WATCHDOG_USEC": "0", "NOTIFY_SOCKET": "/run/notify"], nil),
    (["WATCHDOG_USEC": "soon", "NOTIFY_SOCKET": "/run/notify"], nil),
    (["WATCHDOG_USEC": "3000000", "NOTIFY_SOCKET": "vsock:2:1234"], nil),
  ])
  func theWatchdogIsReadFromTheEnvironment(environment: [String: String], timeout: Duration?) {
    #expect(ServiceManager(environment: environment).watchdogTimeout == timeout)
  }

  @Test func anotherConfigurationIsUsedAndABadOneIsNot() async throws {
    let program = try RunningProgram(["watch", "--config", "easel.yaml"], in: folder.path)
    try await program.wait(for: "the start") { program.errors.contains("watching") }
    try folder.write("\nworkers: none", to: "easel.yaml")
    program.send(SIGHUP)
    try await program.wait(for: "the complaint") {
      program.errors.contains("the configuration easel.yaml is not used, the earlier one stays: easel.yaml:2: workers")
    }
    try folder.write("workers: 3\noutbox: /elsewhere", to: "easel.yaml")
    program.send(SIGHUP)
    try await program.wait(for: "the new one") {
      program.errors.contains("the configuration easel.yaml was read again")
    }
    #expect(program.errors.contains("outbox: another folder needs a restart"))
    try await program.wait(for: "the record") {
      folder.text("outbox/.jobs/daemon.json")?.contains("\"workers\" : 3") == true
    }
    program.send(SIGTERM)
    #expect(await program.ending().exitCode == 0)
  }

  /// The terminal has gone, and there is nothing to read again.
  @Test func withoutAConfigurationSIGHUPEndsIt() async throws {
    let program = try RunningProgram(["watch"], in: folder.path)
    try await program.wait(for: "the start") { program.errors.contains("watching") }
    program.send(SIGHUP)
    let ending = await program.ending()
    #expect(ending.exitCode == 0)
    #expect(ending.errors.contains("stopped"))
  }
}
