extension Settings {
  /// Every key with the words that it allows, as its schema has them; none where it takes numbers, names or lists. For completion.
  package static var choices: [(key: String, words: [String])] { rows.map { ($0.key.rawValue, words(in: $0.schema)) } }

  private static func words(in schema: JSONValue?) -> [String] {
    guard case .object(let schema) = schema else { return [] }
    if schema["type"] == "boolean" { return ["true", "false"] }
    if case .list(let values) = schema["enum"] {
      return values.compactMap { value in
        switch value {
        case .text(let word): word
        case .integer(let number): "\(number)"
        default: nil
        }
      }
    }
    guard case .list(let alternatives) = schema["anyOf"] else { return [] }
    return alternatives.flatMap { words(in: $0) }
  }
}
