import Cache
import Files
import Foundation
import Inbox
import Jobs
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
  let send: @Sendable (Daemon.Event) -> Void
  private var alarm: Task<Void, Never>?
  var record: DaemonRecord
  var isRecordWritten = false
  /// When to try again what could not be recovered.
  private var recoverAt: Date?

  var jobs: [String: SpooledJob] = [:]
  var workers: [String: Task<WorkerEnding, Never>] = [:]
  /// Which share of the threads each worker has.
  var slots: [String: Int] = [:]
  /// Workers that have ended, but whose ending is not yet on the disk.
  var ended: [String: WorkerEnding] = [:]
  /// Quick previews that are being painted.
  var previews: [String: Task<WorkerEnding, Never>] = [:]
  /// Jobs that need no quick preview any more.
  var previewed: Set<String> = []
  /// Jobs whose worker is being stopped because a person wants the job gone.
  var cancelled: Set<String> = []
  var hooks = HookQueue()
  var failures = 0

  var snapshot: InboxSnapshot?
  /// Snapshots from before this time show what has been claimed since.
  var claimedAt: Duration = .zero
  /// What the log has last said of what lies in the inbox, by its name.
  var seen: [String: String] = [:]
  /// By what is troubled: the reason, for people.
  var troubles: [String: String] = [:]
  /// Until when something is not tried again, after a refusal.
  var pauses: [String: Date] = [:]

  var board: StatusBoard
  var isStatusPending = false
  /// What the service manager was told last.
  var toldSummary = ""
  var progressLog = ProgressLog()

  init(
    _ configuration: DaemonConfiguration, logger: Logger, manager: ServiceManager,
    send: @escaping @Sendable (Daemon.Event) -> Void
  ) throws {
    self.configuration = configuration
    self.logger = logger
    self.manager = manager
    self.send = send
    try configuration.prepareFolders()
    var spool = Spool(outbox: configuration.outbox)
    spool.retries.delay = configuration.settings.retryDelay
    self.spool = spool
    lock = try spool.lock()
    scheduler = Scheduler(workers: configuration.settings.workers)
    inbox = try Inbox(InboxConfiguration(configuration, doorbell: spool.doorbell))
    record = DaemonRecord(
      processIdentifier: getpid(), startedAt: .now, inbox: configuration.inbox, cache: configuration.cache,
      workers: configuration.settings.workers)
    board = StatusBoard(outbox: configuration.outbox)
    writeRecord()
    try recover()
    logger.info("watching \(configuration.inbox)", metadata: ["unfinished": "\(jobs.count)"])
    CacheFolder(directory: configuration.cache).removeLeftovers()
  }

  func handle(_ event: Daemon.Event) {
    switch event {
    case .inbox(let new):
      let isFirst = snapshot == nil
      take(new)
      if isFirst { manager.tell("READY=1") }
    case .workerEnded(let id, let ending): endWorker(id, ending)
    case .previewEnded(let id, let ending): endPreview(id, ending)
    case .hookEnded(let number, let ending):
      hooks.end(number)
      logHook(ending)
    case .reload: reload()
    case .alarm, .pulse: break
    }
    // What falls due while this goes on has perhaps been passed over: the alarm is for all that was not due at its begin.
    let (date, time) = (Date.now, InboxClock.now)
    afterPauses { advance() }
    if case .pulse = event {
      showStatus(atOnce: true)
      // Sent from here, it says that events are handled; a loop that hangs does not come here.
      manager.tell("WATCHDOG=1")
    } else {
      showStatus()
    }
    writeRecord()
    setAlarm(date, time)
  }

  /// With `once`: nothing is left that could be done.
  var isDone: Bool {
    guard configuration.once, let snapshot, snapshot.lookedAt > claimedAt, workers.isEmpty, ended.isEmpty,
      previews.isEmpty, hooks.isEmpty
    else { return false }
    // What cannot be taken as it is, such as an empty picture, stays where it is: as if it were not there yet. So does
    // what was tried in vain.
    var takeable = snapshot
    takeable.entries.removeAll { $0.problem != nil }
    return jobs.values.allSatisfy(\.isHeld)
      && pairing(takeable).jobs.allSatisfy { $0.state.isWaiting || isPaused(Self.claim(of: $0)) }
  }

  /// Stops the workers and records how they ended.
  func stop() async {
    manager.tell("STOPPING=1", "STATUS=stopping; \(workers.count) workers write down how far they are")
    alarm?.cancel()
    for worker in Array(workers.values) + previews.values { worker.cancel() }
    for (id, preview) in previews { endPreview(id, await preview.value) }
    for (id, worker) in workers { endWorker(id, await worker.value) }
    recordEndings()
    publishDue()
    await finishHooks(within: .seconds(10))
    showStatus(atOnce: true, isRunning: false)
    logger.info("stopped", metadata: ["unfinished": "\(jobs.count)"])
  }

  /// Takes up what lies in the spool; what cannot be put right now is tried again later.
  private func recover() throws {
    let recovery = try spool.recover(inbox: configuration.inbox, except: Set(jobs.keys))
    for job in recovery.jobs {
      jobs[job.id] = job
      logState(job.id)
    }
    let problems = recovery.problems.map { "a job could not be recovered: \($0)" }.joined(separator: "; ")
    setTrouble("recovery", problems.isEmpty ? nil : problems)
    recoverAt = problems.isEmpty ? nil : .now + patience
  }

  private func recoverRest() {
    guard let recoverAt, recoverAt <= .now else { return }
    do {
      try recover()
    } catch {
      recoverSoon()
    }
  }

  /// Something was left in the middle of a step.
  func recoverSoon() { recoverAt = .now + patience }

  /// Does all that can be done now.
  private func advance() {
    forgetVanished()
    recoverRest()
    noteHolds()
    recordEndings()
    heedMarks()
    claimReady()
    publishDue()
    startDue()
    startHooks()
  }

  /// Sets the alarm for what comes later.
  private func setAlarm(_ date: Date, _ time: Duration) {
    alarm?.cancel()
    var times = Array(pauses.values) + [recoverAt].compactMap(\.self)
    if let due = scheduler.nextDue(jobs.values, now: date) { times.append(due) }
    if let due = statusDue { times.append(due) }
    if let snapshot, let change = pairing(snapshot, at: time).nextChange {
      times.append(.now + max(.zero, change - InboxClock.now).seconds)
    }
    guard let next = times.min() else { return }
    alarm = Task { [send] in
      do {
        try await Task.sleep(for: .seconds(max(0, next.timeIntervalSinceNow) + 0.001))
        send(.alarm)
      } catch {
        // A newer alarm has taken its place.
      }
    }
  }
}
