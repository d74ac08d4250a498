/// One thing that the doctor has looked at.
package struct Finding: Codable, Equatable, Sendable {
  package enum Level: String, Codable, Sendable {
    case ok
    /// It works, but not as well as it could.
    case note
    /// It does not work.
    case wrong
  }

  package var level: Level
  /// What was looked at, in a word: `inbox`.
  package var subject: String
  package var words: String
  /// What to do about it.
  package var advice: String?

  static func ok(_ subject: String, _ words: String) -> Finding {
    Finding(level: .ok, subject: subject, words: words)
  }

  static func note(_ subject: String, _ words: String, advice: String? = nil) -> Finding {
    Finding(level: .note, subject: subject, words: words, advice: advice)
  }

  static func wrong(_ subject: String, _ words: String, advice: String) -> Finding {
    Finding(level: .wrong, subject: subject, words: words, advice: advice)
  }
}

extension [Finding] {
  package var areGood: Bool { allSatisfy { $0.level != .wrong } }

  /// For people: a line for each, and one more where something can be done.
  package var text: String {
    let width = map(\.subject.count).max() ?? 0
    return map { $0.lines(subjectWidth: width) }.joined(separator: "\n")
  }
}

extension Finding {
  fileprivate func lines(subjectWidth: Int) -> String {
    let beginning = Self.padded(level.rawValue, 5) + "  " + Self.padded(subject, subjectWidth) + "  "
    guard let advice else { return beginning + words }
    let indent = String(repeating: " ", count: beginning.count)
    return "\(beginning)\(words)\n\(indent)-> \(advice)"
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
