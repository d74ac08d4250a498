import Files
import Foundation
internal import Subprocess

/// A program that an administrator wants to be run after a job: its arguments as they are, no shell, what it is about in its
/// environment.
struct Hook: Sendable {
  /// What has come out of a job.
  struct Outcome: Sendable {
    var id: String
    var name: String
    /// "done" or "failed".
    var state: String
    /// Where it lies in the outbox, as an absolute path.
    var folder: Path
    /// Why it failed.
    var message: String?
  }

  /// How a run ended.
  struct Ending: Sendable {
    var outcome: Outcome
    /// Why it was no success; nil for exit code 0.
    var problem: String?
    /// The end of what it printed.
    var output = ""
  }

  /// The program's path and its arguments.
  var command: [String]
  var outcome: Outcome
  var timeout: Duration
  /// For the file that takes its output. A file and not a pipe, which whatever the hook leaves running would hold open.
  var scratchFolder: Path

  private static let longestOutputBytes = 4096
  private static let graceTime: Duration = .seconds(2)

  /// Runs it to its end, at the latest that of its time; when the task is cancelled, stops it.
  func run() async -> Ending {
    let output = scratchFile()
    guard output >= 0 else {
      let reason = String(cString: strerror(errno))
      return Ending(outcome: outcome, problem: "was not run: no file for its output: \(reason)")
    }
    defer { close(output) }
    let problem = await problem(writingTo: output)
    return Ending(outcome: outcome, problem: problem, output: Self.end(of: output))
  }

  private func problem(writingTo output: Int32) async -> String? {
    let process = Task {
      try await Subprocess.run(
        .path(.init(command[0])), arguments: Arguments(Array(command.dropFirst())),
        environment: .inherit.updating(environment), platformOptions: options, input: .none,
        output: .fileDescriptor(.init(rawValue: output), closeAfterSpawningProcess: false),
        error: .fileDescriptor(.init(rawValue: output), closeAfterSpawningProcess: false)
      ).terminationStatus
    }
    let clock = Task {
      try await Task.sleep(for: timeout)
      process.cancel()
    }
    let result = await withTaskCancellationHandler {
      await process.result
    } onCancel: {
      process.cancel()
    }
    clock.cancel()
    if Task.isCancelled { return "was stopped, because Easel stops" }
    if process.isCancelled { return "was killed, because it took longer than \(timeout)" }
    switch result {
    case .success(.exited(0)): return nil
    case .success(.exited(let code)): return "ended with exit code \(code)"
    case .success(.signaled(let signal)): return "ended by signal \(signal)"
    case .failure(let error): return "could not be run: \(error)"
    }
  }

  private var environment: [Environment.Key: String?] {
    [
      "EASEL_JOB": outcome.id, "EASEL_NAME": outcome.name, "EASEL_STATE": outcome.state,
      "EASEL_FOLDER": outcome.folder.text, "EASEL_MESSAGE": outcome.message,
    ]
  }

  /// A process group of its own, so that what it has started ends with it when its time is over.
  private var options: PlatformOptions {
    var options = PlatformOptions()
    options.processGroupID = 0
    options.teardownSequence = [
      .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: Self.graceTime),
      .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: Self.graceTime),
    ]
    return options
  }

  /// A file without a name.
  private func scratchFile() -> Int32 {
    var template = scratchFolder.appending(".hook-XXXXXX").withCString {
      Array(UnsafeBufferPointer(start: $0, count: strlen($0) + 1))
    }
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { return -1 }
    unlink(template)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    return descriptor
  }

  private static func end(of file: Int32) -> String {
    let size = lseek(file, 0, SEEK_END)
    var bytes = [UInt8](repeating: 0, count: min(Int(size), longestOutputBytes))
    let count = pread(file, &bytes, bytes.count, size - off_t(bytes.count))
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }
}
