import Foundation
import Outbox
import Subprocess

/// One attempt at a job, as a process of its own: whatever goes wrong in it ends that job only.
struct Worker: Sendable {
  var program: String
  var cache: String
  var threads: Int?
  /// How long it may take to end after SIGTERM before it is killed.
  var stopTime: Duration

  struct Outcome: Sendable {
    var ending: WorkerEnding
    /// The end of what it wrote on standard error.
    var lastWords = ""
  }

  /// Runs the worker to its end; when the task is cancelled, stops it.
  func run(_ job: JobDirectory) async -> Outcome {
    do {
      let result = try await Subprocess.run(
        .path(.init(program)), arguments: Arguments(arguments(job)), platformOptions: options, input: .none,
        output: .discarded, error: .sequence
      ) { execution in
        await LastWords.read(execution.standardError)
      }
      return Outcome(ending: ending(result.terminationStatus), lastWords: result.closureResult)
    } catch {
      return Outcome(ending: Task.isCancelled ? .stopped : .notStarted(reason: "\(program): \(error)"))
    }
  }

  private func arguments(_ job: JobDirectory) -> [String] {
    ["work", job.path, "--cache", cache] + (threads.map { ["--threads", "\($0)"] } ?? [])
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

/// The last lines of a text that comes in pieces.
private enum LastWords {
  private static let longest = 1000

  static func read(_ pieces: SubprocessOutputSequence) async -> String {
    var bytes: [UInt8] = []
    do {
      for try await piece in pieces {
        piece.withUnsafeBytes { bytes += $0 }
        if bytes.count > 2 * longest { bytes.removeFirst(bytes.count - longest) }
      }
    } catch {
      // The worker is being stopped; what it has said so far is enough.
    }
    return String(decoding: bytes.suffix(longest), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
