import Foundation
import Inbox
import Jobs
import Logging
import Outbox
import TargetCache

/// The state of a running daemon and what it does on each event. Used by one task.
///
/// Nothing here is needed to go on after a crash: the spool on disk has it all.
final class DaemonLoop {
  let configuration: DaemonConfiguration
  let logger: Logger
  let inbox: Inbox
  let spool: Spool
  private let lock: JobLock
  private let scheduler: Scheduler
  private let send: @Sendable (Daemon.Event) -> Void
  private var alarm: Task<Void, Never>?
  private var record: DaemonRecord
  private var isRecordWritten = false
  /// When to try again what could not be recovered.
  private var recoverAt: Date?

  var jobs: [String: SpooledJob] = [:]
  var workers: [String: Task<WorkerEnding, Never>] = [:]
  /// Workers that have ended, but whose ending is not yet on the disk.
  var ended: [String: WorkerEnding] = [:]
  /// Jobs whose worker is being stopped because a person asked for it.
  var cancelled: Set<String> = []
  var failures = 0

  private(set) var snapshot: InboxSnapshot?
  /// Snapshots from before this time show what has been claimed since.
  var claimedAt: Duration = .zero
  /// By what is troubled: the reason, for people.
  var troubles: [String: String] = [:]
  /// Until when nothing is to be started, or taken from the inbox, after a refusal.
  var pauses: [String: Date] = [:]

  init(
    _ configuration: DaemonConfiguration, logger: Logger, send: @escaping @Sendable (Daemon.Event) -> Void
  ) throws {
    self.configuration = configuration
    self.logger = logger
    self.send = send
    try configuration.prepareFolders()
    var spool = Spool(outbox: configuration.outbox)
    spool.retries.delay = configuration.settings.retryDelay
    self.spool = spool
    lock = try spool.lock()
    scheduler = Scheduler(workers: configuration.settings.workers)
    inbox = try Inbox(InboxConfiguration(configuration, doorbell: spool.doorbellPath))
    record = DaemonRecord(
      processIdentifier: getpid(), startedAt: .now, inbox: configuration.inbox, cache: configuration.cache,
      workers: configuration.settings.workers)
    writeRecord()
    try recover()
    logger.info("watching \(configuration.inbox)", metadata: ["unfinished jobs": "\(jobs.count)"])
    TargetCache.removeAbandonedFiles(in: configuration.cache)
  }

  /// How long to leave something alone that the system has refused.
  var patience: TimeInterval { configuration.settings.retryDelay.seconds }

  func handle(_ event: Daemon.Event) {
    switch event {
    case .inbox(let new): take(new)
    case .workerEnded(let id, let ending):
      workers[id] = nil
      ended[id] = ending
    case .alarm: break
    }
    advance()
  }

  /// With `once`: nothing is left that could be done.
  var isDone: Bool {
    guard configuration.once, let snapshot, snapshot.lookedAt > claimedAt, workers.isEmpty, ended.isEmpty else {
      return false
    }
    // What cannot be taken as it is, such as an empty picture, stays where it is: as if it were not there yet.
    var takeable = snapshot
    takeable.entries.removeAll { $0.problem != nil }
    return jobs.values.allSatisfy(\.isHeld) && pairing(takeable).jobs.allSatisfy { $0.state.isWaiting }
  }

  /// Stops the workers and records how they ended.
  func stop() async {
    alarm?.cancel()
    for worker in workers.values { worker.cancel() }
    for (id, worker) in workers { ended[id] = await worker.value }
    workers = [:]
    recordEndings()
    publishDue()
    logger.info("stopped", metadata: ["unfinished jobs": "\(jobs.count)"])
  }

  func pairing(_ snapshot: InboxSnapshot, at time: Duration = InboxClock.now) -> Pairing {
    Pairing(entries: snapshot.entries, now: time, grace: configuration.settings.sidecarGrace)
  }

