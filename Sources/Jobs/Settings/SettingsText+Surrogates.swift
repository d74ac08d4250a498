extension SettingsText {
  /// The text with characters in place of the escaped pairs that JSON has for them, as `"\ud83d\ude00"` for a face: YAML
  /// takes each escape for a character of its own.
  ///
  /// - Throws: `SettingsError` for half a pair.
  func joiningSurrogates() throws(SettingsError) -> SettingsText {
    let scalars = Array(text.unicodeScalars)
    var joined = String.UnicodeScalarView()
    var copied = 0
    for quote in Self.quotes(in: scalars) where quote.mark == "\"" {
      var index = quote.range.lowerBound
      while index < quote.range.upperBound {
        guard let unit = Self.escapedUnit(scalars, at: index), UTF16.isSurrogate(unit) else {
          index += scalars[index] == "\\" ? 2 : 1
          continue
        }
        guard let scalar = Self.scalar(unit, Self.escapedUnit(scalars, at: index + 6)) else {
          throw halfAPair(scalars, at: index)
        }
        joined.append(contentsOf: scalars[copied..<index])
        joined.append(scalar)
        index += 12
        copied = index
      }
    }
    joined.append(contentsOf: scalars[copied...])
    return SettingsText(String(joined), source: source)
  }

  /// The value of `\uXXXX`.
  private static func escapedUnit(_ scalars: [Unicode.Scalar], at index: Int) -> UInt16? {
    guard scalars.count >= index + 6, scalars[index] == "\\", scalars[index + 1] == "u" else { return nil }
    let digits = scalars[index + 2..<index + 6]
    guard digits.allSatisfy(\.properties.isASCIIHexDigit) else { return nil }
    return UInt16(String(String.UnicodeScalarView(digits)), radix: 16)
  }

  private static func scalar(_ lead: UInt16, _ trail: UInt16?) -> Unicode.Scalar? {
    guard let trail, UTF16.isLeadSurrogate(lead), UTF16.isTrailSurrogate(trail) else { return nil }
    return Unicode.Scalar(0x10000 + (UInt32(lead & 0x3FF) << 10 | UInt32(trail & 0x3FF)))
  }

  private func halfAPair(_ scalars: [Unicode.Scalar], at index: Int) -> SettingsError {
    let place = place(behind: scalars[..<index])
    let escape = String(String.UnicodeScalarView(scalars[index..<index + 6]))
    return SettingsError(
      place: place, key: nil,
      "found \(escape) in column \(place.column!), which is half a character; such escapes come in pairs, as \\ud83d\\ude00"
    )
  }
}
