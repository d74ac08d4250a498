import Cache
import Files
import Spool
import Synchronization

/// Runs each attempt as a batch job of a Slurm cluster whose nodes share the folders.
///
/// The spool stays the only truth: what the cluster was asked is on the disk before it is asked (`Submission`), and what counts in
/// the end is what a worker has left on the disk (`AttemptManifest`), whatever the cluster says of its job. `squeue` is asked for all
/// jobs at once.
struct SlurmRunner: JobRunner {
  let queue: SlurmQueue
  let leftovers = Leftovers()
  let tell: @Sendable (RunnerNews) -> Void
  /// One at a time: they go to one controller.
  private let submitting = Turns()
  private let cancelling = Turns()
  private let planning = Turns()
  private let shared = Shared()

  private final class Shared: Sendable {
    let state = Mutex(State())
    let watch = Mutex<CacheWatch?>(nil)
  }

  private struct State {
    var isLetGo = false
    var settings: SlurmSettings?
    var configuredAt = ContinuousClock.now
    var admission = Admission()
    /// Why the cluster did not take jobs, by their ids.
    var refusals: [String: String] = [:]
    /// What was told of that last.
    var refusal: String?
  }

  /// Lets workers on the nodes see whether this machine's locks hold there.
  private final class CacheWatch: Sendable {
    private let lock: FileLock?

    init(_ folder: Path) throws {
      do {
        lock = try CacheFolder.watch(folder)
      } catch is FileLockedError {
        lock = nil  // another daemon's does as well
      }
    }
  }

  init(tell: @escaping @Sendable (RunnerNews) -> Void) {
    self.tell = tell
    queue = SlurmQueue(tell: tell)
  }

  func configure(_ settings: DaemonSettings) {
    shared.state.withLock { state in
      (state.settings, state.configuredAt, state.admission) = (settings.slurm, .now, Admission())
    }
  }

  func letGo() { shared.state.withLock { $0.isLetGo = true } }

  func start(_ attempt: Attempt, started: @Sendable (_ handle: String) -> Void) async -> WorkerEnding {
    await run(attempt, nil)
  }

  func reattach(_ handle: String?, to attempt: Attempt) async -> WorkerEnding {
    while !isLetGo {
      do {
        if let submission = try attempt.directory.readSubmission() { return await run(attempt, submission) }
        // It was begun, and not handed over yet.
        return .stopped
      } catch {
        // A network file system may be away for a moment; what the cluster was asked must not be asked twice.
        tell(
          .notice(job: attempt.directory.id, "what the cluster was asked cannot be read: \(error); it is tried again"))
        guard !Task.isCancelled else { return .stopped }
        try? await Task.sleep(for: Self.readingPause)
      }
    }
    return .leftRunning
  }

  private static let readingPause: Duration = .seconds(5)

  private func run(_ attempt: Attempt, _ submission: Submission?) async -> WorkerEnding {
    watch(attempt.cache)
    var run = SlurmAttempt(attempt, submission, by: self)
    let ending = await run.toItsEnd()
    noteRefusal(of: attempt.directory.id, nil)
    return ending
  }

  private func watch(_ cache: Path) {
    shared.watch.withLock { watch in
      guard watch == nil else { return }
      do {
        watch = try CacheWatch(cache)
      } catch {
        tell(.trouble(.locks, "locks do not hold on the cache \(cache) (\(error)); each node has one of its own in it"))
      }
    }
  }
}

// What the daemon wants.
extension SlurmRunner {
  /// Whether the daemon stops.
  var isLetGo: Bool { shared.state.withLock { $0.isLetGo } }

  /// What new jobs are to ask for; nil while jobs are painted on this machine.
  var settings: SlurmSettings? { shared.state.withLock { $0.settings } }

  /// When that was said last.
  var configuredAt: ContinuousClock.Instant { shared.state.withLock { $0.configuredAt } }
}

// Calls, each when its turn comes.
extension SlurmRunner {
  /// Whether the cluster is to be asked to take a job.
  var isAdmitting: Bool { shared.state.withLock { !$0.isLetGo && $0.admission.isOpen } }

  /// Calls sbatch; nil where that was not to be.
  func submit(_ options: SbatchOptions) async -> SlurmCommand.Outcome? {
    await submitting.take { [self] in
      guard isAdmitting else { return nil }
      let outcome = await SlurmCommand("sbatch", options.arguments).run()
      shared.state.withLock { $0.admission.note(isTaken: outcome.code == 0) }
      return outcome
    }
  }

  /// - Parameter problem: why the cluster did not take the job; nil when it has, or that does not matter any more.
  func noteRefusal(of job: String, _ problem: String?) {
    let (words, isNews) = shared.state.withLock { state in
      state.refusals[job] = problem
      let words = problem ?? state.refusals.values.first
      defer { state.refusal = words }
      return (words, state.refusal != words)
    }
    if isNews { tell(.trouble(.submission, words)) }
  }

  func cancel(_ submission: Submission) async {
    _ = await cancelling.take { [self] in isLetGo ? nil : await SlurmCommand.scancel(submission).run() }
  }

  /// Looks at a job's pictures, for how much memory it takes; nil where that was not to be.
  func plan(_ call: SlurmCommand) async -> SlurmCommand.Outcome? {
    await planning.take { [self] in isLetGo ? nil : await call.run() }
  }
}
