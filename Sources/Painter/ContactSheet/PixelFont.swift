import Foundation

/// Letters of 5 x 9 dots, for labels in pictures: those of ASCII, and others as far as these come close.
package enum PixelFont {
  package static let width = 5
  package static let height = 9
  /// From the left side of a letter to that of the next.
  static let advance = 6

  private static let first: UInt8 = 0x20

  /// For each character from the space on its rows from the top; the leftmost dot is the bit of 16.
  private static let rows: [[UInt8]] = {
    let bands = letters.split(separator: "\n\n").map { $0.split(separator: "\n").map { $0.split(separator: " ") } }
    return bands.flatMap { band in
      band[0].indices.map { letter in
        band.map { row in row[letter].utf8.reduce(UInt8(0)) { $0 << 1 | ($1 == UInt8(ascii: "#") ? 1 : 0) } }
      }
    }
  }()

  /// The rows of a character from the top; a question mark for one that is not there.
  package static func rows(of character: UInt8) -> [UInt8] {
    let index = Int(character) - Int(first)
    return rows.indices.contains(index) ? rows[index] : rows[Int(UInt8(ascii: "?") - first)]
  }

  /// Letters that do not come apart into one of ASCII and an accent.
  private static let spellings: [Unicode.Scalar: String] = [
    "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D",
    "ð": "d",
    "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i", "‘": "'", "’": "'", "“": "\"", "”": "\"", "–": "-", "—": "-", "…": "...",
    "\u{A0}": " ",
  ]

  /// A text in characters that are there: without accents, with a question mark for each that comes close to none.
  package static func ascii(_ text: String) -> [UInt8] {
    text.decomposedStringWithCanonicalMapping.flatMap { character -> [UInt8] in
      var bytes: [UInt8] = []
      for scalar in character.unicodeScalars where !isAccent(scalar) {
        if (0x20..<0x7F).contains(scalar.value) {
          bytes.append(UInt8(scalar.value))
        } else {
          bytes += Array((spellings[scalar] ?? "?").utf8)
        }
      }
      // Of what is put together of several, as some pictures are.
      return bytes.allSatisfy { $0 == UInt8(ascii: "?") } ? [UInt8(ascii: "?")] : bytes
    }
  }

  private static func isAccent(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: true
    default: false
    }
  }
}

// Fitting texts into a width.
extension PixelFont {
  /// How many letters fit into so many pixels, when a dot is `scale` pixels wide.
  static func count(in width: Int, scale: Int) -> Int { max(0, (width / scale + advance - Self.width) / advance) }

  static func width(of text: [UInt8], scale: Int) -> Int {
    max(0, text.count * advance - (advance - width)) * scale
  }

  /// A text of at most `count` letters; of a longer one the middle is left out, since names differ at both ends.
  package static func shortened(_ text: [UInt8], to count: Int) -> [UInt8] {
    guard text.count > count else { return text }
    let dots = Array("...".utf8)
    guard count > dots.count + 2 else { return Array(text.prefix(count)) }
    let end = (count - dots.count) / 2
    return Array(text.prefix(count - dots.count - end)) + dots + Array(text.suffix(end))
  }

  /// Lines of at most `count` letters, broken at spaces where there are any.
  package static func lines(_ text: [UInt8], of count: Int) -> [[UInt8]] {
    guard count > 0 else { return [] }
    var lines: [[UInt8]] = []
    var line: [UInt8] = []
    for word in text.split(separator: UInt8(ascii: " ")) {
      var rest = word
      if !line.isEmpty, line.count + 1 + rest.count <= count {
        line += [UInt8(ascii: " ")] + rest
        continue
      }
      if !line.isEmpty { lines.append(line) }
      while rest.count > count {
        lines.append(Array(rest.prefix(count)))
        rest = rest.dropFirst(count)
      }
      line = Array(rest)
    }
    return line.isEmpty ? lines : lines + [line]
  }
}
