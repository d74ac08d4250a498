package import Files

/// What `easel-inotify` says; its README has the protocol.
package enum WatcherMessage: Hashable, Sendable {
  case watching(Path)
  case refused(Path)
  /// A file was closed after writing, or something was moved here.
  case complete(Path)
  case gone(Path)
  /// Something else has happened; the kernel may have dropped events.
  case changed
  case beat

  /// Nil for words that a later version may say.
  package init?(_ line: some Collection<UInt8>) {
    let space = line.firstIndex(of: UInt8(ascii: " ")) ?? line.endIndex
    let rest = Array(line[space...].dropFirst())
    switch String(decoding: line[..<space], as: UTF8.self) {
    case "watching": self = .watching(Path(bytes: rest))
    case "refused": self = .refused(Path(bytes: Self.withoutReason(rest)))
    case "complete": self = .complete(Path(bytes: rest))
    case "gone": self = .gone(Path(bytes: rest))
    case "changed", "overflow": self = .changed
    case "beat": self = .beat
    default: return nil
    }
  }

  /// A path may hold `: ` itself, a reason does not.
  private static func withoutReason(_ text: [UInt8]) -> [UInt8] {
    let colon = text.indices.last { text[$0...].starts(with: ": ".utf8) }
    return Array(text[..<(colon ?? text.endIndex)])
  }
}

/// Cuts a stream of bytes, which comes in pieces of any size, into lines that end with NUL.
package struct WatcherLines {
  /// More than the longest path: what says so much without an end is not the watcher.
  private static let longestLineBytes = 64 << 10

  package struct TooLong: Error {}

  private var rest: [UInt8] = []

  package init() {}

  /// The messages that `bytes` complete.
  ///
  /// - Throws: `TooLong` for a message that no path is long enough for: the sender is no watcher.
  package mutating func append(_ bytes: some Sequence<UInt8>) throws(TooLong) -> [WatcherMessage] {
    rest.append(contentsOf: bytes)
    var messages: [WatcherMessage] = []
    var start = 0
    while let end = rest[start...].firstIndex(of: 0) {
      if let message = WatcherMessage(rest[start..<end]) { messages.append(message) }
      start = end + 1
    }
    rest.removeFirst(start)
    guard rest.count <= Self.longestLineBytes else { throw TooLong() }
    return messages
  }
}
