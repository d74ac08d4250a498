// Quotation marks and comments: what is in them is text, whatever it looks like.
extension SettingsText {
  struct Quote {
    /// `"`, `'`, or `#` for a comment.
    var mark: Unicode.Scalar
    /// With its marks, in the Unicode scalars of the text.
    var range: Range<Int>
  }

  /// A mark within a word, as in `Anna's cat`, opens nothing.
  static func quotes(in scalars: [Unicode.Scalar]) -> [Quote] {
    var quotes: [Quote] = []
    /// The last character of the line that was no space.
    var last: Unicode.Scalar?
    var index = 0
    while index < scalars.count {
      let mark = scalars[index]
      let isAfterBlank = index == 0 || " \t\n\r".unicodeScalars.contains(scalars[index - 1])
      let canOpen = last.map { ":,[{-?".unicodeScalars.contains($0) } ?? true
      if mark == "#" && isAfterBlank || canOpen && (mark == "\"" || mark == "'") {
        quotes.append(Quote(mark: mark, range: index..<end(of: mark, in: scalars, from: index)))
        index = quotes.last!.range.upperBound
        last = mark
      } else {
        index += 1
        last = isEndOfLine(mark) ? nil : mark == " " || mark == "\t" ? last : mark
      }
    }
    return quotes
  }

  private static func end(of mark: Unicode.Scalar, in scalars: [Unicode.Scalar], from start: Int) -> Int {
    var index = start + 1
    while index < scalars.count {
      switch (mark, scalars[index]) {
      case ("#", let scalar) where isEndOfLine(scalar): return index
      case ("'", "'") where index + 1 < scalars.count && scalars[index + 1] == "'": index += 2
      case ("'", "'"), ("\"", "\""): return index + 1
      case ("\"", "\\"): index += 2
      default: index += 1
      }
    }
    return scalars.count
  }

  private static func isEndOfLine(_ scalar: Unicode.Scalar) -> Bool { scalar == "\n" || scalar == "\r" }

  /// The lines with an `x` in place of every character that is in quotation marks or in a comment.
  var bareLines: [Substring] {
    var scalars = Array(text.unicodeScalars)
    for quote in Self.quotes(in: scalars) {
      for index in quote.range where !Self.isEndOfLine(scalars[index]) { scalars[index] = "x" }
    }
    return SettingsText(String(String.UnicodeScalarView(scalars)), source: source).lines
  }

  /// The first quotation mark that is not closed on its line; neither JSON nor settings have a use for such.
  var openQuotationMark: SettingsDocument.Place? {
    let scalars = Array(text.unicodeScalars)
    let open = Self.quotes(in: scalars).first { quote in
      let inside = scalars[quote.range]
      let isClosed = inside.count > 1 && inside.last == quote.mark
      return quote.mark != "#" && (!isClosed || inside.contains(where: Self.isEndOfLine))
    }
    return open.map { place(behind: scalars[..<$0.range.lowerBound]) }
  }
}
