import Foundation
import Testing

/// The built `easel`, run in a folder as a user would run it.
///
/// Its output goes to files in that folder (`.easel-<n>.out`, `.easel-<n>.err`), so that a long output never blocks it.
final class RunningProgram: Sendable {
  /// How a run ended and what it printed.
  struct Ending: Sendable {
    let exitCode: Int32
    let wasKilledBySignal: Bool
    let output: String
    let errors: String
  }

  /// The built program: it lies beside the test bundle.
  static let path: String = {
    let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(filePath: bundle).deletingLastPathComponent().appending(path: "easel").path
  }()

  /// A wrapper: root may read everything; without these two it is like others.
  static let withoutPowers: [String] = {
    let powers = "-dac_override,-dac_read_search"
    return getuid() == 0 ? ["/usr/bin/setpriv", "--bounding-set", powers, "--inh-caps", powers] : []
  }()

  private let process: Process
  private let outputPath: String
  private let errorsPath: String
  private let exits: AsyncStream<Void>

  /// Starts `easel` with `arguments` in `folder`; `environment` is added to this process's own. `wrapper` is a program with
  /// arguments that starts it in its own place, such as setpriv.
  init(
    _ arguments: [String], in folder: String, environment: [String: String] = [:], wrapper: [String] = []
  ) throws {
    let run = UUID().uuidString.prefix(8)
    outputPath = folder + "/.easel-\(run).out"
    errorsPath = folder + "/.easel-\(run).err"
    let (exits, continuation) = AsyncStream.makeStream(of: Void.self)
    self.exits = exits
    process = Process()
    let command = wrapper + [Self.path] + arguments
    process.executableURL = URL(filePath: command[0])
    process.arguments = Array(command.dropFirst())
    process.currentDirectoryURL = URL(filePath: folder, directoryHint: .isDirectory)
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try Self.emptyFile(outputPath)
    process.standardError = try Self.emptyFile(errorsPath)
    process.terminationHandler = { _ in continuation.finish() }
    try process.run()
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }

  /// Runs `easel` with `arguments` in `folder` and waits for its end.
  static func run(
    _ arguments: [String], in folder: String, environment: [String: String] = [:], wrapper: [String] = []
  ) async throws -> Ending {
    try await RunningProgram(arguments, in: folder, environment: environment, wrapper: wrapper).ending()
  }

  var processIdentifier: Int32 { process.processIdentifier }
  var isRunning: Bool { process.isRunning }

  /// What it has printed so far.
  var output: String { Self.text(outputPath) }
  var errors: String { Self.text(errorsPath) }

  func send(_ signal: Int32) {
    kill(process.processIdentifier, signal)
  }

  /// Waits for the end.
  func ending() async -> Ending {
    for await _ in exits {}
    return Ending(
      exitCode: process.terminationStatus,
      wasKilledBySignal: process.terminationReason == .uncaughtSignal,
      output: output,
      errors: errors)
  }

  /// Waits until `condition` holds; records a failure with the program's output after `limit`.
  func wait(
    for what: String, limit: Duration = .seconds(20), sourceLocation: SourceLocation = #_sourceLocation,
    until condition: () throws -> Bool
  ) async throws {
    let end = ContinuousClock.now + limit
    while try !condition() {
      guard ContinuousClock.now < end else {
        Issue.record("waited \(limit) for \(what)\n\(output)\n\(errors)", sourceLocation: sourceLocation)
        return
      }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  private static func emptyFile(_ path: String) throws -> FileHandle {
    try Data().write(to: URL(filePath: path))
    return try FileHandle(forWritingTo: URL(filePath: path))
  }

  private static func text(_ path: String) -> String {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
  }
}
