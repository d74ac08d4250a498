import Spool

/// Cancels jobs for which nobody waits any more, as soon as the cluster can be asked. When the daemon ends before that, they do no harm:
/// where the job is gone, its script ends at once.
actor Leftovers {
  private static let pause: Duration = .seconds(15)

  private var submissions: [Submission] = []

  func add(_ submission: Submission) {
    submissions.append(submission)
    if submissions.count == 1 { Task { await cancelAll() } }
  }

  private func cancelAll() async {
    while let next = submissions.first {
      let isHeard = await SlurmCommand.scancel(next).run().code == 0
      submissions.removeFirst()
      guard !isHeard else { continue }
      // None keeps the others waiting.
      submissions.append(next)
      try? await Task.sleep(for: Self.pause)
    }
  }
}
