/// Takes the values of known keys out of a document and notes what is wrong on the way, instead of stopping at the
/// first trouble. Each reading gives nil where the key was not written or its value is no good.
package struct SettingsReader {
  private let entries: [SettingsDocument.Entry]
  /// Goes before each key in problems: empty, or `gif.`.
  private let prefix: String
  private var known: [String] = []
  package private(set) var problems: [SettingsProblem] = []

  package init(_ entries: [SettingsDocument.Entry], prefix: String = "") {
    self.entries = entries
    self.prefix = prefix
  }

  /// A key that is meant for others: good for a guess at what somebody meant.
  mutating func know(_ key: String) { known.append(key) }

  /// The value as written, and the key counts as known from now on.
  mutating func value(_ key: some CodingKey) -> SettingsDocument.Value? {
    known.append(key.stringValue)
    return entries.first { $0.key == key.stringValue }?.value
  }

  /// The first of some keys that was written.
  mutating func first<Key: CodingKey>(of keys: Key...) -> (Key, SettingsDocument.Value)? {
    for key in keys { if let value = value(key) { return (key, value) } }
    return nil
  }

  package mutating func integer(_ key: some CodingKey, in range: ClosedRange<Int>) -> Int? {
    read(key, allowed: range.inWords) { $0.integer(in: range) }
  }

  mutating func number(_ key: some CodingKey, in range: ClosedRange<Double>) -> Double? {
    read(key, allowed: "a number from \(range.lowerBound.written) to \(range.upperBound.written)") { content in
      content.number.flatMap { range.contains($0) ? $0 : nil }
    }
  }

  package mutating func flag(_ key: some CodingKey) -> Bool? {
    read(key, allowed: "true or false", \.truth)
  }

  package mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ key: some CodingKey, of type: Choice.Type
  ) -> Choice? {
    read(key, allowed: Choice.allCases.map(\.rawValue).joined(separator: ", ")) { $0.text.flatMap(Choice.init) }
  }

  /// - Parameter allowed: says what is, for the error.
  package mutating func read<Result>(
    _ key: some CodingKey, allowed: String, _ interpret: (SettingsDocument.Content) -> Result?
  ) -> Result? {
    guard let value = value(key) else { return nil }
    let result = interpret(value.content)
    if result == nil { refuse(value, key, allowed: allowed) }
    return result
  }

  mutating func refuse(_ value: SettingsDocument.Value, _ key: some CodingKey, allowed: String) {
    note("found \(value.content.inWords)\(value.oddity); allowed is \(allowed)", key.stringValue, at: value.place)
  }

  mutating func note(_ complaint: String, _ key: String, at place: SettingsDocument.Place) {
    problems.append(SettingsProblem(place: place, key: prefix + key, complaint: complaint))
  }

  /// Reads the keys of a nested mapping, and takes over what is wrong with them.
  mutating func nested(_ key: some CodingKey, _ entries: [SettingsDocument.Entry], read: (inout SettingsReader) -> Void)
  {
    var reader = SettingsReader(entries, prefix: prefix + key.stringValue + ".")
    read(&reader)
    reader.noteUnknownKeys()
    problems += reader.problems
  }

  /// The same for a key whose value may be no mapping.
  ///
  /// - Parameter allowed: says what is, for the error.
  package mutating func nested(
    _ key: some CodingKey, allowed: String, read: (inout SettingsReader) -> Void
  ) {
    guard let written = value(key) else { return }
    switch written.content {
    case .mapping(let entries): nested(key, entries, read: read)
    default: refuse(written, key, allowed: allowed)
    }
  }

  /// To be called when every key was read.
  package mutating func noteUnknownKeys() {
    for entry in entries where !known.contains(entry.key) {
      let guess = SettingsSpelling.closest(to: entry.key, among: known)
      let oddity = entry.key.hasPrefix("//") ? "; a comment begins with #" : entry.place.oddity(in: entry.key)
      note("unknown key\(oddity)" + (guess.map { "; did you mean \(prefix)\($0)?" } ?? ""), entry.key, at: entry.place)
    }
  }
}

extension SettingsDocument.Content {
  /// A word or text, with or without quotation marks.
  package var text: String? {
    switch self {
    case .plain(let text), .quoted(let text): text
    default: nil
    }
  }

  func integer(in range: ClosedRange<Int>) -> Int? {
    guard case .plain(let text) = self, let number = Int(text), range.contains(number) else { return nil }
    return number
  }

  /// A finite decimal number; not `0x10`, `inf` or `nan`, which Swift would read too.
  var number: Double? {
    guard case .plain(let text) = self, text.allSatisfy({ "0123456789+-.eE".contains($0) }) else { return nil }
    return Double(text).flatMap { $0.isFinite ? $0 : nil }
  }

  /// With the spellings of YAML 1.1.
  var truth: Bool? {
    guard case .plain(let text) = self else { return nil }
    switch text.lowercased() {
    case "true", "yes", "on": return true
    case "false", "no", "off": return false
    default: return nil
    }
  }
}

extension ClosedRange<Int> {
  var inWords: String { "a whole number from \(lowerBound) to \(upperBound)" }
}

extension Double {
  /// The shortest text that reads back equal, whole numbers without `.0`.
  var written: String {
    let text = description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
