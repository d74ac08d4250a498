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
  /// sbatch and scancel, one at a time: they go to one controller.
  let clients = Turns()
  /// Looks at pictures, for how much memory a job takes.
  let planning = Turns()
  let tell: @Sendable (RunnerNews) -> Void
  private let shared = Shared()

  private final class Shared: Sendable {
    let isLetGo = Mutex(false)
    let watch = Mutex<CacheWatch?>(nil)
    let refusal = Mutex<String?>(nil)
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

  /// Whether the daemon stops.
  var isLetGo: Bool { shared.isLetGo.withLock { $0 } }

  func letGo() { shared.isLetGo.withLock { $0 = true } }

  /// - Parameter problem: why the cluster takes no job; nil when it has taken one.
  func tellOfSubmissions(_ problem: String?) {
    let isNews = shared.refusal.withLock { last in
      defer { last = problem }
      return last != problem
    }
    if isNews { tell(.trouble(.submission, problem)) }
  }

  func start(_ attempt: Attempt, started: @Sendable (_ handle: String) -> Void) async -> WorkerEnding {
    await run(attempt, nil)
  }

  func reattach(_ handle: String?, to attempt: Attempt) async -> WorkerEnding {
    guard let submission = try? attempt.directory.readSubmission() else { return .interrupted }
    return await run(attempt, submission)
  }

  private func run(_ attempt: Attempt, _ submission: Submission?) async -> WorkerEnding {
    watch(attempt.cache)
    var run = SlurmAttempt(attempt, submission, by: self)
    return await run.toItsEnd()
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
