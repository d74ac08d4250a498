import Spool

// Small pictures of jobs that wait, each painted in a moment by a short process beside the workers. A job whose turn has come
// has its own first, so that there is something to see all the time. What becomes of a preview changes nothing for its job.
extension DaemonLoop {
  private static let stopTimeout: Duration = .seconds(5)

  func waitsForPreview(_ id: String) -> Bool { jobs[id]?.previewTask != nil || wantsPreview(id) }

  private func wantsPreview(_ id: String) -> Bool {
    guard let job = jobs[id], case .open = job.preview, job.record.preview ?? configuration.settings.preview else {
      return false
    }
    guard job.directory.hasPreview else { return true }
    jobs[id]!.preview = .settled
    return false
  }

  /// As many at a time as there are workers free, and one even when there is none: what it takes from them is soon given back.
  func startPreviews() {
    let previews = Set(jobs.previews.keys)
    let workersHere = configuration.settings.slurm == nil ? scheduler.workers : 1
    let room = max(1, workersHere - jobs.workers.count) - previews.count
    guard room > 0 else { return }
    let waiting = scheduler.waiting(jobs.spooled, running: jobs.busy.union(previews), now: .now)
    for job in waiting.lazy.filter({ self.wantsPreview($0.id) }).prefix(room) { startPreview(job) }
  }

  private func startPreview(_ job: SpooledJob) {
    // On this machine, wherever jobs run, and nobody looks for it after a restart.
    var attempt = Attempt(job.directory, configuration, threads: configuration.localThreads(ofWorkerIn: 0))
    attempt.isPreview = true
    attempt.stopTimeout = min(attempt.stopTimeout, Self.stopTimeout)
    let task = Task { [send, attempt] in
      let ending = await LocalRunner().start(attempt) { _ in }
      send(.previewEnded(id: attempt.directory.id, ending))
      return ending
    }
    jobs[job.id]!.preview = .running(task)
  }

  func endPreview(_ id: String, _ ending: WorkerEnding) {
    guard let job = jobs[id], job.previewTask != nil else { return }
    jobs[id]!.preview = .settled
    switch ending {
    case .exited(code: WorkerExit.done): log(id, .info, "preview painted", ["file": "\(job.directory.previewPath)"])
    case .stopped:
      jobs[id]!.preview = .open
      try? job.directory.forgetPreview()
    default:
      log(id, .warning, "no preview, which the job does without: \(job.directory.lastWordsOfPreview ?? "\(ending)")")
    }
  }
}
