import Files
import Foundation
import Spool

// From the spool through a worker into the outbox.
extension DaemonLoop {
  /// The spool is the truth: a job whose directory somebody has removed is gone.
  func forgetVanished() {
    for (id, job) in jobs where workers[id] == nil && FileStatus(job.directory.path) == nil {
      log(id, .error, "its directory \(job.directory.path) was removed; the job is forgotten")
      jobs[id] = nil
      ended[id] = nil
    }
  }

  func startDue() {
    guard !isPaused("disk"), !isPaused("space"), hasSpace() else { return }
    let running = Set(workers.keys).union(ended.keys)
    for job in scheduler.startable(jobs.values, running: running, now: .now) where !waitsForPreview(job) { start(job) }
    startPreviews()
  }

  private func start(_ job: SpooledJob) {
    guard attempt({ try spool.begin(&jobs[job.id]!) }) else { return }
    let slot = freeSlot
    slots[job.id] = slot
    let threads = configuration.threads(ofWorkerIn: slot)
    let worker = worker(threads: threads)
    log(
      job.id, .info, "running",
      ["attempt": "\(jobs[job.id]!.record.attempt)", "threads": threads.map(String.init) ?? "auto"])
    workers[job.id] = Task { [send, directory = job.directory, id = job.id] in
      let ending = await worker.run(directory)
      send(.workerEnded(id: id, ending))
      return ending
    }
  }

  func worker(threads: Int?) -> Worker {
    Worker(
      program: configuration.workerProgram, cache: configuration.cache,
      cacheBytes: configuration.settings.cacheBytes, styles: configuration.styles,
      remembersStyles: configuration.settings.remembersStyles, threads: threads,
      memory: configuration.settings.memoryBytes,
      stopTime: configuration.settings.stopTimeout)
  }

  /// The lowest slot that no worker has; each slot has its share of the threads.
  private var freeSlot: Int {
    let taken = Set(slots.values)
    return (0...).first { !taken.contains($0) }!
  }

  func endWorker(_ id: String, _ ending: WorkerEnding) {
    workers[id] = nil
    slots[id] = nil
    ended[id] = ending
  }

  /// Puts down how workers have ended; what cannot be written now is kept for later.
  func recordEndings() {
    guard !isPaused("disk") else { return }
    for (id, ending) in ended {
      let ending = cancelled.contains(id) ? .cancelled : ending
      guard attempt({ try spool.end(&jobs[id]!, ending) }) else { return }
      ended[id] = nil
      cancelled.remove(id)
      logState(id)
      logLastWords(id)
    }
  }

  /// What a worker complains about that has painted all the same.
  private func logLastWords(_ id: String) {
    guard let job = jobs[id], job.record.state == .publishing, let words = job.directory.lastWords else { return }
    log(id, .warning, words)
  }

  func publishDue() {
    for job in jobs.values where job.record.state == .publishing || job.record.state == .failed {
      guard (job.record.retryAt ?? .distantPast) <= .now else { continue }
      publish(job)
    }
  }

  private func publish(_ job: SpooledJob) {
    do {
      let folder = try spool.publish(job)
      finish(job, folder: folder)
    } catch {
      log(job.id, .warning, "could not be published: \(error)")
      // A disk that refuses this too is tried again with the next event after the pause.
      if !attempt({ try spool.publicationFailed(&jobs[job.id]!, error) }) {
        jobs[job.id]?.record.retryAt = .now + patience
      }
    }
  }

  /// Tells everybody that a job has left the spool. Without a folder that was done before an interruption.
  private func finish(_ job: SpooledJob, folder: String?) {
    let shown = folder.map { board.noteFinished(job, folder: $0, outbox: configuration.outbox) }
    if job.record.state == .failed {
      failures += 1
      log(
        job.id, .error, "failed: \(job.record.message ?? "")",
        ["folder": folder ?? "", "todo": job.record.advice ?? ""])
    } else {
      log(job.id, .info, "done", ["folder": folder ?? "", "reused": shown?.message ?? ""])
    }
    jobs[job.id] = nil
    guard let folder else { return }
    callHook(job, folder: folder)
  }

  func logState(_ id: String) {
    guard let job = jobs[id] else { return }
    let record = job.record
    switch record.state {
    case .retrying:
      let pause = Int(record.retryAt?.timeIntervalSinceNow.rounded() ?? 0)
      log(id, .warning, "retrying in \(pause) s: \(record.message ?? "")", ["attempt": "\(record.attempt)"])
    case .failed: break
    case .queued where job.isHeld: log(id, .info, "held")
    case .queued: log(id, .info, "queued", ["priority": "\(record.priority)"])
    default: log(id, .info, record.state.rawValue)
    }
  }
}
