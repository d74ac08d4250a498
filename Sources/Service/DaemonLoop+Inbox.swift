import Files
import Foundation
import Inbox
import Jobs
import Spool

// What lies in the inbox.
extension DaemonLoop {
  func take(_ new: InboxSnapshot) {
    if snapshot?.doorbell != new.doorbell { readMarks() }
    snapshot = new
    setTrouble("inbox", new.trouble)
    setTrouble("watcher", new.warning)
    if new.trouble == nil { logInbox(pairing(new)) }
  }

  func pairing(_ snapshot: InboxSnapshot, at time: Duration = InboxClock.now) -> Pairing {
    Pairing(entries: snapshot.entries, now: time, grace: configuration.settings.sidecarGrace)
  }

  /// A line for each job that is new or waits for something else, and for each thing that belongs to none.
  private func logInbox(_ pairing: Pairing) {
    var news: [String: String] = [:]
    for job in pairing.jobs { news[job.name] = job.state.inWords }
    for leftover in pairing.leftovers { news[leftover.name] = "not used: \(leftover.reason)" }
    for (name, text) in news.sorted(by: { $0.key < $1.key }) where seen[name] != text {
      logger.info("\(name): \(text)")
    }
    seen = news
  }
}

// From the inbox into the spool.
extension DaemonLoop {
  /// Claims what the last look found complete.
  func claimReady() {
    guard let snapshot, snapshot.lookedAt > claimedAt, !isPaused("claim") else { return }
    let limit = configuration.settings.queueLimit
    var isFull = false
    for job in pairing(snapshot).jobs {
      guard case .ready(let plan) = job.state, !isPaused(Self.claim(of: job)) else { continue }
      isFull = jobs.count >= limit
      if isFull { break }
      claimedAt = InboxClock.now
      if !claim(plan, of: job) { break }
    }
    setTrouble("queue", isFull ? "\(limit) jobs are in the queue; others stay in the inbox until some are done" : nil)
    if claimedAt > snapshot.lookedAt { inbox.lookAgain() }
  }

  /// The kind of the trouble with taking this job, which is no reason not to take others.
  static func claim(of job: PairedJob) -> String { "claim of \(job.name)" }

  /// Returns whether the others can still be taken as the last look has shown them.
  private func claim(_ plan: ClaimPlan, of paired: PairedJob) -> Bool {
    do {
      let job = try spool.claim(configuration.styleLibrary.supply(plan), from: configuration.inbox)
      jobs[job.id] = job
      seen[plan.name] = nil
      logState(job.id)
      return true
    } catch let error as InputChanged {
      logger.debug("\(plan.name): \(error)")
      return false
    } catch {
      let isGeneral = (error as? FileError)?.isLackOfSpace ?? false
      let reason = "\(plan.name) could not be taken from the inbox: \(error)"
      pause(isGeneral ? "claim" : Self.claim(of: paired), because: reason + Self.advice(on: error))
      recoverSoon()
      return !isGeneral
    }
  }

  private static func advice(on error: any Error) -> String {
    guard let code = (error as? FileError)?.code, code == EACCES || code == EPERM else { return "" }
    return "; Easel must be allowed to move it away: a folder's group may do so after chmod g+w"
  }
}

// What people ask for.
extension DaemonLoop {
  private func readMarks() {
    for (id, job) in jobs {
      jobs[id]?.readMarks()
      switch (job.isHeld, jobs[id]!.isHeld) {
      case (false, true): log(id, .info, workers[id] == nil ? "held" : "to be held; its worker stops")
      case (true, false): log(id, .info, "released")
      default: break
      }
    }
  }

  /// Puts down in the records when jobs were held and released.
  func noteHolds() {
    guard !isPaused("disk") else { return }
    for (id, job) in jobs where job.isHoldNews {
      guard attempt({ try jobs[id]!.noteHold() }) else { return }
    }
  }

  /// Stops running jobs that are to be cancelled or held, and puts the other cancelled ones into the outbox as failed.
  func heedMarks() {
    for (id, job) in jobs where ended[id] == nil {
      if job.marks.contains(.cancel) { cancel(job) } else if job.isHeld { workers[id]?.cancel() }
    }
  }

  private func cancel(_ job: SpooledJob) {
    if let worker = workers[job.id] {
      cancelled.insert(job.id)
      worker.cancel()
    } else if let preview = previews[job.id] {
      preview.cancel()
    } else if job.record.state != .publishing, job.record.state != .failed, !isPaused("disk") {
      if attempt({ try spool.end(&jobs[job.id]!, .cancelled) }) { logState(job.id) }
    }
  }
}

extension PairedJob.State {
  /// For the log: the state, and what it is about.
  fileprivate var inWords: String {
    switch self {
    case .waiting(let wants): "waiting for " + wants.joined(separator: "; ")
    case .settling, .awaitingSettings, .ready: "settling"
    }
  }

  /// Whether only something new in the inbox can bring the job on.
  var isWaiting: Bool {
    if case .waiting = self { true } else { false }
  }
}
