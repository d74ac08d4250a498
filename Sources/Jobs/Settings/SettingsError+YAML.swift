internal import Yams

extension SettingsError {
  /// What is wrong with a text that is no YAML, at the line where a person would look for it. The parser's own place is often
  /// further down: where it could no longer make sense of what went before.
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

/// A complaint of the YAML parser's.
private struct SyntaxError {
  let context: YamlError.Context?
  let problem: String
  let mark: Mark
  let text: SettingsText

  var error: SettingsError {
    if let place = text.openQuotationMark, place.line! <= mark.line {
      return error(place, "the quotation mark in column \(place.column!) is not closed on its line")
    }
    if let place = openBracket {
      return error(place, "the bracket \(place.rest?.first ?? "[") in column \(place.column!) is not closed")
    }
    if let character, let error = wrongCharacter(character) { return error }
    return LineMistake.first(in: suspects, of: text) ?? error(place, "not valid YAML: \(words)")
  }

  private func error(_ place: SettingsDocument.Place, _ complaint: String) -> SettingsError {
    SettingsError(place: place, key: nil, complaint)
  }

  /// Where the parser is sure only behind a key's line, the key counts.
  private var place: SettingsDocument.Place {
    let mark = isKeyWithoutColon ? context?.mark ?? mark : mark
    return text.place(line: mark.line, column: mark.column)
  }

  private var isKeyWithoutColon: Bool { context?.text == "while scanning a simple key" }
  private var isInBrackets: Bool { context?.text.contains("flow") == true }

  private var words: String {
    context.map { "\(problem) \($0.text)" } ?? problem
  }

  private var character: Unicode.Scalar? {
    text.place(line: mark.line, column: mark.column).rest?.unicodeScalars.first
  }

  /// A bracket is taken for open when the text ends in it, or when it stands behind a key and the trouble is in a later line.
  private var openBracket: SettingsDocument.Place? {
    guard isInBrackets, let start = context?.mark else { return nil }
    let place = text.place(line: start.line, column: start.column)
    let before = (text.place(line: start.line).rest ?? "").unicodeScalars.prefix(start.column - 1)
    let isFirst = before.allSatisfy { $0 == " " }
    let rest = text.bareLines.dropFirst(mark.line)
    let isAtEnd = (text.place(line: mark.line, column: mark.column).rest ?? "").isBlank && rest.allSatisfy(\.isBlank)
    return mark.line > text.lines.count || isAtEnd || !isFirst && mark.line > start.line ? place : nil
  }

  private func wrongCharacter(_ character: Unicode.Scalar) -> SettingsError? {
    let place = text.place(line: mark.line, column: mark.column)
    switch problem {
    case "found character that cannot start any token" where character != "\t":
      return error(
        place, "found \(character) in column \(mark.column), which begins no value; put the value in quotation marks")
    case "found unknown escape character", "did not find expected hexdecimal number",
      "found invalid Unicode character escape code":
      let before = Array((text.place(line: mark.line).rest ?? "").unicodeScalars.prefix(mark.column))
      let column = (before.lastIndex(of: "\\") ?? 0) + 1
      return error(
        place, "found a backslash in column \(column) that begins no escape, which it should in double quotes; "
          + "put the value in single quotes, and write names of files without their folders")
    case "did not find expected alphabetic or numeric character":
      let sign = context?.text.contains("alias") == true ? "*" : "&"
      return error(place, "found a value that begins with \(sign); put it in quotation marks")
    default: return nil
    }
  }

  /// The lines in which the mistake may be: back to where the parser began to read what it stumbled over.
  private var suspects: ClosedRange<Int> {
    let last = min(mark.line, text.lines.count)
    if isKeyWithoutColon, let line = context?.mark.line { return line...line }
    if isInBrackets, let line = context?.mark.line { return min(line, last)...last }
    // A word alone is a document, and what follows should be another.
    if problem == "did not find expected <document start>" { return 1...last }
    let bare = text.bareLines
    var first = last
    while first > 1, !LineMistake.hasKey(bare[first - 2]) { first -= 1 }
    return first...last
  }
}

extension Substring {
  /// Nothing, or spaces and a comment.
  fileprivate var isBlank: Bool { allSatisfy { $0 == " " || $0 == "x" || $0 == "\t" } }
}
