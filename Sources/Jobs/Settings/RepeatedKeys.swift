/// Finds every place of a key that is written more than once.
///
/// Yams refuses such keys, and tells one place of one of them. So each place that it tells is marked, by a character in
/// front of the key that stands there, and the text is parsed again until all keys differ.
struct RepeatedKeys {
  /// Each costs a parsing.
  private static let limit = 16

  /// Characters that no key has, one a mark.
  private var marks: [Unicode.Scalar] = []

  /// - Parameter line, column: counted from 1.
  /// - Throws: `SettingsError` where there are too many, or the key is no word.
  mutating func markingKey(in yaml: String, line: Int, column: Int, of text: SettingsText) throws(SettingsError)
    -> String
  {
    let place = text.place(line: line)
    guard marks.count < Self.limit, let mark = Unicode.Scalar(0xE000 + UInt32(marks.count)) else {
      throw SettingsError(place: place, key: nil, "found more than \(Self.limit) keys that were written before")
    }
    marks.append(mark)
    var scalars = yaml.unicodeScalars
    let rest = SettingsText(yaml, source: text.source).place(line: line, column: column).rest ?? ""
    guard let first = rest.unicodeScalars.first, !"[{&*!|>:".unicodeScalars.contains(first) else {
      throw SettingsError(
        place: place, key: nil, "found \(rest.first ?? " ") at the beginning of a key; expected a word")
    }
    let isQuoted = first == "\"" || first == "'"
    scalars.insert(mark, at: isQuoted ? scalars.index(after: rest.startIndex) : rest.startIndex)
    return String(scalars)
  }

  /// What is written more than once, told at its second place.
  func problems(in content: SettingsDocument.Content, path: String = "") -> [SettingsProblem] {
    switch content {
    case .null, .plain, .quoted: return []
    case .list(let values): return values.flatMap { problems(in: $0.content, path: path) }
    case .mapping(let entries):
      let places = Dictionary(grouping: entries) { name($0.key) }.mapValues { $0.map(\.place) }
      let own = places.filter { $1.count > 1 }.map { name, places in
        SettingsProblem(place: places[1], key: path + name, complaint: Self.complaint(places.compactMap(\.line)))
      }
      let inner = entries.flatMap { problems(in: $0.value.content, path: "\(path)\(name($0.key)).") }
      return (own + inner).sorted { ($0.place.line ?? 0, $0.key ?? "") < ($1.place.line ?? 0, $1.key ?? "") }
    }
  }

  private func name(_ key: String) -> String {
    key.unicodeScalars.first.map(marks.contains) == true ? String(key.unicodeScalars.dropFirst()) : key
  }

  private static func complaint(_ lines: [Int]) -> String {
    let times = lines.count == 2 ? "twice" : "\(lines.count) times"
    let different = Set(lines).sorted().map(String.init)
    guard let last = different.last, different.count > 1 else {
      return "written \(times) in line \(lines[0]); keep one"
    }
    return "written \(times), in lines \(different.dropLast().joined(separator: ", ")) and \(last); keep one"
  }
}
