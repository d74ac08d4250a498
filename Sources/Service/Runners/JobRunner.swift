import Spool

/// Where attempts at jobs run.
///
/// An attempt may outlive the daemon that has started it; the next one finds it again by a handle that the job's record keeps,
/// and which means something to the runner alone.
protocol JobRunner: Sendable {
  /// Runs an attempt to its end; when the task is cancelled, stops it.
  ///
  /// - Parameter started: called once with the attempt's handle, and not at all when nothing is left to be found again.
  func start(_ attempt: Attempt, started: @Sendable (_ handle: String) -> Void) async -> WorkerEnding

  /// Goes on waiting for an attempt that was running when its daemon ended; when the task is cancelled, stops it.
  ///
  /// - Parameter handle: nil when the daemon ended before it could put it down.
  /// - Returns: how it ended, as far as its directory tells; `.interrupted` when it is gone and has left no word.
  func reattach(_ handle: String?, to attempt: Attempt) async -> WorkerEnding

  /// What holds from now on, also for attempts that wait to be begun.
  func configure(_ settings: DaemonSettings)

  /// The daemon stops. What can do without it is not stopped when its task is cancelled from now on, but ends as `.leftRunning`.
  func letGo()
}

/// What a runner has to say by itself.
enum RunnerNews: Sendable {
  /// What keeps it from its work, for people, or that it no longer does.
  case trouble(RunnerTrouble, String?)
  /// Of a job, by its id: something that people should look at.
  case notice(job: String, String)
}

/// Of each kind there is one at a time.
enum RunnerTrouble: String, Sendable {
  /// The cluster cannot be asked.
  case cluster
  /// The cluster takes no job.
  case submission
  /// Locks on the shared folders.
  case locks
}
