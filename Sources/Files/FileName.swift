/// A name in a folder, as the kernel has it: any bytes but `/` and NUL, not necessarily UTF-8.
package struct FileName: Hashable, Sendable {
  package let bytes: [UInt8]

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  package init(_ text: String) {
    bytes = Array(text.utf8)
  }

  /// The name as text, or nil when it is not UTF-8.
  package var text: String? {
    String(validating: bytes, as: UTF8.self)
  }
}

extension FileName: CustomStringConvertible {
  /// The name for people and for new files: bytes that are not UTF-8 and control characters become `%XX`.
  package var description: String {
    var escaped = String.UnicodeScalarView()
    var rest = bytes[...]
    while let byte = rest.first {
      let scalar = Self.scalar(at: rest)
      if let scalar, scalar.value >= 0x20, !(0x7F...0x9F).contains(scalar.value) {
        escaped.append(scalar)
        rest = rest.dropFirst(UTF8.width(scalar))
      } else {
        escaped.append(contentsOf: Self.percent(byte).unicodeScalars)
        rest = rest.dropFirst()
      }
    }
    return String(escaped)
  }

  private static func scalar(at bytes: ArraySlice<UInt8>) -> Unicode.Scalar? {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return nil }
    return scalar
  }

  static func percent(_ byte: UInt8) -> String {
    let digits = Array("0123456789ABCDEF")
    return "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
  }
}

extension FileName {
  /// The name for people without its last ending: `auvers` for `auvers.jpg`.
  package var stem: String {
    let text = description
    guard let dot = text.lastIndex(of: "."), dot != text.startIndex else { return text }
    return String(text[..<dot])
  }
}

extension FileName: Comparable {
  package static func < (left: FileName, right: FileName) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}

/// A string where the name is UTF-8, otherwise its bytes.
extension FileName: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      self.init(text)
    } else {
      self.init(try container.decode([UInt8].self))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let text {
      try container.encode(text)
    } else {
      try container.encode(bytes)
    }
  }
}
