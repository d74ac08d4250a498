internal import Files
internal import Foundation

/// A style as `easel styles` tells it, and as JSON.
package struct StyleListing: Codable {
  var name: String
  /// Of the original's bytes, in hexadecimal digits.
  var sha256: String
  var width: Int
  var height: Int
  var bytes: Int
  var added: Date
  var uses: Int
  var lastUsed: Date?
  /// Paths.
  var original: Path
  var thumbnail: Path

  package init(_ style: RememberedStyle) {
    let record = style.record
    name = style.name.text
    sha256 = record.sha256
    width = record.width
    height = record.height
    bytes = record.sizeBytes
    added = record.added
    uses = record.uses
    lastUsed = record.lastUsed
    original = style.original.path
    thumbnail = style.thumbnail
  }

  /// - Throws: an `EncodingError`, for numbers that JSON does not know.
  package static func json(_ styles: [StyleListing]) throws -> String { try JSON.text(styles) }

  /// One line for each style under a line of titles.
  package static func table(_ lines: [StyleListing], in library: StyleLibrary) -> String {
    guard !lines.isEmpty else {
      return "no style is remembered in \(library.path) yet; add one with: easel styles add FILE"
    }
    let titles = ["NAME", "PIXELS", "BYTES", "ADDED", "USES", "LAST USED", "THUMBNAIL"]
    let rows = [titles] + lines.map(\.cells)
    let widths = titles.indices.dropLast().map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) + "  " }.joined() + row.last!  // seven
    }.joined(separator: "\n")
  }

  private var cells: [String] {
    [
      name, "\(width)x\(height)", "\(bytes)", Self.day(added), "\(uses)", lastUsed.map(Self.day) ?? "never",
      "\(thumbnail)",
    ]
  }

  /// As `2026-11-25`, here.
  private static func day(_ date: Date) -> String {
    date.formatted(Date.ISO8601FormatStyle(timeZone: .current).year().month().day())
  }
}
