/// The name under which a job is published: safe as the name of a folder and of the files in it.
package struct JobName: Hashable, Sendable, CustomStringConvertible {
  /// Leaves room for `.failed`, a number and the endings of the files within the 255 bytes of a file name.
  package static let longestBytes = 200

  package let text: String
  package var description: String { text }

  /// Makes a safe name of `stem`: no control characters or separators, no leading dot or dash, no `.failed` (which marks
  /// a failed job that was moved back), not too long, not empty.
  package init(_ stem: String) {
    var name = String(stem.unicodeScalars.map { Self.isUnsafe($0) ? "_" : Character($0) })
    while name.hasSuffix(".failed") { name.removeLast(".failed".count) }
    if let first = name.first, first == "." || first == "-" { name = "_" + name.dropFirst() }
    while name.utf8.count > Self.longestBytes { name.removeLast() }
    while name.last == " " || name.last == "." { name.removeLast() }
    text = name.isEmpty ? "job" : name
  }

  /// The name of a published folder: `NAME` or `NAME.failed`, and `NAME-2` or `NAME-2.failed` for the second try at one.
  package func folder(failed: Bool, number: Int) -> String {
    text + (number > 1 ? "-\(number)" : "") + (failed ? ".failed" : "")
  }

  private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "/" || scalar == "\\" || scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      || scalar.value == 0x2028 || scalar.value == 0x2029
  }
}
