/// A character that people take for another, or do not see: what word processors, phones and web pages put for a
/// space, a quotation mark or a minus. In a name it may be right; anywhere else in settings it is a mistake.
struct OddCharacter {
  private let scalar: Unicode.Scalar
  private let substitute: String

  init?(_ scalar: Unicode.Scalar) {
    guard let substitute = Self.substitute(for: scalar) else { return nil }
    self.scalar = scalar
    self.substitute = substitute
  }

  /// As in `– (U+2013, en dash) in column 11, where - belongs`.
  func inWords(column: Int?) -> String {
    "\(Self.name(scalar))\(column.map { " in column \($0)" } ?? ""), where \(substitute) belongs"
  }

  /// With its code and its name, and as it looks if it looks like anything.
  static func name(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    let code = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    let name = scalar == "\t" ? "tab" : scalar.properties.name ?? scalar.properties.nameAlias ?? "control character"
    switch scalar.properties.generalCategory {
    case .spaceSeparator, .format, .control, .lineSeparator, .paragraphSeparator, .unassigned:
      return "\(code) (\(name.lowercased()))"
    default: return "\(scalar) (\(code), \(name.lowercased()))"
    }
  }

  static func isQuotationMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .initialPunctuation, .finalPunctuation: true
    default: "\"'`´‚„′″‵‶＂＇「」『』〝〞〟".unicodeScalars.contains(scalar)
    }
  }

  private static func substitute(for scalar: Unicode.Scalar) -> String? {
    if scalar == "\t" { return "a space" }
    guard !scalar.isASCII else { return nil }
    if (0xFF01...0xFF5E).contains(scalar.value) {
      return Unicode.Scalar(scalar.value - 0xFEE0).map { String($0) }
    }
    if isQuotationMark(scalar) { return "\" or no quotation mark" }
    switch scalar.properties.generalCategory {
    case .spaceSeparator: return "an ordinary space or nothing"
    case .format: return "nothing"
    case .dashPunctuation: return "-"
    case .decimalNumber: return scalar.properties.numericValue.map { "\(Int($0))" }
    default: return ["\u{2212}": "-", "\u{3001}": ",", "\u{3002}": ".", "\u{066B}": "."][scalar]
    }
  }
}

extension SettingsDocument.Value {
  /// As of its place; of a list the first one's that has any.
  var oddity: String {
    if case .list(let values) = content { return values.lazy.map(\.oddity).first { !$0.isEmpty } ?? "" }
    return place.oddity(in: content.text)
  }
}

extension SettingsDocument.Place {
  /// The first odd character of a text that begins here: ` with – (U+2013, en dash) in column 11, where - belongs`.
  /// Empty where there is none.
  func oddity(in text: String?) -> String {
    guard let scalar = text?.unicodeScalars.first(where: { OddCharacter($0) != nil }) else { return "" }
    return OddCharacter(scalar).map { " with " + $0.inWords(column: column(of: scalar)) } ?? ""
  }

  /// Of the first such character from here on; nil where it is written by an escape, or further down.
  func column(of scalar: Unicode.Scalar) -> Int? {
    guard let column, let rest, let index = rest.unicodeScalars.firstIndex(of: scalar) else { return nil }
    return column + rest.unicodeScalars.distance(from: rest.startIndex, to: index)
  }
}
