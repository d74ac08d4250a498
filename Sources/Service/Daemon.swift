import Inbox
import Logging
import Spool
import ServiceLifecycle
import UnixSignals

/// The service behind `easel watch`: takes complete jobs from the inbox and has each painted by a worker of its own.
///
/// Everything that happens arrives as one sequence of events and is handled in turn by a `DaemonLoop`.
package struct Daemon: Service {
  enum Event: Sendable {
    case inbox(InboxSnapshot)
    /// With the handle by which a later daemon can find the attempt.
    case attemptStarted(id: String, handle: String)
    case attemptEnded(id: String, WorkerEnding)
    case previewEnded(id: String, WorkerEnding)
    case runner(RunnerNews)
    case hookEnded(Int, Hook.Ending)
    /// Something that was put off is due.
    case alarm
    /// Comes regularly: as long as it is handled, all is well.
    case pulse
    /// The configuration is to be read again.
    case reload
  }

  /// Between pulses where no service manager wants more.
  private static let longestPause: Duration = .seconds(60)

  let configuration: DaemonConfiguration
  let logger: Logger
  let manager: ServiceManager

  package init(configuration: DaemonConfiguration, logger: Logger, manager: ServiceManager = .nobody) {
    self.configuration = configuration
    self.logger = logger
    self.manager = manager
  }

  /// Runs until it is asked to stop, or with `once` until nothing is left to do. Then stops the workers, which keep their
  /// checkpoints; those in a cluster go on.
  ///
  /// - Throws: when it cannot start, and with `once` `OnceIncomplete` when a job has failed or could not be taken.
  package func run() async throws {
    let (events, sender) = AsyncStream.makeStream(of: Event.self)
    let runner = Runners { sender.yield(.runner($0)) }
    let loop = try DaemonLoop(configuration, logger: logger, manager: manager, runner: runner) { sender.yield($0) }
    let sources = [watching(loop.inbox, sender), pulsing(sender), await reloading(sender)]
    let notTaken = await withTaskCancellationOrGracefulShutdownHandler {
      for await event in events {
        loop.handle(event)
        if loop.isDone { return loop.sayWhatWasNotTaken() }
      }
      return 0
    } onCancelOrGracefulShutdown: {
      sender.finish()
    }
    for source in sources { source.cancel() }
    for source in sources { await source.value }
    await loop.stop()
    if configuration.once { try loop.complain(notTaken: notTaken) }
  }

  private func watching(_ inbox: Inbox, _ sender: AsyncStream<Event>.Continuation) -> Task<Void, Never> {
    Task {
      for await snapshot in inbox.snapshots() { sender.yield(.inbox(snapshot)) }
    }
  }

  private func pulsing(_ sender: AsyncStream<Event>.Continuation) -> Task<Void, Never> {
    Task {
      let pause = manager.watchdogTimeout.map { min($0 / 2, Self.longestPause) } ?? Self.longestPause
      while (try? await Task.sleep(for: pause)) != nil { sender.yield(.pulse) }
    }
  }

  /// SIGHUP asks for it. Without a configuration's file the signal is left to mean that the terminal has gone.
  private func reloading(_ sender: AsyncStream<Event>.Continuation) async -> Task<Void, Never> {
    guard configuration.settingsFile != nil else { return Task {} }
    let signals = await UnixSignalsSequence(trapping: .sighup)
    return Task {
      for await _ in signals { sender.yield(.reload) }
    }
  }
}
