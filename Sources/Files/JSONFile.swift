internal import Foundation
package import Jobs

/// Values as JSON on disk: sorted keys, dates in ISO 8601 with milliseconds, replaced atomically.
package enum JSONFile {
  /// Nil when there is no such file.
  ///
  /// - Throws: `JSONFileError` when the file holds something else.
  package static func read<Value: Decodable>(_ path: Path) throws -> Value? {
    guard let bytes = try FileSystem.contents(path) else { return nil }
    do {
      return try decoder.decode(Value.self, from: Data(bytes))
    } catch {
      throw JSONFileError(path: path, reason: "\(error)")
    }
  }

  package static func write(_ value: some Encodable, to path: Path) throws {
    try FileSystem.replace(path, with: Array(try encoder.encode(value)) + [UInt8(ascii: "\n")])
  }

  private static let dates = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .custom { date, encoder in
      var container = encoder.singleValueContainer()
      try container.encode(date.formatted(dates))
    }
    return encoder
  }

  private static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .custom { decoder in
      try dates.parse(try decoder.singleValueContainer().decode(String.self))
    }
    return decoder
  }
}

/// A file of Easel's own that does not hold what it should.
package struct JSONFileError: Error, CustomStringConvertible {
  package let path: Path
  package let reason: String

  package var description: String { "\(path): not readable as a file of Easel's: \(reason)" }
}
