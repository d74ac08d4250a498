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

/// A file of Easel's own that does not hold what it should.
package struct JSONFileError: Error, CustomStringConvertible {
  package let path: Path
  package let reason: String

  package var description: String { "\(path): not readable as a file of Easel's: \(reason)" }
}
