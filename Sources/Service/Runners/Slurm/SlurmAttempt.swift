import Files
import Foundation
import Spool

/// One attempt at a job, from its submission to its end, as files and the cluster tell of it. Used by one task.
struct SlurmAttempt {
  /// A job that the cluster does not know in so long is lost; a controller that was restarted finds some of its jobs again.
  private static let patience: Duration = .seconds(15)
  /// Between looks while a job is being stopped, and until it is asked for again.
  private static let stopPause: Duration = .seconds(1)
  private static let stopPatience: Duration = .seconds(10)
  /// Until a job that was refused is tried again, unless the configuration has changed.
  private static let refusalPause: Duration = .seconds(30)
  /// For the last word of a worker that has ended well, on its way through a network file system: they show for up to a minute what was.
  private static let longestPatience: Duration = .seconds(90)
  private static let shortestPatience: Duration = .seconds(10)

  private var attempt: Attempt
  private let runner: SlurmRunner
  /// Nil while the cluster has not been asked.
  private var submission: Submission?
  /// Looks at the queue that were begun before say nothing of the job.
  private var submittedAt = ContinuousClock.now
  /// Since when the cluster does not know it.
  private var missedAt: ContinuousClock.Instant?
  /// Since when the cluster says that it is over.
  private var overAt: ContinuousClock.Instant?
  /// When sbatch last did not take it.
  private var refusedAt: ContinuousClock.Instant?
  /// Whether it has said that no other node will do.
  private var hasNoOtherNode = false
  private var plannedBytes: Int?
  private var place: ClusterPlace?

  private var job: JobDirectory { attempt.directory }
  private var settings: SlurmSettings { runner.settings ?? SlurmSettings() }

  /// - Parameter submission: of an earlier daemon's.
  init(_ attempt: Attempt, _ submission: Submission?, by runner: SlurmRunner) {
    (self.attempt, self.submission, self.runner) = (attempt, submission, runner)
  }

  /// Until it has ended; when the task is cancelled, stops it.
  mutating func toItsEnd() async -> WorkerEnding {
    if submission == nil { show(ClusterPlace("waits to be handed to the cluster", isWaiting: true)) }
    while !Task.isCancelled {
      if let ending = await step() { return settle(ending) }
      try? await Task.sleep(for: settings.pollInterval)
    }
    // In a cancelled task nothing waits.
    return await Task { [self] in await stopped() }.value
  }

  private mutating func step() async -> WorkerEnding? {
    if let ending = await endingInFiles() { return ending }
    guard let submission else { return await submit() }
    guard let look = await runner.queue.look(freshness: settings.pollInterval), look.beganAt > submittedAt else {
      return nil
    }
    guard let found = look[submission.name] else { return noteMissing(at: look.beganAt) }
    missedAt = nil
    return found.isOver ? noteOver(found, at: look.beganAt) : note(found)
  }
}

// What counts.
extension SlurmAttempt {
  /// The word of a worker, whatever the cluster says. A copy that runs on another node, or waits for one, is cancelled: after its node
  /// was cut off it might wait for a person. So is what the cluster may not know to have ended.
  private func endingInFiles() async -> WorkerEnding? {
    guard let ending = wordOfAWorker() else { return nil }
    let isAtWork = job.attempts.last.map { (try? $0.readManifest()) == nil } ?? true
    let isQueuedAgain = place.map { $0.isWaiting && $0.state != nil } ?? true
    let isAway = await runner.queue.isAway
    if let submission, isAtWork || isQueuedAgain || isAway { await runner.leftovers.add(submission) }
    return ending
  }

  private func wordOfAWorker() -> WorkerEnding? {
    if FileStatus(job.resultPath)?.kind == .folder { return .exited(code: WorkerExit.done) }
    if let complete = job.completeAttempt {
      do {
        try job.adoptResult(of: complete)
        return .exited(code: WorkerExit.done)
      } catch {
        runner.tell(.notice(job: job.id, "the result in \(complete.workPath) cannot be taken: \(error)"))
        return nil
      }
    }
    // A node that was cut off may still fail where a later attempt does not.
    guard let last = begunAttempt, let manifest = try? last.readManifest(), manifest.ending == .failed else {
      return nil
    }
    // A daemon that was killed while it took over what the attempt has left finds it with the job.
    let failure = (try? last.readFailure()) ?? (try? job.readFailure())
    return .exited(code: failure?.permanent == true ? WorkerExit.permanentFailure : WorkerExit.temporaryFailure)
  }

