import Foundation
import Synchronization

/// The built program in a terminal of its own, which answers what it is asked as a kind of terminal does.
final class TerminalProgram: Sendable {
  /// Everything that was written to the terminal.
  let output: String
  let exitCode: Int32

  /// Runs it to its end.
  ///
  /// - Parameter answers: what the terminal says when it is asked for its attributes, the last question of all.
  init(_ arguments: [String], in folder: String, answers: String) throws {
    var (ours, theirs): (Int32, Int32) = (-1, -1)
    var size = winsize(ws_row: 40, ws_col: 120, ws_xpixel: 0, ws_ypixel: 0)
    guard openpty(&ours, &theirs, nil, nil, &size) == 0 else {
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
    let process = Process()
    // Which makes it the controlling terminal of a session of its own.
    process.executableURL = URL(filePath: "/usr/bin/setsid")
    process.arguments = ["--ctty", "--wait", RunningProgram.path] + arguments
    process.currentDirectoryURL = URL(filePath: folder, directoryHint: .isDirectory)
    process.environment = ProcessInfo.processInfo.environment.merging(["TERM": "xterm-256color"]) { $1 }
    let terminal = FileHandle(fileDescriptor: theirs, closeOnDealloc: false)
    (process.standardInput, process.standardOutput, process.standardError) = (terminal, terminal, terminal)
    try process.run()
    close(theirs)
    output = Self.talk(ours, answers)
    close(ours)
    process.waitUntilExit()
    exitCode = process.terminationStatus
  }

  private static let question = "\u{1b}[c"

  private static func talk(_ descriptor: Int32, _ answers: String) -> String {
    var all: [UInt8] = []
    var isAnswered = false
    var piece = [UInt8](repeating: 0, count: 65536)
    // At the end of the last process reading fails.
    while case let count = read(descriptor, &piece, piece.count), count > 0 {
      all += piece[..<count]
      if !isAnswered, String(decoding: all, as: UTF8.self).contains(question) {
        isAnswered = true
        _ = write(descriptor, answers, answers.utf8.count)
      }
    }
    return String(decoding: all, as: UTF8.self)
  }
}
