/// Values as JSON on disk, replaced atomically.
package enum JSONFile {
  /// Nil when there is no such file.
  ///
  /// - Throws: `FileError` when it cannot be read, `JSONFileError` when it holds something else.
  package static func read<Value: Decodable>(_ path: Path) throws -> Value? {
    guard let bytes = try FileSystem.contents(path) else { return nil }
    do {
      return try JSON.decode(from: bytes)
    } catch {
      throw JSONFileError(path: path, reason: "\(error)")
    }
  }

  /// - Throws: `FileError` when it cannot be written.
  package static func write(_ value: some Encodable, to path: Path) throws {
    try FileSystem.replace(path, with: JSON.encode(value) + [UInt8(ascii: "\n")])
  }
}

/// The form that a file of Easel's has: a number that grows whenever an older Easel could not read it any more.
package struct FileFormat: Sendable {
  package let current: Int

  package init(_ current: Int) { self.current = current }

  /// Files of before there were numbers have none.
  ///
  /// - Throws: a `JSONFileError` for a file of a later Easel.
  package func check(_ found: Int?, _ path: Path) throws(JSONFileError) {
    guard let found, found > current else { return }
    throw JSONFileError(
      path: path,
      reason: "it has format \(found), and this Easel knows formats up to \(current); install the later one again",
      isOfLaterEasel: true)
  }
}

/// A file of Easel's own that does not hold what it should.
package struct JSONFileError: Error, CustomStringConvertible {
  package let path: Path
  package let reason: String
  /// Whether it is not damaged: a later Easel can read it.
  package var isOfLaterEasel = false

  package var description: String { "\(path): not readable as a file of Easel's: \(reason)" }
}
