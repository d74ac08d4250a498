import Foundation
import Logging

/// One line of the log: a message, and what belongs to it as `key=value`.
package struct LogLine: Hashable, Sendable {
  /// How lines are written.
  package enum Style: Sendable {
    /// With the time and the level in words.
    case plain
    /// With the level as a prefix that journald takes off, as in sd-daemon(3); it knows the time itself.
    case journal
  }

  package var level: Logger.Level
  package var message: String
  /// In the order of writing.
  package var details: [Detail]
  /// The job that it is about.
  var job: String? { details.first { $0.key == "job" }?.value }

  package struct Detail: Hashable, Sendable {
    package var key: String
    package var value: String

    package init(_ key: String, _ value: String) {
      self.key = key
      self.value = value
    }
  }

  package init(_ level: Logger.Level, _ message: String, _ details: [Detail] = []) {
    self.level = level
    self.message = message
    self.details = details
  }

  package func text(_ style: Style, at time: Date) -> String {
    let said = ([Self.plain(message)] + details.map { "\($0.key)=\(Self.quoted($0.value))" }).joined(separator: " ")
    switch style {
    case .plain: return "\(time.formatted(Self.time)) \(level) \(said)"
    case .journal: return "<\(level.journalPriority)>\(said)"
    }
  }

  private static let time = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

  /// One line whatever is in it: names and messages come from people and programs.
  private static func plain(_ text: String) -> String {
    var plain = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": plain.append(contentsOf: "\\n".unicodeScalars)
      case _ where scalar.properties.generalCategory == .control: plain.append("?")
      default: plain.append(scalar)
      }
    }
    return String(plain)
  }

  private static func quoted(_ value: String) -> String {
    let isSimple = !value.isEmpty && !value.contains { $0.isWhitespace || "\"=\\".contains($0) }
    guard !isSimple else { return plain(value) }
    let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return "\"\(plain(escaped))\""
  }
}

extension Logger.Level {
  /// Of syslog(3).
  fileprivate var journalPriority: Int {
    switch self {
    case .trace, .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    case .critical: 2
    }
  }
}
