package import Files
package import Foundation
package import Jobs

/// A style with what is known of it.
package struct RememberedStyle: Hashable, Sendable {
  package var name: StyleName
  package var record: StyleRecord
  package var original: StyleOriginal

  /// A small PNG, `StyleRecord.thumbnailSize` pixels at its long side.
  package var thumbnail: Path { original.folder.appending(StyleRecord.thumbnailName) }
}

/// `style.json`: what is known of a style besides its picture.
package struct StyleRecord: Codable, Hashable, Sendable {
  static let fileName = "style.json"
  static let thumbnailName = "thumbnail.png"
  package static let thumbnailSize = 160
  /// More than this nobody paints; it keeps a damaged count from overflowing.
  private static let mostUses = 1 << 50

  /// For people who find the file; the folder's name counts.
  package var name: String
  /// Of the original's bytes, in hexadecimal digits.
  package var sha256: String
  /// Of the original, upright.
  package var width: Int
  package var height: Int
  package var sizeBytes: Int
  package var added: Date
  /// Jobs that were painted in it.
  package var uses: Int
  /// Nil before the first.
  package var lastUsed: Date?
  /// Files without a number are of the same form.
  package private(set) var format: Int? = StyleRecord.fileFormat.current

  static let fileFormat = FileFormat(1)

  /// Whether it can be about this picture, and its numbers make sense.
  func isPlausible(for original: StyleOriginal) -> Bool {
    Int64(sizeBytes) == original.identity.sizeBytes && (0...Self.mostUses).contains(uses) && width > 0 && height > 0
      && sha256.utf8.count == 64
  }

  mutating func countUse(at date: Date = .now) {
    uses += 1
    lastUsed = max(date, lastUsed ?? date)
  }
}
