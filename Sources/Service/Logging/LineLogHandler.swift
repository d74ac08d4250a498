import Foundation
import Inbox
import Logging
import Synchronization

/// Writes the daemon's log to standard error, one line for each message.
package struct LineLogHandler: LogHandler {
  package var metadata: Logger.Metadata = [:]
  package var logLevel = Logger.Level.info
  private let stream: LogStream

  package init(_ stream: LogStream) {
    self.stream = stream
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { $1 }
    let details = all.sorted { $0.key < $1.key }.map { LogLine.Detail($0.key, "\($0.value)") }
    stream.write(LogLine(event.level, "\(event.message)", details))
  }
}

/// Where log lines go, without those that were just said.
package final class LogStream: Sendable {
  private let descriptor: Int32
  private let style: LogLine.Style
  private let filter = Mutex(RepeatFilter())

  /// Standard error, in the style of who reads it.
  package convenience init() {
    let isJournal = Self.isJournal(STDERR_FILENO, ProcessInfo.processInfo.environment["JOURNAL_STREAM"])
    self.init(STDERR_FILENO, isJournal ? .journal : .plain)
  }

  package init(_ descriptor: Int32, _ style: LogLine.Style) {
    self.descriptor = descriptor
    self.style = style
  }

  package func write(_ line: LogLine) {
    filter.withLock { filter in put(filter.admit(line, now: InboxClock.now)) }
  }

  /// Says at the end what was left out.
  package func close() {
    filter.withLock { filter in put(filter.rest()) }
  }

  private func put(_ lines: [LogLine]) {
    for line in lines {
      var rest = Array((line.text(style, at: .now) + "\n").utf8)[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress!, $0.count) }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { break }
        rest = rest.dropFirst(count)
      }
    }
  }

  /// Whether the descriptor is the stream that `JOURNAL_STREAM` names by device and inode, as in systemd.exec(5).
  package static func isJournal(_ descriptor: Int32, _ variable: String?) -> Bool {
    var status = stat()
    guard let variable, fstat(descriptor, &status) == 0 else { return false }
    return variable == "\(status.st_dev):\(status.st_ino)"
  }
}
