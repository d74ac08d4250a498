/// The mistakes that people make in a line of settings, by which the line is no `key: value`.
enum LineMistake {
  /// - Parameters:
  ///   - lines: counted from 1.
  ///   - isInBrackets: the lines need no `key: value` each, since they belong to a list or a mapping in brackets.
  static func first(in lines: ClosedRange<Int>, of text: SettingsText, isInBrackets: Bool = false) -> SettingsError? {
    let bare = text.bareLines
    for line in lines {
      let place = text.place(line: line)
      let complaint =
        wrongCharacter(place, bare: bare[line - 1]) ?? (isInBrackets ? nil : wrongForm(place, bare: bare[line - 1]))
      if let complaint { return SettingsError(place: place, key: nil, complaint) }
    }
    return nil
  }

  /// Whether the line has a colon with a space, or at its end.
  static func hasKey(_ bare: Substring) -> Bool { bare.contains(/:(\s|$)/) }

  /// - Parameter bare: the line without what is in quotation marks or comments.
  private static func wrongCharacter(_ place: SettingsDocument.Place, bare: Substring) -> String? {
    let line = place.rest ?? ""
    if let column = oddColumn(in: bare), let odd = OddCharacter(Array(line.unicodeScalars)[column - 1]) {
      return "found " + odd.inWords(column: column)
    }
    if let match = bare.firstMatch(of: /(?:^|\s)(\/\/|\/\*)/) {
      return "found \(match.1), which begins no comment here; write # instead"
    }
    return nil
  }

  private static func wrongForm(_ place: SettingsDocument.Place, bare: Substring) -> String? {
    let line = place.rest ?? ""
    guard !hasKey(bare) else { return nil }
    if let match = line.wholeMatch(of: /\s*(["']?\w+["']?)\s*(?:=|:(?!\/\/))\s*(\S.*)/) {
      return bare.contains("=") && !bare.contains(":")
        ? "found = instead of a colon: `\(match.1): \(match.2.shortened)`"
        : "a space is missing after the colon: `\(match.1): \(match.2.shortened)`"
    }
    if let match = line.wholeMatch(of: /\s*(\w+)\s+(\S.*)/) {
      return "a colon is missing: `\(match.1): \(match.2.shortened)`"
    }
    if let match = line.wholeMatch(of: /\s*([^\s#].*)/), !["---", "..."].contains(match.1) {
      return "found '\(match.1.shortened)'; expected lines of the form `key: value`"
    }
    return nil
  }

  /// Of a character that stands where a word begins or ends, or that no word has.
  private static func oddColumn(in bare: Substring) -> Int? {
    let scalars = Array(bare.unicodeScalars)
    let isIndentation = scalars.prefix { $0.properties.isWhitespace }.indices
    return scalars.indices.first { index in
      guard OddCharacter(scalars[index]) != nil else { return false }
      if scalars[index] == "\t" { return isIndentation.contains(index) }
      guard OddCharacter.isQuotationMark(scalars[index]) else { return true }
      return index == 0 || index == scalars.count - 1 || isBorder(scalars[index - 1]) || isBorder(scalars[index + 1])
    }.map { $0 + 1 }
  }

  private static func isBorder(_ scalar: Unicode.Scalar) -> Bool {
    " \t:,[]{}".unicodeScalars.contains(scalar)
  }
}
