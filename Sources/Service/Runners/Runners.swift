import Spool

/// Runs each attempt where the configuration wants it: on this machine or in a cluster. What was begun in the one is not looked for in
/// the other when that has changed.
struct Runners: JobRunner {
  private let local = LocalRunner()
  private let slurm: SlurmRunner

  init(tell: @escaping @Sendable (RunnerNews) -> Void) { slurm = SlurmRunner(tell: tell) }

  func start(_ attempt: Attempt, started: @Sendable (_ handle: String) -> Void) async -> WorkerEnding {
    if slurm.settings == nil { return await local.start(attempt, started: started) }
    return await slurm.start(attempt, started: started)
  }

  func reattach(_ handle: String?, to attempt: Attempt) async -> WorkerEnding {
    if attempt.directory.isForCluster { return await slurm.reattach(handle, to: attempt) }
    return await local.reattach(handle, to: attempt)
  }

  func configure(_ settings: DaemonSettings) { slurm.configure(settings) }

  func letGo() { slurm.letGo() }
}