  /// The last of the attempts that were begun since the submission.
  private var begunAttempt: JobDirectory? {
    guard let submission, let last = job.attempts.last, last.attemptNumber! > submission.attemptsBefore else {
      return nil
    }
    return last
  }

  /// Takes over what is left of it.
  private func settle(_ ending: WorkerEnding) -> WorkerEnding {
    if case .exited(WorkerExit.temporaryFailure) = ending { noteFailure(on: begunAttempt?.node) }
    if ending != .exited(code: WorkerExit.done), let submission {
      // What cannot be taken over is found by the next attempt where it lies.
      try? job.adoptState(ofAttemptsAfter: submission.attemptsBefore)
    }
    try? job.forgetSubmission()
    return ending
  }

  /// A node that lacks something is soon free again, and would have all attempts.
  private func noteFailure(on node: String?) {
    // What cannot be put down may cost another attempt.
    if let node { try? job.noteFailure(onNode: node) }
  }
}

// What the cluster says.
extension SlurmAttempt {
  private mutating func note(_ found: SlurmJob) -> WorkerEnding? {
    overAt = nil
    if submission?.number != found.number { noteTaken(as: found.number) }
    var place = found.place
    if found.lacksNodes { place.advice = adviceOnFailedNodes }
    show(place)
    return nil
  }

  /// Nil where all nodes may have it. Whether one is in order again only a person knows.
  private var adviceOnFailedNodes: String? {
    let nodes = hasNoOtherNode ? [] : job.failedNodes
    guard let submission, !nodes.isEmpty else { return nil }
    let others = SbatchOptions.excluded(by: settings).joined(separator: ",")
    return
      "the nodes that are left cannot be had now; where it has failed (\(nodes.joined(separator: ", "))) it is not tried "
      + "again, unless a person says so: scontrol update jobname=\(submission.name) excnodelist=\(others)"
  }

  private mutating func noteMissing(at time: ContinuousClock.Instant) -> WorkerEnding? {
    guard let first = missedAt else {
      missedAt = time
      return nil
    }
    guard time - first >= Self.patience, let submission else { return nil }
    missedAt = nil
    guard let number = submission.number else {
      // It never came there.
      self.submission = nil
      return nil
    }
    return .vanished(reason: "the cluster lost Slurm job \(number)")
  }

  /// The worker's word may still be on its way through a network file system.
  private mutating func noteOver(_ found: SlurmJob, at time: ContinuousClock.Instant) -> WorkerEnding? {
    let begun = begunAttempt
    if submission?.number == nil, begun == nil {
      // What sbatch has refused may be shown as a job that failed.
      submission = nil
      return nil
    }
    // That it has failed or is done is for the next step to find.
    let hasStopped = (try? begun?.readManifest())?.ending == .stopped
    let since = overAt ?? time
    overAt = since
    let patience = found.state == "COMPLETED" ? Self.longestPatience : Self.shortestPatience
    guard hasStopped || time - since >= max(patience, settings.pollInterval * 2) else { return nil }
    if found.hasFailed { noteFailure(on: found.node ?? begun?.node) }
    return found.ending(hasBegun: begun != nil, lastWords: scriptsWords)
  }

