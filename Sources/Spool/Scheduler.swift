package import Foundation

/// Which job comes next: the higher priority first, then the older.
package struct Scheduler: Hashable, Sendable {
  package var workers: Int

  package init(workers: Int) {
    self.workers = workers
  }

  /// The jobs to start now, when those in `running` are being worked on.
  package func startable(_ jobs: some Collection<SpooledJob>, running: Set<String>, now: Date) -> [SpooledJob] {
    Array(waiting(jobs, running: running, now: now).prefix(max(0, workers - running.count)))
  }

  /// The jobs that only wait for their turn, in its order.
  package func waiting(_ jobs: some Collection<SpooledJob>, running: Set<String>, now: Date) -> [SpooledJob] {
    jobs.filter { !running.contains($0.id) && isDue($0, now: now) }.sorted(by: Self.comesFirst)
  }

  /// When a job that waits for its time becomes due.
  package func nextDue(_ jobs: some Collection<SpooledJob>, now: Date) -> Date? {
    jobs.filter { !$0.isHeld && $0.record.state != .running }.compactMap(\.record.retryAt).filter { $0 > now }.min()
  }

  private func isDue(_ job: SpooledJob, now: Date) -> Bool {
    guard !job.isHeld else { return false }
    switch job.record.state {
    case .queued: return true
    case .retrying: return job.marks.contains(.retry) || (job.record.retryAt ?? now) <= now
    case .claiming, .gathering, .running, .publishing, .failed: return false
    }
  }

  package static func comesFirst(_ left: SpooledJob, _ right: SpooledJob) -> Bool {
    (-left.priority, left.id) < (-right.priority, right.id)
  }
}
