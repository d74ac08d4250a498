import Foundation
import TestSupport
import Testing

/// `easel-inotify` by itself, as from a shell.
final class RunningWatcher {
  let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private let errors = Pipe()
  private var bytes: [UInt8] = []

  init(_ arguments: String...) throws {
    process.executableURL = URL(filePath: Processes.built("easel-inotify"))
    process.arguments = arguments
    (process.standardInput, process.standardOutput, process.standardError) = (input, output, errors)
    try process.run()
    let descriptor = output.fileHandleForReading.fileDescriptor
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  func send(_ command: String) throws {
    try input.fileHandleForWriting.write(contentsOf: Data(command.utf8 + [0]))
  }

  func closeInput() throws { try input.fileHandleForWriting.close() }

  func closeOutput() throws { try output.fileHandleForReading.close() }

  /// All that it has said so far.
  func lines() -> [[UInt8]] {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(output.fileHandleForReading.fileDescriptor, &buffer, buffer.count)
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    return bytes.split(separator: 0).map(Array.init)
  }

  func waitFor(_ line: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    try await waitFor(Array(line.utf8), sourceLocation: sourceLocation)
  }

  func waitFor(_ line: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let end = ContinuousClock.now + .seconds(20)
    while !lines().contains(line) {
      let said = lines().suffix(50).map { String(decoding: $0, as: UTF8.self) }
      try #require(
        ContinuousClock.now < end, "waited for \(String(decoding: line, as: UTF8.self)) in \(said)",
        sourceLocation: sourceLocation)
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  func count(of line: String) -> Int { lines().count { $0 == Array(line.utf8) } }

  /// The exit code and what it complained about.
  func ending() async throws -> (code: Int32, errors: String) {
    let end = ContinuousClock.now + .seconds(20)
    while process.isRunning {
      try #require(ContinuousClock.now < end, "it does not end")
      try await Task.sleep(for: .milliseconds(5))
    }
    return (process.terminationStatus, String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self))
  }
}
