extension SettingsDocument.Content {
  /// On one line, for people to read: as YAML has it in brackets, without quotation marks.
  package var inline: String {
    switch self {
    case .null: ""
    case .plain(let text), .quoted(let text): text
    case .list(let values): "[" + values.map(\.content.inline).joined(separator: ", ") + "]"
    case .mapping(let entries):
      "{" + entries.map { "\($0.key): \($0.value.content.inline)" }.joined(separator: ", ") + "}"
    }
  }
}
