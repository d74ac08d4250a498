import Files
import Foundation
import Inbox
import Jobs
import Spool

// What lies in the inbox.
extension DaemonLoop {
  func take(_ snapshot: InboxSnapshot) {
    if view?.snapshot.doorbell != snapshot.doorbell { readMarks() }
    if view == nil { manager.tell("READY=1") }
    let view = InboxView(snapshot, grace: configuration.settings.sidecarGrace)
    self.view = view
    setTrouble(.inbox, snapshot.trouble)
    setTrouble(.watcher, snapshot.warning)
    if snapshot.trouble == nil { logInbox(view.pairing) }
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
    guard let view, view.snapshot.lookedAt > claimedAt, !pauses.contains(.claims) else { return }
    let limit = configuration.settings.queueLimit
    var isFull = false
    for job in view.pairing.jobs {
      guard case .ready(let plan) = job.state, !pauses.contains(.claim(of: job.name)) else { continue }
      isFull = jobs.count >= limit
      if isFull { break }
      claimedAt = InboxClock.now
      if !claim(plan, of: job) { break }
    }
    setTrouble(.queue, isFull ? "\(limit) jobs are in the queue; others stay in the inbox until some are done" : nil)
    if claimedAt > view.snapshot.lookedAt { inbox.lookAgain() }
  }

  /// Returns whether the others can still be taken as the last look has shown them.
  private func claim(_ plan: ClaimPlan, of paired: PairedJob) -> Bool {
    do {
      let job = try spool.claim(configuration.styleLibrary.supply(plan), from: configuration.inbox)
      jobs[job.id] = ActiveJob(job)
      seen[plan.name] = nil
      logState(job.id)
      return true
    } catch let error as InputChanged {
      logger.debug("\(plan.name): \(error)")
      return false
    } catch {
      let isGeneral = (error as? FileError)?.isLackOfSpace ?? false
      let reason = Self.refusal(of: plan.name) + "\(error)" + Self.advice(on: error)
      pause(isGeneral ? .claims : .claim(of: paired.name), because: reason)
      recoverSoon()
      return !isGeneral
    }
  }

  /// How the trouble with taking a job begins.
  static func refusal(of name: String) -> String { "\(name) could not be taken from the inbox: " }

  private static func advice(on error: any Error) -> String {
    guard let code = (error as? FileError)?.code, code == EACCES || code == EPERM else { return "" }
    return "; Easel must be allowed to move it away: a folder's group may do so after chmod g+w"
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
}
