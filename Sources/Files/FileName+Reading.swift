// Names as people read them.
extension FileName {
  /// Whether both have the same characters, whatever their bytes: to macOS an accent is a character of its own, to most
  /// others it is part of its letter.
  package func readsAs(_ other: FileName) -> Bool {
    guard let text, let otherText = other.text else { return self == other }
    return text == otherText
  }

  /// Each byte that is not ASCII as `%XX`: tells names apart that look the same.
  package var escaped: String {
    bytes.map { $0 < 0x80 ? FileName([$0]).description : FileName.percent($0) }.joined()
  }

  /// The names for people; where two look the same, all of them by their bytes.
  package static func distinct(_ names: [FileName]) -> [String] {
    let texts = names.map(\.description)
    return Set(texts).count == texts.count ? texts : names.map(\.escaped)
  }
}
