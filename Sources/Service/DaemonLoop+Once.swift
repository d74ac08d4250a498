import Inbox
import Jobs

// With `--once`: when there is nothing left to do, and what could not be done.
extension DaemonLoop {
  /// Nothing is left that could be done.
  var isDone: Bool {
    guard configuration.once, !view.isStale, view.pairing.nextChange == nil, hooks.isEmpty,
      jobs.values.allSatisfy({ $0.isHeld && !$0.isBusy && $0.previewTask == nil || waitsForHeld($0) })
    else { return false }
    return view.pairing.jobs.allSatisfy { whyNotTaken($0) != nil }
  }

  /// Whether it is a folder of which nothing is left to do but jobs that are there already.
  private func waitsForHeld(_ job: ActiveJob) -> Bool {
    guard job.record.state == .gathering, let progress = try? spool.progress(of: job.spooled) else { return false }
    return progress.unmade.isEmpty && !progress.isComplete
  }

  /// Why a job stays in the inbox unless something new comes there; nil for one that will be taken.
  private func whyNotTaken(_ job: PairedJob) -> String? {
    if let refusal = troubles[.pause(.claim(of: job.name))] {
      return String(refusal.trimmingPrefix(Self.refusal(of: job.name)))
    }
    if case .waiting(let wants) = job.state { return "waiting for " + wants.joined(separator: "; ") }
    return job.problems.isEmpty ? nil : job.problems.joined(separator: "; ")
  }

  /// Says of each job that stays in the inbox why it does, and returns how many do.
  func sayWhatWasNotTaken() -> Int {
    var count = 0
    for job in view.pairing.jobs {
      guard let reason = whyNotTaken(job) else { continue }
      logger.warning("\(job.name) was not taken: \(reason)")
      count += 1
    }
    return count
  }

  /// - Throws: `OnceIncomplete` when less was painted than was there.
  func complain(notTaken: Int) throws {
    let troubles = [troubles[.inbox], troubles[.recovery]].compactMap(\.self)
    let incomplete = OnceIncomplete(failed: failures, notTaken: notTaken, troubles: troubles)
    if !incomplete.isNothing { throw incomplete }
  }
}