  /// Takes up what lies in the spool; what cannot be put right now is tried again later.
  private func recover() throws {
    let recovery = try spool.recover(inbox: configuration.inbox, except: Set(jobs.keys))
    for job in recovery.jobs { jobs[job.id] = job }
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

  private func take(_ new: InboxSnapshot) {
    if let old = snapshot, old.doorbell != new.doorbell {
      for id in jobs.keys { jobs[id]?.readMarks() }
    }
    snapshot = new
    setTrouble("inbox", new.trouble)
  }

  /// Does all that can be done now, and sets the alarm for what comes later.
  private func advance() {
    // What falls due while this goes on has perhaps been passed over: the alarm is for all that was not due at its begin.
    let (date, time) = (Date.now, InboxClock.now)
    forgetVanished()
    recoverRest()
    recordEndings()
    cancelMarked()
    claimReady()
    publishDue()
    startDue()
    writeRecord()
    setAlarm(date, time)
  }

  private func startDue() {
    guard !isPaused("space"), hasSpace() else { return }
    for job in scheduler.startable(jobs.values, running: Set(workers.keys).union(ended.keys), now: .now) {
      start(job)
    }
  }

  private func start(_ job: SpooledJob) {
    guard attempt("space", { try spool.begin(&jobs[job.id]!) }) else { return }
    let worker = Worker(
      program: configuration.workerProgram, cache: configuration.cache, threads: configuration.threadsPerWorker,
      stopTime: configuration.workerStopTime)
    log(job.id, .info, "running", ["attempt": "\(jobs[job.id]!.record.attempt)"])
    workers[job.id] = Task { [send, directory = job.directory, id = job.id] in
      let ending = await worker.run(directory)
      send(.workerEnded(id: id, ending))
      return ending
    }
  }
}

// Waiting and saying.
extension DaemonLoop {
  /// Runs something that the disk can refuse; then it is said, and nothing of its kind is tried for a while.
  func attempt(_ kind: String, _ body: () throws -> Void) -> Bool {
    do {
      try body()
      return true
    } catch {
      pause(kind, because: "\(error)")
      return false
    }
  }

  func pause(_ kind: String, because reason: String) {
    pauses[kind] = .now + patience
    setTrouble(kind, reason)
  }

  func isPaused(_ kind: String) -> Bool {
    guard let end = pauses[kind] else { return false }
    if end > .now { return true }
    pauses[kind] = nil
    setTrouble(kind, nil)
    return false
  }

  /// Says it once, when it begins and when it is over.
  func setTrouble(_ kind: String, _ reason: String?) {
    guard troubles[kind] != reason else { return }
    troubles[kind] = reason
    if let reason { logger.warning("\(reason)") } else { logger.info("\(kind): all right again") }
  }

  func log(_ id: String, _ level: Logger.Level, _ message: String, _ metadata: KeyValuePairs<String, String> = [:]) {
    var all: Logger.Metadata = ["job": "\(id)"]
    for (key, value) in metadata { all[key] = "\(value)" }
    logger.log(level: level, "\(jobs[id]?.record.name ?? id): \(message)", metadata: all)
  }

  private func hasSpace() -> Bool {
    guard let trouble = spool.lackOfSpace(leastBytes: configuration.settings.minFreeBytes) else { return true }
    pause("space", because: trouble)
    return false
  }

  private func writeRecord() {
    let reasons = troubles.sorted { $0.key < $1.key }.map(\.value)
    guard record.troubles != reasons || !isRecordWritten else { return }
    record.troubles = reasons
    // When the disk is full this fails too; the log has it.
    isRecordWritten = (try? spool.write(record)) != nil
  }

  private func setAlarm(_ date: Date, _ time: Duration) {
    alarm?.cancel()
    var times = Array(pauses.values) + [recoverAt].compactMap(\.self)
    if let due = scheduler.nextDue(jobs.values, now: date) { times.append(due) }
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
