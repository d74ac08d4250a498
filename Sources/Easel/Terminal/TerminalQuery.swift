import Foundation

/// A question to the terminal that standard input and output are.
enum TerminalQuery {
  /// A terminal at the other end of a slow line answers within this.
  private static let patience: Duration = .milliseconds(700)
  private static let longestAnswerBytes = 4096

  /// What the terminal says to `text`; nil where there is no terminal, or one that is not ours to ask.
  ///
  /// - Parameter isComplete: whether the answer so far is all of it.
  static func ask(_ text: String, until isComplete: (String) -> Bool) -> String? {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1,
      !["", "dumb", "linux"].contains(ProcessInfo.processInfo.environment["TERM"] ?? "")
    else { return nil }
    // In the background a program that reads is stopped.
    guard tcgetpgrp(STDIN_FILENO) == getpgrp() else { return nil }
    var before = termios()
    guard tcgetattr(STDIN_FILENO, &before) == 0 else { return nil }
    // The answer comes as if it were typed: it is not to be shown, nor to wait for a return key.
    var quiet = before
    quiet.c_lflag &= ~tcflag_t(ICANON | ECHO)
    guard tcsetattr(STDIN_FILENO, TCSANOW, &quiet) == 0 else { return nil }
    defer { tcsetattr(STDIN_FILENO, TCSANOW, &before) }
    fflush(nil)
    let bytes = Array(text.utf8)
    guard write(STDOUT_FILENO, bytes, bytes.count) == bytes.count else { return nil }
    return answer(until: isComplete)
  }

  private static func answer(until isComplete: (String) -> Bool) -> String? {
    let end = ContinuousClock.now + patience
    var bytes: [UInt8] = []
    while bytes.count < longestAnswerBytes {
      var waiting = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      let milliseconds = Int32(max(.zero, end - .now) / .milliseconds(1))
      guard poll(&waiting, 1, milliseconds) > 0 else { return nil }
      var piece = [UInt8](repeating: 0, count: 256)
      let count = read(STDIN_FILENO, &piece, piece.count)
      guard count > 0 else { return nil }
      bytes += piece[..<count]
      let text = String(decoding: bytes, as: UTF8.self)
      if isComplete(text) { return text }
    }
    return nil
  }
}
