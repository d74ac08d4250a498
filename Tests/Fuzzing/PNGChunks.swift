/// Check sums of PNG chunks (PNG specification, annex D), without which no reader looks at a changed chunk.
enum PNGChunks {
  private static let table: [UInt32] = (0..<256).map { number in
    (0..<8).reduce(UInt32(number)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
  }

  /// The bytes with the right check sums, as far as they are a chain of chunks; as they are, if they are no PNG.
  @Sendable static func repaired(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) else { return bytes }
    var repaired = bytes
    var start = 8
    while start + 12 <= bytes.count {
      let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
      guard length <= bytes.count - start - 12 else { break }
      let sum = checkSum(bytes[start + 4..<start + 8 + length])
      for place in 0..<4 {
        repaired[start + 8 + length + place] = UInt8(truncatingIfNeeded: sum >> UInt32(24 - 8 * place))
      }
      start += length + 12
    }
    return repaired
  }

  private static func checkSum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    ~bytes.reduce(.max) { table[Int(($0 ^ UInt32($1)) & 255)] ^ $0 >> 8 }
  }
}
