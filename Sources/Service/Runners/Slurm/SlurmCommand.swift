import Files
import Foundation
import Spool
internal import Subprocess

/// One call of a client program of Slurm's, or of Easel's own for it.
struct SlurmCommand: Sendable {
  /// How a call has ended.
  struct Outcome: Sendable {
    /// Nil for a program that could not be run, or has not ended by itself.
    var code: Int32?
    var output = ""
    /// What it said on standard error.
    var errors = ""
    /// What became of it, where there is no code.
    var mishap = ""

    /// For people: `ended with exit code 1: Unable to contact slurm controller`. Of many lines the last, which tell most.
    var problem: String {
      let lines = errors.split(whereSeparator: \.isNewline).suffix(2).map { line in
        line.replacing(/^[a-z]+: (error: )?/, with: "")
      }
      let words = lines.isEmpty ? "" : ": " + lines.joined(separator: "; ")
      return (code.map { "ended with exit code \($0)" } ?? mishap) + words
    }
  }

  private let executable: Executable
  /// Bytes, since paths need not be UTF-8.
  private let arguments: [[UInt8]]
  /// The longest that Slurm's clients try is some 12 s with its own defaults; but sbatch waits for minutes where the cluster has as
  /// many jobs as it takes.
  private let timeout: Duration = .seconds(30)

  private static let longestOutputBytes = 64 << 20
  private static let graceTime: Duration = .seconds(2)

  /// - Parameter name: found on the PATH.
  init(_ name: String, _ arguments: [[UInt8]]) { (executable, self.arguments) = (.name(name), arguments) }

  init(_ name: String, _ arguments: String...) { self.init(name, arguments.map { Array($0.utf8) }) }

  init(_ program: Path, _ arguments: [[UInt8]]) {
    (executable, self.arguments) = (.path(program.withCString { .init(platformString: $0) }), arguments)
  }

  /// Has a job cancelled, by its name alone: numbers are given twice, and of one that has ended scancel says that it is invalid. The exit
  /// code says nothing of whether there was such a job.
  static func scancel(_ submission: Submission) -> SlurmCommand { SlurmCommand("scancel", "--name=\(submission.name)") }

  /// Runs it to its end, at the latest that of its time, whatever becomes of the caller's task.
  func run() async -> Outcome {
    let process = Task { try await self.outcome() }
    let clock = Task { [timeout] in
      try await Task.sleep(for: timeout)
      process.cancel()
    }
    let result = await process.result
    clock.cancel()
    var outcome =
      switch result {
      case .success(let outcome): outcome
      case .failure(let error): Outcome(code: nil, mishap: "could not be run: \(error)")
      }
    if process.isCancelled { (outcome.code, outcome.mishap) = (nil, "took longer than \(timeout)") }
    return outcome
  }

  private func outcome() async throws -> Outcome {
    let ended = try await Subprocess.run(
      executable, arguments: Arguments(arguments.map { $0 + [0] }), environment: .custom(Self.environment),
      platformOptions: Self.options, input: .none, output: .string(limit: Self.longestOutputBytes),
      error: .string(limit: Self.longestOutputBytes))
    let (output, errors) = (ended.standardOutput, ended.standardError)
    switch ended.terminationStatus {
    case .exited(let code): return Outcome(code: code, output: output, errors: errors)
    case .signaled(let signal): return Outcome(code: nil, errors: errors, mishap: "was ended by signal \(signal)")
    }
  }

  /// What jobs have in their environment too. (With `--export=NONE` a node would run a login shell for one, which takes two seconds and
  /// brings that user's profile.) Nothing that changes the meaning of an option, as `SBATCH_PARTITION` would.
  private static let environment: [Environment.Key: String] = {
    let passed = ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LD_LIBRARY_PATH", "SLURM_CONF"]
    let all = ProcessInfo.processInfo.environment.filter { passed.contains($0.key) || $0.key.hasPrefix("EASEL_") }
    return Dictionary(uniqueKeysWithValues: all.map { (Environment.Key(stringLiteral: $0.key), $0.value) })
  }()

  private static var options: PlatformOptions {
    var options = PlatformOptions()
    options.processGroupID = 0
    options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: graceTime)]
    return options
  }
}
