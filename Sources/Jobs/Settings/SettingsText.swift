/// The text of a settings file, in lines, so that whatever is found in it can be told with its place.
struct SettingsText: Sendable {
  let source: SettingsDocument.Source
  let text: String
  /// Without their ends, which are LF, CRLF or CR.
  let lines: [Substring]

  init(_ text: String, source: SettingsDocument.Source) {
    self.source = source
    self.text = text
    lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
  }

  /// - Parameters:
  ///   - line: counted from 1; what lies behind the last line is told as its place.
  ///   - column: counted from 1, in Unicode scalars.
  func place(line: Int, column: Int = 1) -> SettingsDocument.Place {
    let line = min(max(line, 1), lines.count)
    let rest = lines[line - 1].unicodeScalars.dropFirst(max(column, 1) - 1)
    return SettingsDocument.Place(source: source, line: line, column: column, rest: Substring(rest))
  }

  /// - Parameter beginning: characters that the text begins with.
  func place(behind beginning: some Sequence<Unicode.Scalar>) -> SettingsDocument.Place {
    let before = SettingsText(String(String.UnicodeScalarView(beginning)), source: source)
    return place(line: before.lines.count, column: before.lines.last!.unicodeScalars.count + 1)
  }

  /// - Throws: `SettingsError` for the first character that no YAML may hold, or that ends a line for YAML and for no
  ///   editor.
  func checkCharacters() throws(SettingsError) {
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: Self.endsLine).enumerated() {
      for (offset, scalar) in line.unicodeScalars.enumerated() where !Self.isText(scalar) {
        throw SettingsError(
          place: place(line: index + 1), key: nil,
          "found \(OddCharacter.name(scalar)) in column \(offset + 1), where nothing of the kind may be; delete it")
      }
    }
  }

  private static func endsLine(_ character: Character) -> Bool { ["\n", "\r", "\r\n"].contains(character) }

  private static func isText(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x85, 0x2028, 0x2029, 0xFFFE, 0xFFFF: false
    case 0x09, 0x20...0x7E, 0xA0...: true
    default: false
    }
  }
}
