import Cache
import Files
import Foundation
import Inbox
import Logging
import Spool

/// The state of a running daemon and what it does on each event. Used by one task.
///
/// Nothing here is needed to go on after a crash: the spool on disk has it all.
final class DaemonLoop {
  var configuration: DaemonConfiguration
  let logger: Logger
  let manager: ServiceManager
  let inbox: Inbox
  var spool: Spool
  private let lock: FileLock
  var scheduler: Scheduler
  let runner: any JobRunner
  let send: @Sendable (Daemon.Event) -> Void
  var alarm: Task<Void, Never>?

  var jobs: [String: ActiveJob] = [:]
  var hooks = HookQueue()
  /// How many jobs have failed since the start.
  var failures = 0
  /// When to try again what could not be recovered.
  var recoverAt: Date?

  var view = InboxView()
  /// Why, for people.
  var troubles: [Trouble: String] = [:]
  var pauses = Pauses()
  var board: StatusBoard

  init(
    _ configuration: DaemonConfiguration, logger: Logger, manager: ServiceManager, runner: any JobRunner,
    send: @escaping @Sendable (Daemon.Event) -> Void
  ) throws {
    self.configuration = configuration
    (self.logger, self.manager, self.runner, self.send) = (logger, manager, runner, send)
    try configuration.prepareFolders()
    var spool = Spool(outbox: configuration.outbox)
    spool.retries.delay = configuration.settings.retryDelay
    self.spool = spool
    lock = try configuration.lock(spool)
    scheduler = Scheduler(workers: configuration.settings.workers)
    inbox = try Inbox(InboxConfiguration(configuration, doorbell: spool.doorbell))
    let record = DaemonRecord(
      processIdentifier: getpid(), startedAt: .now, inbox: configuration.inbox, cache: configuration.cache,
      workers: configuration.settings.workers)
    board = StatusBoard(record, outbox: configuration.outbox)
    board.writeRecord(workers: configuration.settings.workers, troubles: [])
    runner.configure(configuration.settings)
    try recover()
    logger.info("watching \(configuration.inbox)", metadata: ["unfinished": "\(jobs.count)"])
    CacheFolder(directory: configuration.cache).removeLeftovers()
  }

  func handle(_ event: Daemon.Event) {
    note(event)
    // What falls due while this goes on has perhaps been passed over: the alarm is for all that was not due at its begin.
    let date = Date.now
    view.refresh(grace: configuration.settings.sidecarGrace)
    sayNews()
    afterPauses { advance() }
    show(event)
    board.writeRecord(workers: configuration.settings.workers, troubles: reasons)
    setAlarm(date)
  }

  private func note(_ event: Daemon.Event) {
    switch event {
    case .inbox(let snapshot): take(snapshot)
    case .attemptStarted(let id, let handle): jobs[id]?.setHandle(handle)
    case .attemptEnded(let id, let ending): jobs[id]?.end(ending)
    case .previewEnded(let id, let ending): endPreview(id, ending)
    case .runner(.trouble(let kind, let reason)): setTrouble(.runner(kind), reason)
    case .runner(.notice(let id, let words)): log(id, .warning, words)
    case .hookEnded(let number, let ending):
      hooks.end(number)
      logHook(ending)
    case .reload: reload()
    case .alarm, .pulse: break
    }
  }

  private func show(_ event: Daemon.Event) {
    guard case .pulse = event else { return showStatus() }
    // Sent from here, it says that events are handled; a loop that hangs does not come here. Before the status, which takes its time
    // where there is very much to show.
    manager.tell("WATCHDOG=1")
    showStatus(atOnce: true)
  }

  /// Does all that can be done now. The order matters where it is said; what a step cannot do, the next event brings up again.
  private func advance() {
    // First: each step below would fail on a job without its directory, and pause all work on the disk.
    forgetVanished()
    // What comes back from the spool takes part in all that follows; before or after the first step is the same.
    recoverRest()
    // Before `recordEndings`: the history is to tell of a hold before it tells of the stop that came of it.
    noteMarks()
    // Anywhere: a handle that is not put down before its attempt ends is not needed any more.
    noteHandles()
    // Before `heedMarks`: whoever has just ended needs no stopping, and what is cancelled after its end fails in this round.
    recordEndings()
    // Before `startDue`, so that nobody is started only to be stopped; before `publishDue`, which takes the cancelled ones away.
    heedMarks()
    // Before `claimReady`: what was taken already goes before what is not.
    advanceBatches()
    // Before `publishDue`, which takes away at once what a claim found invalid; before `startDue`, so that all that one look has
    // found complete compete by their priorities.
    claimReady()
    // Before `startDue`, since it frees the space of checkpoints; before `startHooks`, since it calls for them.
    publishDue()
    startDue()
    startHooks()
  }

  /// Stops the workers that need the daemon, and records how they ended.
  func stop() async {
    let workers = jobs.workers
    let previews = jobs.previews
    manager.tell("STOPPING=1", "STATUS=stopping; \(workers.count) workers write down how far they are")
    alarm?.cancel()
    runner.letGo()
    for task in Array(workers.values) + previews.values { task.cancel() }
    for (id, preview) in previews { endPreview(id, await preview.value) }
    for (id, worker) in workers { jobs[id]?.end(await worker.value) }
    recordEndings()
    publishDue()
    await finishHooks(within: .seconds(10))
    showStatus(atOnce: true, isRunning: false)
    logger.info("stopped", metadata: ["unfinished": "\(jobs.count)"])
  }
}
