import Files
import Foundation
import Spool
internal import Subprocess

/// One attempt at a job or its quick preview, as a process of its own: whatever goes wrong in it ends that job only.
struct Worker: Sendable {
  var program: Path
  var cache: Path
  /// How much room the cache may take, in bytes.
  var cacheBytes: Int
  var styles: Path
  var remembersStyles: Bool
  var threads: Int?
  /// In bytes.
  var memory: Int?
  /// How long it may take to end after SIGTERM before it is killed.
  var stopTime: Duration
  var isPreview = false

  /// Runs the worker to its end; when the task is cancelled, stops it.
  func run(_ job: JobDirectory) async -> WorkerEnding {
    do {
      let path = isPreview ? job.previewLogPath : job.logPath
      let log = path.withCString { open($0, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o644) }
      guard log >= 0 else { return .notStarted(reason: "\(path): \(String(cString: strerror(errno)))") }
      let result = try await Subprocess.run(
        .path(.init(program.text)), arguments: Arguments(arguments(job)), platformOptions: options, input: .none,
        output: .discarded, error: .fileDescriptor(.init(rawValue: log), closeAfterSpawningProcess: true))
      return ending(result.terminationStatus)
    } catch {
      return Task.isCancelled ? .stopped : .notStarted(reason: "\(program): \(error)")
    }
  }

  private func arguments(_ job: JobDirectory) -> [[UInt8]] {
    let options =
      (remembersStyles ? [] : ["--no-remember"]) + ["--cache-size", "\(cacheBytes)"]
      + (threads.map { ["--threads", "\($0)"] } ?? []) + (memory.map { ["--memory", "\($0)"] } ?? [])
      + (isPreview ? ["--preview"] : [])
    let folders = [("--styles", styles), ("--cache", cache)].flatMap { [Array($0.utf8), $1.bytes] }
    let arguments = [Array("work".utf8), job.path.bytes] + folders + options.map { Array($0.utf8) }
    return arguments.map { $0 + [0] }  // they are taken as C strings
  }

  /// A process group of its own: an interrupt from the terminal reaches the daemon only, which then stops its workers.
  private var options: PlatformOptions {
    var options = PlatformOptions()
    options.processGroupID = 0
    options.teardownSequence = [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: stopTime)]
    return options
  }

  private func ending(_ status: TerminationStatus) -> WorkerEnding {
    switch status {
    case .exited(let code) where Task.isCancelled && code != WorkerExit.permanentFailure: .stopped
    case .exited(let code): .exited(code: code)
    case .signaled where Task.isCancelled: .stopped
    case .signaled(let signal): .killed(signal: signal)
    }
  }
}
