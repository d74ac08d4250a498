import Inbox
import Spool

/// A job of the spool as the daemon knows it: its state on the disk, and what is being done with it.
///
/// Only the first is needed to go on after a crash.
struct ActiveJob {
  enum Work {
    case none
    /// An attempt runs, with the share of the threads that belongs to the slot. `handle`: see `JobRunner`.
    case running(slot: Int, Task<WorkerEnding, Never>, handle: String?)
    /// The attempt has ended, which is not yet on the disk.
    case ended(WorkerEnding)
  }

  enum Preview {
    /// It may be wanted.
    case open
    case running(Task<WorkerEnding, Never>)
    /// There is one, or the job does without.
    case settled
  }

  var spooled: SpooledJob
  var work = Work.none
  var preview = Preview.open
  /// Whether the worker is being stopped because a person wants the job gone.
  var isStoppedForCancellation = false
  /// What the log has last said of the running attempt's progress, on `InboxClock`.
  private var loggedProgress: (iteration: Int, at: Duration)?

  init(_ spooled: SpooledJob) {
    self.spooled = spooled
  }

  var id: String { spooled.id }
  var record: JobRecord { spooled.record }
  var directory: JobDirectory { spooled.directory }
  var isHeld: Bool { spooled.isHeld }
}

// What is being done.
extension ActiveJob {
  var worker: Task<WorkerEnding, Never>? { if case .running(_, let task, _) = work { task } else { nil } }

  var slot: Int? { if case .running(let slot, _, _) = work { slot } else { nil } }

  /// How the last attempt ended, while that is not yet on the disk.
  var ending: WorkerEnding? { if case .ended(let ending) = work { ending } else { nil } }

  /// Whether its turn is not over yet.
  var isBusy: Bool { if case .none = work { false } else { true } }

  var previewTask: Task<WorkerEnding, Never>? { if case .running(let task) = preview { task } else { nil } }

  /// The running attempt's handle, while that is not yet on the disk.
  var unwrittenHandle: String? {
    guard case .running(_, _, let handle?) = work, handle != record.runHandle else { return nil }
    return handle
  }

  mutating func setHandle(_ handle: String) {
    guard case .running(let slot, let task, _) = work else { return }
    work = .running(slot: slot, task, handle: handle)
  }

  mutating func end(_ ending: WorkerEnding) {
    work = .ended(ending)
    loggedProgress = nil
  }
}

extension ActiveJob {
  /// Fast jobs have more iterations than anybody wants to read of.
  private static let logPause: Duration = .seconds(10)

  /// Whether to put the iteration into the log: a new one, some time after the last that was put there.
  mutating func isProgressNews(_ iteration: Int, now: Duration = InboxClock.now) -> Bool {
    if let last = loggedProgress, last.iteration == iteration || now - last.at < Self.logPause { return false }
    loggedProgress = (iteration, now)
    return true
  }
}

extension [String: ActiveJob] {
  /// As the disk has them.
  var spooled: [SpooledJob] { values.map(\.spooled) }

  /// Those that a worker is at, or was until just now.
  var busy: Set<String> { Set(values.filter(\.isBusy).map(\.id)) }

  /// The tasks of running attempts, by job.
  var workers: [String: Task<WorkerEnding, Never>] { compactMapValues(\.worker) }

  /// The tasks of previews that are being painted, by job.
  var previews: [String: Task<WorkerEnding, Never>] { compactMapValues(\.previewTask) }

  /// The lowest slot that no worker has; each has its share of the threads.
  var freeSlot: Int {
    let taken = Set(values.compactMap(\.slot))
    return (0...).first { !taken.contains($0) }!
  }
}
