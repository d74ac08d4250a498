import Files
import Foundation
import Inbox
import Jobs
import Spool

// What lies in the inbox.
extension DaemonLoop {
  func take(_ snapshot: InboxSnapshot) {
    if view.snapshot?.doorbell != snapshot.doorbell {
      heedWishes()
      readMarks()
    }
    if view.snapshot == nil { manager.tell("READY=1") }
    view.take(snapshot, grace: configuration.settings.sidecarGrace)
    setTrouble(.inbox, snapshot.trouble)
    setTrouble(.watcher, snapshot.warning)
  }

  func sayNews() {
    for line in view.news() { logger.info("\(line)") }
  }
}

// From the inbox into the spool.
extension DaemonLoop {
  /// Claims what the last look found complete.
  func claimReady() {
    guard !view.isStale, !pauses.contains(.claims) else { return }
    let limit = configuration.settings.queueLimit
    var isFull = false
    for job in view.pairing.jobs {
      guard case .ready(let plan) = job.state, !pauses.contains(.claim(of: job.name)) else { continue }
      isFull = jobs.count >= limit
      if isFull { break }
      view.noteClaim()
      if !claim(plan, of: job) { break }
    }
    setTrouble(.queue, isFull ? "\(limit) jobs are in the queue; others stay in the inbox until some are done" : nil)
    if view.isStale { inbox.lookAgain() }
  }

  /// Returns whether the others can still be taken as the last look has shown them.
  private func claim(_ plan: ClaimPlan, of paired: PairedJob) -> Bool {
    do {
      let job = try spool.claim(configuration.styleLibrary.supply(plan), from: configuration.inbox)
      jobs[job.id] = ActiveJob(job)
      view.forget(paired.name)
      logState(job.id)
      // Its jobs are made in the next round.
      if job.record.batch != nil { send(.alarm) }
      for hint in paired.hints { log(job.id, .warning, "is painted with the default settings: \(hint)") }
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
