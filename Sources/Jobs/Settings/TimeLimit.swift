/// How long a painting may take, as people write it: `90s`, `2m`, `1h30m`; a bare number is seconds.
package enum TimeLimit {
  static let range: ClosedRange<Double> = 1...604_800
  static let allowed = "a time from 1s to 168h, as 90s, 2m or 1h30m, or none"

  /// Nil for what is no such time.
  static func seconds(_ text: String) -> Double? {
    let form = /(?:([0-9]{1,3})h)?\s*(?:([0-9]{1,5})m)?\s*(?:([0-9]{1,6}(?:\.[0-9]{1,3})?)s?)?/
    guard let match = text.wholeMatch(of: form), match.1 ?? match.2 ?? match.3 != nil else { return nil }
    func number(_ part: Substring?) -> Double { part.flatMap { Double($0) } ?? 0 }
    let seconds = number(match.1) * 3600 + number(match.2) * 60 + number(match.3)
    return range.contains(seconds) ? seconds : nil
  }

  /// As it is read again: `1h30m`, `90s`, `2m`.
  package static func words(seconds: Double) -> String {
    guard seconds == seconds.rounded(.down), seconds >= 120 else { return seconds.written + "s" }
    let whole = Int(seconds)
    let parts = [(whole / 3600, "h"), (whole / 60 % 60, "m"), (whole % 60, "s")]
    return parts.filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }.joined()
  }
}

extension SettingsReader {
  /// Nil for `none`, which is a value, and without any value where it is no good.
  mutating func timeLimit(_ key: some CodingKey) -> Double?? {
    guard let written = value(key) else { return nil }
    if written.content == .plain("none") { return .some(nil) }
    if let seconds = written.content.text.flatMap(TimeLimit.seconds) { return seconds }
    refuse(written, key, allowed: TimeLimit.allowed)
    return nil
  }
}
