import Foundation
import Inbox
import Jobs
import Outbox

// From the inbox into the spool.
extension DaemonLoop {
  /// Claims what the last look found complete.
  func claimReady() {
    guard let snapshot, snapshot.lookedAt > claimedAt, !isPaused("claim") else { return }
    let limit = configuration.settings.queueLimit
    var isFull = false
    for job in pairing(snapshot).jobs {
      guard case .ready(let plan) = job.state else { continue }
      isFull = jobs.count >= limit
      if isFull { break }
      claimedAt = InboxClock.now
      guard claim(plan) else { break }
    }
    setTrouble("queue", isFull ? "\(limit) jobs are in the queue; others stay in the inbox until some are done" : nil)
    if claimedAt > snapshot.lookedAt { inbox.lookAgain() }
  }

  private func claim(_ plan: ClaimPlan) -> Bool {
    do {
      let job = try spool.claim(plan, from: configuration.inbox)
      jobs[job.id] = job
      log(job.id, .info, job.record.state.rawValue)
      return true
    } catch let error as InputChanged {
      logger.debug("\(plan.name): \(error)")
    } catch {
      pause("claim", because: "\(plan.name) could not be taken from the inbox: \(error)")
      recoverSoon()
    }
    return false
  }
}

// From the spool into the outbox.
extension DaemonLoop {
  /// The spool is the truth: a job whose directory somebody has removed is gone.
  func forgetVanished() {
    for (id, job) in jobs where workers[id] == nil && !FileManager.default.fileExists(atPath: job.directory.path) {
      log(id, .error, "its directory \(job.directory.path) was removed; the job is forgotten")
      jobs[id] = nil
      ended[id] = nil
    }
  }

  /// Puts down how workers have ended; what cannot be written now is kept for later.
  func recordEndings() {
    guard !isPaused("space") else { return }
    for (id, ending) in ended {
      let ending = cancelled.contains(id) ? .cancelled : ending
      guard attempt("space", { try spool.end(&jobs[id]!, ending) }) else { return }
      ended[id] = nil
      cancelled.remove(id)
      logState(id)
    }
  }

  /// Does what people have marked: stops running jobs, and puts others into the outbox as failed.
  func cancelMarked() {
    for (id, job) in jobs where job.marks.contains(.cancel) && !cancelled.contains(id) && ended[id] == nil {
      if let worker = workers[id] {
        cancelled.insert(id)
        worker.cancel()
      } else if job.record.state != .publishing, job.record.state != .failed, !isPaused("space") {
        if attempt("space", { try spool.end(&jobs[id]!, .cancelled) }) { logState(id) }
      }
    }
  }

  func publishDue() {
    for (id, job) in jobs where job.record.state == .publishing || job.record.state == .failed {
      guard (job.record.retryAt ?? .distantPast) <= .now else { continue }
      publish(id)
    }
  }

  private func publish(_ id: String) {
    guard let job = jobs[id] else { return }
    do {
      let folder = try spool.publish(job)
      if job.record.state == .failed {
        failures += 1
        log(id, .error, "failed: \(job.record.message ?? "")", ["folder": folder ?? ""])
      } else {
        log(id, .info, "done", ["folder": folder ?? ""])
      }
      jobs[id] = nil
    } catch {
      log(id, .warning, "could not be published: \(error)")
      // A disk that refuses this too is tried again with the next event after the pause.
      if !attempt("space", { try spool.publicationFailed(&jobs[id]!, error) }) {
        jobs[id]?.record.retryAt = .now + patience
      }
    }
  }

  private func logState(_ id: String) {
    guard let record = jobs[id]?.record else { return }
    switch record.state {
    case .retrying:
      let pause = Int(record.retryAt?.timeIntervalSinceNow.rounded() ?? 0)
      log(id, .warning, "retrying in \(pause) s: \(record.message ?? "")", ["attempt": "\(record.attempt)"])
    case .failed: break
    default: log(id, .info, record.state.rawValue)
    }
  }
}
