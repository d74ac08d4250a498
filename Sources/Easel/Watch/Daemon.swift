import Inbox
import Logging
import Outbox
import ServiceLifecycle

/// The service behind `easel watch`: takes complete jobs from the inbox and has each painted by a worker of its own.
///
/// Everything that happens arrives as one sequence of events and is handled in turn by a `DaemonLoop`.
package struct Daemon: Service {
  enum Event: Sendable {
    case inbox(InboxSnapshot)
    case workerEnded(id: String, WorkerEnding)
    /// Something that was put off is due.
    case alarm
  }

  let configuration: DaemonConfiguration
  let logger: Logger

  package init(configuration: DaemonConfiguration, logger: Logger) {
    self.configuration = configuration
    self.logger = logger
  }

  /// Runs until it is asked to stop, or with `once` until nothing is left to do. Then stops the workers, which keep their
  /// checkpoints.
  ///
  /// - Throws: when it cannot start, and with `once` when a job has failed.
  package func run() async throws {
    let (events, sender) = AsyncStream.makeStream(of: Event.self)
    let loop = try DaemonLoop(configuration, logger: logger) { sender.yield($0) }
    let watching = Task { [inbox = loop.inbox] in
      for await snapshot in inbox.snapshots() { sender.yield(.inbox(snapshot)) }
    }
    await withTaskCancellationOrGracefulShutdownHandler {
      for await event in events {
        loop.handle(event)
        if loop.isDone { break }
      }
    } onCancelOrGracefulShutdown: {
      sender.finish()
    }
    watching.cancel()
    await watching.value
    await loop.stop()
    if configuration.once, loop.failures > 0 { throw JobsFailed(count: loop.failures) }
  }
}

/// With `--once`, the exit code tells that something was not painted.
package struct JobsFailed: Error, CustomStringConvertible {
  let count: Int
  package var description: String {
    "\(count) \(count == 1 ? "job has" : "jobs have") failed; see NAME.failed in the outbox"
  }
}
