import Files
import Foundation
import Spool
internal import Subprocess

/// Runs each attempt as a process of its own on this machine: whatever goes wrong in it ends that job only.
package struct LocalRunner: JobRunner {
  package init() {}

  package func start(_ attempt: Attempt, started: @Sendable (_ handle: String) -> Void) async -> WorkerEnding {
    do {
      let path = attempt.logPath
      let log = path.withCString { open($0, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o644) }
      guard log >= 0 else { return .notStarted(reason: "\(path): \(String(cString: strerror(errno)))") }
      let arguments = attempt.arguments.map { $0 + [0] }  // they are taken as C strings
      let result = try await Subprocess.run(
        .path(attempt.program.withCString { .init(platformString: $0) }), arguments: Arguments(arguments),
        platformOptions: Self.options(attempt),
        input: .none, output: .discarded, error: .fileDescriptor(.init(rawValue: log), closeAfterSpawningProcess: true)
      ) { execution in
        if let process = WorkerProcess(number: execution.processIdentifier.value) { started(process.handle) }
      }
      return Self.ending(result.terminationStatus)
    } catch {
      return Task.isCancelled ? .stopped : .notStarted(reason: "\(attempt.program): \(error)")
    }
  }

  /// A process group of its own: an interrupt from the terminal reaches the daemon only, which then stops its workers.
  private static func options(_ attempt: Attempt) -> PlatformOptions {
    var options = PlatformOptions()
    options.processGroupID = 0
    options.teardownSequence = [
      .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: attempt.stopTimeout)
    ]
    return options
  }

  private static func ending(_ status: TerminationStatus) -> WorkerEnding {
    switch status {
    case .exited(let code) where Task.isCancelled && code != WorkerExit.permanentFailure: .stopped
    case .exited(let code): .exited(code: code)
    case .signaled where Task.isCancelled: .stopped
    case .signaled(let signal): .killed(signal: signal)
    }
  }
}

extension LocalRunner {
  /// An attempt comes with all that it needs.
  package func configure(_ settings: DaemonSettings) {}

  /// Workers end with their daemon, so that a service's stop is one.
  package func letGo() {}
}

// After a restart of the daemon. The worker is nobody's child any more, so that its exit code is not to be had.
extension LocalRunner {
  private static let pollInterval: Duration = .milliseconds(150)
  /// How long the kernel may take to end what it was told to kill.
  private static let killTimeout: Duration = .seconds(5)

  package func reattach(_ handle: String?, to attempt: Attempt) async -> WorkerEnding {
    let job = attempt.directory
    if let process = Self.process(handle, of: job) {
      await Self.waitForEnd(of: process, stopTimeout: attempt.stopTimeout)
    } else {
      await Self.waitWhileLocked(job)
    }
    return Self.ending(accordingTo: job)
  }

  /// The worker's process; nil when it is gone or not to be told from others.
  private static func process(_ handle: String?, of job: JobDirectory) -> WorkerProcess? {
    if let process = handle.flatMap(WorkerProcess.init(handle:)), process.isAlive, process.works(on: job) {
      return process
    }
    // The daemon ended before it had put down the handle; the worker's lock tells who works.
    guard FileLock.isHeld(job.workerLock), let number = FileLock.holder(job.workerLock) else { return nil }
    return WorkerProcess(number: number).flatMap { $0.works(on: job) ? $0 : nil }
  }

  /// Whoever holds the lock and could not write its number into it, as on a full disk, is left alone.
  private static func waitWhileLocked(_ job: JobDirectory) async {
    while FileLock.isHeld(job.workerLock), !Task.isCancelled { try? await Task.sleep(for: pollInterval) }
  }

  private static func waitForEnd(of process: WorkerProcess, stopTimeout: Duration) async {
    while process.isAlive, !Task.isCancelled { try? await Task.sleep(for: pollInterval) }
    guard process.isAlive else { return }
    process.send(SIGTERM)
    await waitThroughCancellation(forEndOf: process, atMost: stopTimeout)
    guard process.isAlive else { return }
    process.send(SIGKILL)
    await waitThroughCancellation(forEndOf: process, atMost: killTimeout)
  }

  /// In a task of its own, since in a cancelled one nothing sleeps.
  private static func waitThroughCancellation(forEndOf process: WorkerProcess, atMost time: Duration) async {
    await Task {
      let end = ContinuousClock.now + time
      while process.isAlive, ContinuousClock.now < end { try? await Task.sleep(for: pollInterval) }
    }.value
  }

  /// A result is found by whoever asks what comes next.
  private static func ending(accordingTo job: JobDirectory) -> WorkerEnding {
    let failure = (try? job.readFailure()).flatMap(\.self)
    if failure?.permanent == true { return .exited(code: WorkerExit.permanentFailure) }
    if Task.isCancelled { return .stopped }
    return failure == nil ? .interrupted : .exited(code: WorkerExit.temporaryFailure)
  }
}
