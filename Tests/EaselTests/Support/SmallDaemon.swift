import Files
import Service
import Foundation
import Logging
import Spool
import Testing

/// A daemon in this process, with a worker that only pretends to paint, and pauses that are short.
struct SmallDaemon {
  let folder: TemporaryFolder
  let log = LogCapture()
  var configuration: DaemonConfiguration

  init() throws {
    folder = try TemporaryFolder()
    configuration = DaemonConfiguration(
      inbox: Path(folder.path + "/inbox"), outbox: Path(folder.path + "/outbox"), cache: Path(folder.path + "/cache"))
    configuration.workerProgram = Path(try FakeWorker.write(to: folder))
    configuration.settings.settle = .milliseconds(20)
    configuration.settings.sidecarGrace = .milliseconds(300)
    configuration.settings.polling = .on
    configuration.settings.pollingInterval = .milliseconds(30)
    configuration.settings.retryDelay = .milliseconds(10)
    configuration.settings.minFreeBytes = 0
  }

  var spool: Spool { Spool(outbox: configuration.outbox) }
  var published: [String] { folder.names(in: "outbox").filter { $0 != ".jobs" } }

  func drop(_ names: String..., settings: String = "size: 64") throws {
    for name in names {
      try folder.write("photo", to: "inbox/\(name).content.jpg")
      try folder.write("painting", to: "inbox/\(name).style.jpg")
      try folder.write(settings, to: "inbox/\(name).yaml")
    }
  }

  /// Runs until the inbox holds nothing more to do.
  ///
  /// - Parameter change: of the configuration, for this run.
  func drain(_ change: (inout DaemonConfiguration) -> Void = { _ in }) async throws {
    var configuration = configuration
    change(&configuration)
    configuration.once = true
    try await Daemon(configuration: configuration, logger: log.logger).run()
  }

  /// Runs while `body` does.
  func run(_ body: () async throws -> Void) async throws {
    let daemon = Task { [configuration, logger = log.logger] in
      try await Daemon(configuration: configuration, logger: logger).run()
    }
    do {
      try await body()
    } catch {
      daemon.cancel()
      throw error
    }
    daemon.cancel()
    try await daemon.value
  }

  /// A job in the spool; one that is published meanwhile has no record any more.
  func job(_ name: String) throws -> SpooledJob? {
    try spool.directories().compactMap { try? SpooledJob($0) }.first { $0.record.name == name }
  }

  /// Whether a `slow` job's worker is at work.
  func isStarted(_ name: String) throws -> Bool {
    try job(name).map { FileManager.default.fileExists(atPath: $0.directory.path.text + "/started") } ?? false
  }

  func wait(
    for what: String, sourceLocation: SourceLocation = #_sourceLocation, until condition: () throws -> Bool
  ) async throws {
    for _ in 0..<2000 {
      if try condition() { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("waited for \(what); the log: \(log.lines)", sourceLocation: sourceLocation)
  }
}
