internal import Yams

/// A complaint of the YAML parser's, and what it comes from.
struct SyntaxError {
  let context: YamlError.Context?
  let problem: String
  let mark: Mark
  let text: SettingsText

  var error: SettingsError {
    if let open = text.openQuotationMark, open.line! <= mark.line {
      return error("the quotation mark in column \(open.column!) is not closed on its line", at: open)
    }
    if let open = openBracket {
      return error("the bracket \(open.rest?.first ?? "[") in column \(open.column!) is not closed", at: open)
    }
    return wrongValue ?? LineMistake.first(in: suspects, of: text, isInBrackets: isInBrackets || text.beginsWithBracket)
      ?? error(words)
  }

  private func error(_ complaint: String, at other: SettingsDocument.Place? = nil) -> SettingsError {
    SettingsError(place: other ?? place, key: nil, complaint)
  }

  private var place: SettingsDocument.Place { text.place(line: mark.line, column: mark.column) }
  /// What the line has before the place, without what is in quotation marks.
  private var before: Substring {
    Substring(text.bareLines[place.line! - 1].unicodeScalars.prefix(max(mark.column, 1) - 1))
  }
  private var isInBrackets: Bool { context?.text.contains("flow") == true }

  /// A bracket is taken for open when the text ends in it, or when it stands behind a key and the trouble is in a later
  /// line.
  private var openBracket: SettingsDocument.Place? {
    guard isInBrackets, let context else { return nil }
    let isAtEnd = mark.line > text.lines.count || (place.rest ?? "").isBlank && text.isBlank(behind: mark.line)
    if context.text == "while parsing a flow node" { return isAtEnd ? text.lastBracket : nil }
    let open = text.place(line: context.mark.line, column: context.mark.column)
    let isBehindKey = !(text.place(line: context.mark.line).rest ?? "").prefix(context.mark.column - 1).isBlank
    return isAtEnd || isBehindKey && mark.line > context.mark.line ? open : nil
  }

  /// A value that begins with a character that means something to YAML.
  private var wrongValue: SettingsError? {
    switch problem {
    case "found unknown escape character", "did not find expected hexdecimal number",
      "found invalid Unicode character escape code":
      let line = Array((text.place(line: mark.line).rest ?? "").unicodeScalars.prefix(mark.column))
      return error(
        "found a backslash in column \((line.lastIndex(of: "\\") ?? 0) + 1) that begins no escape, which it should in "
          + "double quotes; put the value in single quotes, and write names of files without their folders")
    case "found character that cannot start any token" where place.rest?.first != "\t":
      return error(
        "found \(place.rest?.first ?? " ") in column \(mark.column), which begins no value; "
          + "put the value in quotation marks")
    default:
      let value = text.bareLines[place.line! - 1].firstMatch(of: /:\s+([\-?,|>*&])\s*[^\s]?/)
      return value.map { error("found a value that begins with \($0.1); put it in quotation marks") }
    }
  }

  private var words: String {
    let rest = (place.rest ?? "").shortened
    switch problem {
    case "mapping values are not allowed in this context":
      return LineMistake.hasKey(before)
        ? "found a second key or colon in column \(mark.column); a value with `: ` in it needs quotation marks"
        : "found a key that is indented more than the line before, which has its value already"
    case "did not find expected key" where before.isBlank:
      return "found '\(rest)' where a key should be; is it indented as the other keys?"
    case "did not find expected key":
      return "found '\(rest)' behind the end of the value; put the whole value in quotation marks"
    case "did not find expected ',' or ']'", "did not find expected ',' or '}'":
      return "a comma or a closing bracket is missing before '\(rest)'"
    case "did not find expected node content": return "found '\(rest)' where a value should be"
    case "did not find expected <document start>": return "found '\(rest)' behind the end of the settings"
    case "but found another document": return "found a second document (---); a settings file holds one"
    default: return "not valid YAML: " + (context.map { "\(problem) \($0.text)" } ?? problem)
    }
  }

  /// The lines in which the mistake may be: back to where the parser began to read what it stumbled over.
  private var suspects: ClosedRange<Int> {
    let last = min(mark.line, text.lines.count)
    // A word alone is a document, and what follows should be another.
    if problem == "did not find expected <document start>" { return 1...last }
    if isInBrackets, let line = context?.mark.line { return min(line, last)...last }
    if context?.text == "while scanning a simple key", let line = context?.mark.line { return line...line }
    let bare = text.bareLines
    var first = last
    while first > 1, !LineMistake.hasKey(bare[first - 2]) { first -= 1 }
    return first...last
  }
}

extension SettingsText {
  fileprivate var beginsWithBracket: Bool {
    let first = bareLines.first { !$0.isBlank }?.first { $0 != " " }
    return first == "{" || first == "["
  }

  /// - Parameter line: counted from 1.
  fileprivate func isBlank(behind line: Int) -> Bool { bareLines.dropFirst(line).allSatisfy(\.isBlank) }

  /// The last one that opens.
  fileprivate var lastBracket: SettingsDocument.Place? {
    for (index, line) in bareLines.enumerated().reversed() {
      let scalars = Array(line.unicodeScalars)
      if let column = scalars.lastIndex(where: { $0 == "[" || $0 == "{" }) {
        return place(line: index + 1, column: column + 1)
      }
    }
    return nil
  }
}

extension Substring {
  /// Nothing, or spaces and a comment; of a line without what is in quotation marks.
  fileprivate var isBlank: Bool { allSatisfy { $0 == " " || $0 == "x" || $0 == "\t" } }
}
