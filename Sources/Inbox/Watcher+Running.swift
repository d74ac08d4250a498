internal import Files
internal import Glibc
internal import Subprocess

// Starts the program, listens to it, and starts it again.
extension Watcher {
  private static let shortestPause: Duration = .milliseconds(100)
  private static let longestPause: Duration = .seconds(30)
  /// What has run for so long is started again at once.
  private static let longRun: Duration = .seconds(1)
  /// After so many heartbeats without a word it hangs.
  private static let mostSilentHeartbeats = 3
  private static let mostLastWordsBytes = 400

  /// Runs until the task is cancelled.
  func keepRunning() async {
    var pause = Self.shortestPause
    while !Task.isCancelled {
      let start = InboxClock.now
      let problem = await runOnce()
      end(problem)
      if InboxClock.now - start > Self.longRun { pause = Self.shortestPause }
      try? await Task.sleep(for: pause)
      pause = min(pause * 2, Self.longestPause)
    }
  }

  /// Runs the program to its end; returns why it has ended, for people.
  private func runOnce() async -> String {
    guard program.withCString({ access($0, X_OK) }) == 0 else {
      return "\(program) cannot be started: \(String(cString: strerror(errno)))"
    }
    var ends: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
      return "\(program) cannot be started: socketpair: \(String(cString: strerror(errno)))"
    }
    begin(input: ends[0])
    let problem = await run(input: ends[1])
    end(problem)
    // Only now, since a thread may have been writing.
    close(ends[0])
    return problem
  }

  private func run(input: Int32) async -> String {
    let process = Task { try await listen(input: input) }
    let watchdog = Task {
      try await waitForSilence()
      process.cancel()
    }
    let result = await withTaskCancellationHandler {
      await process.result
    } onCancel: {
      process.cancel()
    }
    watchdog.cancel()
    if process.isCancelled {
      return "\(program) hangs: it has said nothing for \(Self.mostSilentHeartbeats * heartbeatSeconds) s"
    }
    return switch result {
    case .success(let ending): ending
    case .failure(let error): "\(program) cannot be run: \(error)"
    }
  }

  /// Counts heartbeats and not time: while this whole process is stopped, nobody is silent.
  private func waitForSilence() async throws {
    var silent = 0
    while silent < Self.mostSilentHeartbeats {
      try await Task.sleep(for: .seconds(heartbeatSeconds))
      silent = takeSpoken() ? 0 : silent + 1
    }
  }

  /// Returns how the program has ended, for people.
  private func listen(input: Int32) async throws -> String {
    let result = try await Subprocess.run(
      .path(program.withCString { .init(platformString: $0) }),
      arguments: ["--stdin", "--heartbeat", "\(heartbeatSeconds)"],
      platformOptions: Self.options, input: .fileDescriptor(.init(rawValue: input), closeAfterSpawningProcess: true),
      output: .sequence, error: .sequence
    ) { execution in
      async let words = Self.lastWords(execution.standardError)
      var lines = WatcherLines()
      for try await piece in execution.standardOutput {
        hear(try piece.withUnsafeBytes { bytes throws(WatcherLines.TooLong) in try lines.append(bytes) })
      }
      return try await words
    }
    let words = result.closureResult.isEmpty ? "" : ": " + result.closureResult
    return switch result.terminationStatus {
    case .exited(let code): "\(program) has ended with exit code \(code)\(words)"
    case .signaled(let signal): "\(program) was ended by signal \(signal)\(words)"
    }
  }

  /// The end of what it complains about, as one line.
  private static func lastWords(_ errors: SubprocessOutputSequence) async throws -> String {
    var end: [UInt8] = []
    for try await piece in errors {
      piece.withUnsafeBytes { end.append(contentsOf: $0) }
      end.removeFirst(max(0, end.count - mostLastWordsBytes))
    }
    return String(decoding: end, as: UTF8.self).split(whereSeparator: \.isNewline).joined(separator: "; ")
  }

  /// A process group of its own: an interrupt from the terminal is for the daemon alone. There is nothing that it would have
  /// to finish, so it is killed, with whatever it may have started.
  private static var options: PlatformOptions {
    var options = PlatformOptions()
    options.processGroupID = 0
    options.teardownSequence = [.send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .seconds(1))]
    return options
  }
}
