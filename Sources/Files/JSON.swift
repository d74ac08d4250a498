internal import Foundation

/// The one form of JSON that Easel writes: sorted keys, one to a line, dates in ISO 8601 with milliseconds.
package enum JSON {
  /// - Throws: an `EncodingError`, for numbers that JSON does not know.
  package static func encode(_ value: some Encodable, snakeCaseKeys: Bool = false) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    if snakeCaseKeys { encoder.keyEncodingStrategy = .convertToSnakeCase }
    encoder.dateEncodingStrategy = .custom { date, encoder in
      var container = encoder.singleValueContainer()
      try container.encode(milliseconds(date).formatted(dates))
    }
    return Array(try encoder.encode(value))
  }

  /// - Throws: an `EncodingError`, for numbers that JSON does not know.
  package static func text(_ value: some Encodable, snakeCaseKeys: Bool = false) throws -> String {
    String(decoding: try encode(value, snakeCaseKeys: snakeCaseKeys), as: UTF8.self)
  }

  /// Reads dates without a fraction of a second too.
  ///
  /// - Throws: a `DecodingError`: which key, and what was found.
  package static func decode<Value: Decodable>(_ type: Value.Type = Value.self, from bytes: [UInt8]) throws -> Value {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .custom { decoder in
      let text = try decoder.singleValueContainer().decode(String.self)
      return try (try? dates.parse(text)) ?? Date.ISO8601FormatStyle().parse(text)
    }
    return try decoder.decode(Value.self, from: Data(bytes))
  }

  /// The nearest whole millisecond, and a little more: the style cuts digits off, and a date that was read must be written alike.
  private static func milliseconds(_ date: Date) -> Date {
    Date(timeIntervalSince1970: ((date.timeIntervalSince1970 * 1000).rounded() + 0.1) / 1000)
  }

  private static let dates = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
}
