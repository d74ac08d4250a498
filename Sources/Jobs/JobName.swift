internal import Files

/// The name under which a job is published: safe as the name of a folder and of the files in it.
package struct JobName: Hashable, Sendable, CustomStringConvertible {
  /// Leaves room for `.failed`, a number and the endings of the files within the 255 bytes of a file name.
  package static let longestBytes = 200

  package let text: String
  package var description: String { text }

  /// Makes a safe name of `stem`: no control characters or separators, nothing that turns the direction of writing, no
  /// leading dot or dash, no `.failed` (which marks a failed job that was moved back), not too long, not empty.
  package init(_ stem: String) {
    // By scalars: a dot with an accent on it is one character, and no dot to Swift, but hides a file all the same.
    var name = stem.unicodeScalars.map { Self.isUnsafe($0) ? "_" : $0 }
    Self.trimEnd(&name)
    if let first = name.first, first == "." || first == "-" { name[0] = "_" }
    while name.reduce(0, { $0 + UTF8.width($1) }) > Self.longestBytes { name.removeLast() }
    Self.trimEnd(&name)
    text = name.isEmpty ? "job" : String(String.UnicodeScalarView(name))
  }

  private static func trimEnd(_ name: inout [Unicode.Scalar]) {
    let mark = Array(".failed".unicodeScalars)
    while true {
      if name.count >= mark.count, name.suffix(mark.count).elementsEqual(mark) {
        name.removeLast(mark.count)
      } else if name.last == " " || name.last == "." {
        name.removeLast()
      } else {
        return
      }
    }
  }

  /// The name of a published folder: `NAME` or `NAME.failed`, and `NAME-2` or `NAME-2.failed` for the second try at one.
  package func folder(failed: Bool, number: Int) -> String {
    FreeName.numbered(text, number) + (failed ? ".failed" : "")
  }

  private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "/" || scalar == "\\" || scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      || scalar.value == 0x2028 || scalar.value == 0x2029 || (0x202A...0x202E).contains(scalar.value)
      || (0x2066...0x2069).contains(scalar.value)
  }
}
