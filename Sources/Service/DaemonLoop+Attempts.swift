import Files
import Foundation
import Spool

// From the spool through a worker.
extension DaemonLoop {
  /// The spool is the truth: a job whose directory somebody has removed is gone.
  func forgetVanished() {
    for (id, job) in jobs where job.worker == nil && job.previewTask == nil && FileStatus(job.directory.path) == nil {
      log(id, .error, "its directory \(job.directory.path) was removed; the job is forgotten")
      jobs[id] = nil
    }
  }

  func startDue() {
    guard !pauses.contains(.disk), !pauses.contains(.space), hasSpace() else { return }
    for job in scheduler.startable(jobs.spooled, running: jobs.busy, now: .now) where !waitsForPreview(job.id) {
      start(job)
    }
    startPreviews()
  }

  private func start(_ job: SpooledJob) {
    let id = job.id
    guard attempt({ try spool.begin(&jobs[id]!.spooled) }) else { return }
    let threads = configuration.threads(ofWorkerIn: jobs.freeSlot)
    log(
      id, .info, "running",
      ["attempt": "\(jobs[id]!.record.attempt)", "threads": threads.map(String.init) ?? "auto"])
    var attempt = Attempt(job.directory, configuration, threads: threads)
    attempt.priority = job.priority
    run(id, handle: nil) { [runner, attempt] started in await runner.start(attempt, started: started) }
  }

  /// Has the runner at work for the job, in the lowest free slot.
  func run(
    _ id: String, handle: String?,
    _ body: @escaping @Sendable (_ started: @escaping @Sendable (String) -> Void) async -> WorkerEnding
  ) {
    let task = Task { [send] in
      let ending = await body { send(.attemptStarted(id: id, handle: $0)) }
      send(.attemptEnded(id: id, ending))
      return ending
    }
    let slot = jobs.freeSlot
    jobs[id]!.work = .running(slot: slot, task, handle: handle)
  }

  /// Puts down by which handles the next daemon could find running attempts.
  func noteHandles() {
    guard !pauses.contains(.disk) else { return }
    for (id, job) in jobs {
      guard let handle = job.unwrittenHandle else { continue }
      guard attempt({ try spool.note(runHandle: handle, of: &jobs[id]!.spooled) }) else { return }
    }
  }

  /// Puts down how workers have ended; what cannot be written now is kept for later.
  func recordEndings() {
    guard !pauses.contains(.disk) else { return }
    for (id, job) in jobs {
      guard let ending = job.ending else { continue }
      let actual = job.isStoppedForCancellation && ending != .leftRunning ? .cancelled : ending
      guard attempt({ try spool.end(&jobs[id]!.spooled, actual) }) else { return }
      jobs[id]!.work = .none
      jobs[id]!.isStoppedForCancellation = false
      logState(id)
      logLastWords(id)
    }
  }

  /// What a worker complains about that has painted all the same.
  private func logLastWords(_ id: String) {
    guard let job = jobs[id], job.record.state == .publishing, let words = job.directory.lastWords else { return }
    log(id, .warning, words)
  }
}
