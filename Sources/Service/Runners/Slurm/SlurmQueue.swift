/// What the cluster has of this user's jobs: one call of squeue serves all who ask within a while. A cluster that does not answer is
/// asked less and less often.
actor SlurmQueue {
  /// An answer of the cluster's.
  struct Look: Sendable {
    /// What was submitted after that need not be in it.
    let beganAt: ContinuousClock.Instant
    fileprivate let jobs: [String: SlurmJob]

    /// - Parameter name: which is nobody else's.
    subscript(name: String) -> SlurmJob? { jobs[name] }
  }

  private static let firstPause: Duration = .seconds(5)
  private static let longestPause: Duration = .seconds(60)

  private let tell: @Sendable (RunnerNews) -> Void
  private var last: Look?
  private var asking: Task<Look?, Never>?
  private var failures = 0
  private var nextTry = ContinuousClock.now

  init(tell: @escaping @Sendable (RunnerNews) -> Void) { self.tell = tell }

  /// Whether it did not answer when it was last asked.
  var isAway: Bool { failures > 0 }

  /// The present answer; nil where there is none, which says nothing about any job.
  ///
  /// - Parameter freshness: how old it may be.
  func look(freshness: Duration) async -> Look? {
    if let asking { return await asking.value }
    let now = ContinuousClock.now
    if let last, now - last.beganAt < freshness { return last }
    guard now >= nextTry else { return nil }
    let task = Task { await ask() }
    asking = task
    defer { asking = nil }
    return await task.value
  }

  /// Of hidden partitions too, whose jobs would look lost. Plain squeue and not its JSON, which is empty with exit code 0 when the cluster
  /// could not be asked.
  private func ask() async -> Look? {
    let begin = ContinuousClock.now
    let options = ["--noheader", "--me", "--all", "--states=all", "--format=\(SlurmJob.format)"]
    let outcome = await SlurmCommand("squeue", options.map { Array($0.utf8) }).run()
    guard outcome.code == 0 else {
      noteFailure(outcome.problem)
      return nil
    }
    noteSuccess()
    let jobs = outcome.output.split(whereSeparator: \.isNewline).compactMap { SlurmJob(line: $0) }
    let look = Look(beganAt: begin, jobs: Dictionary(jobs.map { ($0.name, $0) }) { $0.isOver ? $1 : $0 })
    last = look
    return look
  }

  private func noteFailure(_ problem: String) {
    failures += 1
    let pause = min(Self.firstPause * (1 << min(failures - 1, 10)), Self.longestPause)
    nextTry = .now + pause
    tell(
      .trouble(
        .cluster, "the Slurm cluster cannot be asked: squeue \(problem); its jobs are kept, and it is asked again"))
  }

  private func noteSuccess() {
    guard failures > 0 else { return }
    failures = 0
    tell(.trouble(.cluster, nil))
  }
}