  private var scriptsWords: String? {
    guard let said = try? FileSystem.contents(JobScript.logPath(of: job)), !said.isEmpty else { return nil }
    return String(decoding: said.suffix(500), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private mutating func show(_ new: ClusterPlace) {
    guard new != place else { return }
    if let advice = new.advice, advice != place?.advice { runner.tell(.notice(job: job.id, "\(new.words); \(advice)")) }
    place = new
    // Only for people.
    try? job.show(new)
  }
}

// Asking the cluster.
extension SlurmAttempt {
  private var isDue: Bool {
    guard let refusedAt else { return true }
    return ContinuousClock.now - refusedAt >= Self.refusalPause || runner.configuredAt > refusedAt
  }

  private mutating func submit() async -> WorkerEnding? {
    // Jobs are painted on this machine now.
    guard let settings = runner.settings else { return .stopped }
    guard isDue, runner.isAdmitting, await runner.queue.look(freshness: settings.pollInterval * 4) != nil else {
      return nil
    }
    attempt.threads = settings.cpus
    let memory = await memoryBytes(settings)
    guard !Task.isCancelled else { return nil }
    let new = Submission(of: job)
    let options = SbatchOptions(
      settings: settings, name: new.name, script: JobScript.path(of: job), log: JobScript.logPath(of: job),
      priority: attempt.priority, memoryBytes: memory,
      // Where no other node will do, any will.
      excluded: hasNoOtherNode ? [] : job.failedNodes)
    do {
      try FileSystem.makeFolder(job.attemptsPath)
      let program = settings.program ?? attempt.program
      let script = JobScript(attempt: attempt, program: program, attemptsBefore: new.attemptsBefore)
      try FileSystem.replace(JobScript.path(of: job), with: script.bytes)
      try job.write(new)
    } catch {
      return .notStarted(reason: "\(error)")
    }
    guard let outcome = await runner.submit(options) else { return nil }
    submittedAt = .now
    submission = new
    guard outcome.code == 0, let number = SbatchOptions.number(in: outcome.output) else {
      noteRefusal(outcome)
      return nil
    }
    noteTaken(as: number)
    show(ClusterPlace("Slurm job \(number) waits", number: number, isWaiting: true))
    return nil
  }

  private mutating func noteTaken(as number: Int) {
    refusedAt = nil
    runner.noteRefusal(of: job.id, nil)
    submission?.number = number
    // Only for people: by its name it is found anyway.
    if let submission { try? job.write(submission) }
  }

  /// It may have been taken all the same: then it is found by its name.
  private mutating func noteRefusal(_ outcome: SlurmCommand.Outcome) {
    refusedAt = .now
    // "Requested node configuration is not available", "Invalid node name specified".
    if outcome.code != nil, outcome.errors.contains(/[Nn]ode/) { hasNoOtherNode = true }
    let words = "Slurm took no job: sbatch \(outcome.problem)"
    runner.noteRefusal(of: job.id, "\(words); the jobs are kept, and it is asked again")
    show(ClusterPlace("\(words); it is asked again", isWaiting: true))
  }

  /// Nil where that is not known.
  private mutating func memoryBytes(_ settings: SlurmSettings) async -> Int? {
    if let bytes = settings.memoryBytes ?? plannedBytes { return bytes }
    let call = SlurmCommand(attempt.program, attempt.arguments + [Array("--plan".utf8)])
    guard let outcome = await runner.plan(call), outcome.code == 0,
      let bytes = Int(outcome.output.trimmingCharacters(in: .whitespacesAndNewlines))
    else {
      // What is wrong with it the worker will say.
      return nil
    }
    // The plan is of what is held at a time; libraries, stacks and pages of files come on top.
    plannedBytes = bytes + bytes / 8 + (64 << 20)
    return plannedBytes
  }
}

// Stopping.
extension SlurmAttempt {
  /// Has it stopped, and waits until the cluster says that it is; however long the cluster cannot be asked.
  private func stopped() async -> WorkerEnding {
    guard let submission else {
      try? job.forgetSubmission()
      return .stopped
    }
    var (asked, missed) = (ContinuousClock.Instant?.none, ContinuousClock.Instant?.none)
    while !runner.isLetGo {
      if let ending = await endingInFiles() { return settle(ending) }
      if asked.map({ ContinuousClock.now - $0 > Self.stopPatience }) ?? true {
        await runner.cancel(submission)
        asked = .now
      }
      try? await Task.sleep(for: Self.stopPause)
      guard let look = await runner.queue.look(freshness: Self.stopPause), let since = asked, look.beganAt > since
      else {
        continue
      }
      if let found = look[submission.name] {
        missed = nil
        if found.isOver { return settle(await endingInFiles() ?? .stopped) }
      } else {
        let first = missed ?? look.beganAt
        missed = first
        if look.beganAt - first >= Self.patience { return settle(.stopped) }
      }
    }
    return .leftRunning
  }
}
