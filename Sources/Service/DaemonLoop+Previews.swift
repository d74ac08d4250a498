import Spool

// Small pictures of jobs that wait, each painted in a moment by a short process beside the workers. A job whose turn has come
// has its own first, so that there is something to see all the time. What becomes of a preview changes nothing for its job.
extension DaemonLoop {
  func waitsForPreview(_ job: SpooledJob) -> Bool { previews[job.id] != nil || wantsPreview(job) }

  private func wantsPreview(_ job: SpooledJob) -> Bool {
    guard job.record.preview ?? configuration.settings.preview, !previewed.contains(job.id) else { return false }
    guard job.directory.hasPreview else { return true }
    previewed.insert(job.id)
    return false
  }

  /// As many at a time as there are workers free, and one even when there is none: what it takes from them is soon given back.
  func startPreviews() {
    previewed.formIntersection(jobs.keys)
    let room = max(1, scheduler.workers - workers.count) - previews.count
    guard room > 0 else { return }
    let running = Set(workers.keys).union(ended.keys).union(previews.keys)
    let waiting = scheduler.waiting(jobs.values, running: running, now: .now)
    for job in waiting.lazy.filter(wantsPreview).prefix(room) { startPreview(job) }
  }

  private func startPreview(_ job: SpooledJob) {
    previewed.insert(job.id)
    var worker = worker(threads: configuration.threads(ofWorkerIn: 0))
    worker.isPreview = true
    worker.stopTime = min(worker.stopTime, .seconds(5))
    previews[job.id] = Task { [send, worker, directory = job.directory] in
      let ending = await worker.run(directory)
      send(.previewEnded(id: directory.id, ending))
      return ending
    }
  }

  func endPreview(_ id: String, _ ending: WorkerEnding) {
    guard previews.removeValue(forKey: id) != nil, let directory = jobs[id]?.directory else { return }
    switch ending {
    case .exited(code: WorkerExit.done): log(id, .info, "preview painted", ["file": "\(directory.previewPath)"])
    case .stopped:
      previewed.remove(id)
      try? directory.forgetPreview()
    default:
      log(id, .warning, "no preview, which the job does without: \(directory.lastWordsOfPreview ?? "\(ending)")")
    }
  }
}
