internal import Files

/// What a cache entry is found by: the SHA-256 over everything that its content depends on.
///
///     let key = CacheKey(of: "style targets") { fields in
///       fields.add("network", "vgg16")
///       fields.add("size", [width, height])
///       fields.add("pixels", bytes: image.pixels)
///     }
package struct CacheKey: Hashable, Sendable, CustomStringConvertible {
  /// 64 lower-case hexadecimal digits.
  package let description: String

  /// The key with these digits; nil where they are not 64 hexadecimal ones.
  package init?(digits: some StringProtocol) {
    guard digits.count == 64, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else { return nil }
    description = String(digits)
  }

  /// A key over `subject` and the fields that `build` adds. Their order counts.
  package init(of subject: String, _ build: (inout Fields) -> Void) {
    var fields = Fields()
    fields.add("subject", subject)
    build(&fields)
    description = fields.digest()
  }

  /// The labelled fields of a key. Every label and value is hashed behind its type and length, so that no two different
  /// lists of fields are the same bytes.
  package struct Fields {
    private var digested = SHA256Digest()

    package mutating func add(_ label: String, _ value: String) {
      add(label, type: "string", Array(value.utf8))
    }

    package mutating func add(_ label: String, _ value: Int) {
      add(label, type: "integer", Self.littleEndian(value))
    }

    package mutating func add(_ label: String, _ values: [Int]) {
      add(label, type: "integers", values.flatMap(Self.littleEndian))
    }

    package mutating func add(_ label: String, bytes: [UInt8]) {
      add(label, type: "bytes", bytes)
    }

    fileprivate func digest() -> String { digested.hexadecimal }

    private mutating func add(_ label: String, type: String, _ bytes: [UInt8]) {
      for part in [Array(label.utf8), Array(type.utf8), bytes] {
        digested.update(Self.littleEndian(part.count))
        digested.update(part)
      }
    }

    private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
      withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
  }
}
