internal import Yams

extension SettingsError {
  /// What is wrong with a text that is no YAML, at the line where a person would look for it. The parser's own place is
  /// often further down: where it could no longer make sense of what went before.
  init(_ error: YamlError, in text: SettingsText) {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      self = SyntaxError(context: context, problem: problem, mark: mark, text: text).error
    default:
      self.init(place: .init(source: text.source), key: nil, "not valid YAML: \(error)")
    }
  }

  /// For a text that holds one value and no keys.
  init(_ root: SettingsDocument.Value, insteadOfKeysIn text: SettingsText) {
    if root.content.text != nil, let line = root.place.line,
      let mistake = LineMistake.first(in: line...text.lines.count, of: text)
    {
      self = mistake
    } else {
      self.init(
        place: root.place, key: nil, "found \(root.content.inWords); expected lines of the form `key: value`")
    }
  }
}
