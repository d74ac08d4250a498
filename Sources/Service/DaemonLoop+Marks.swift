import Spool

// What people ask for.
extension DaemonLoop {
  func readMarks() {
    for (id, job) in jobs {
      jobs[id]!.spooled.readMarks()
      switch (job.isHeld, jobs[id]!.isHeld) {
      case (false, true): log(id, .info, job.worker == nil ? "held" : "to be held; its worker stops")
      case (true, false): log(id, .info, "released")
      default: break
      }
      if job.spooled.priority != jobs[id]!.spooled.priority {
        log(id, .info, "priority \(jobs[id]!.spooled.priority)")
      }
    }
  }

  /// Puts down in the records when jobs were held and released, and which priority they have now.
  func noteMarks() {
    guard !pauses.contains(.disk) else { return }
    for (id, job) in jobs where job.spooled.isHoldNews || job.spooled.priority != job.record.priority {
      let isNoted = attempt {
        if job.spooled.isHoldNews { try jobs[id]!.spooled.noteHold() }
        try jobs[id]!.spooled.notePriority()
      }
      guard isNoted else { return }
    }
  }

  /// Stops running jobs that are to be cancelled or held, and puts the other cancelled ones into the outbox as failed.
  func heedMarks() {
    for job in jobs.values where job.ending == nil {
      if job.spooled.marks.contains(.cancel) { cancel(job) } else if job.isHeld { job.worker?.cancel() }
    }
  }

  private func cancel(_ job: ActiveJob) {
    if let worker = job.worker {
      jobs[job.id]!.isStoppedForCancellation = true
      worker.cancel()
    } else if let preview = job.previewTask {
      preview.cancel()
    } else if job.record.state != .publishing, job.record.state != .failed, !pauses.contains(.disk) {
      if attempt({ try spool.end(&jobs[job.id]!.spooled, .cancelled) }) { logState(job.id) }
    }
  }
}
