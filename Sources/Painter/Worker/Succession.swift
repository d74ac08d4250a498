import Spool

/// Notices, once an iteration, that the cluster has begun a later attempt at the same job, or that the job is done: then whatever
/// this one still came to would be for nobody.
final class Succession {
  private let job: JobDirectory
  private var iteration = 0

  init(of job: JobDirectory) { self.job = job }

  func hasBegun(_ phase: JobPhase) -> Bool {
    guard case .painting(let painting) = phase, painting.iteration != iteration else { return false }
    iteration = painting.iteration
    return job.isSuperseded
  }
}
