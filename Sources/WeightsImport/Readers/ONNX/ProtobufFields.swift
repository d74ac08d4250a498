internal import Foundation

/// The fields of a message in Protocol Buffers' wire format, in the order in which they lie there: a number, and a value whose type only
/// the message's definition knows (https://protobuf.dev/programming-guides/encoding/).
struct ProtobufFields {
  enum Value {
    case varint(UInt64)
    case fixed64(UInt64)
    /// A text, bytes, a message or packed numbers.
    case bytes(Data)
    case fixed32(UInt32)
  }

  struct Malformed: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
  }

  private let data: Data
  private var offset: Data.Index

  init(_ data: Data) { (self.data, offset) = (data, data.startIndex) }

  /// The next field; nil at the end.
  ///
  /// - Throws: for what is cut off, or is no field. Groups, which no format has used for long, are none.
  mutating func next() throws(Malformed) -> (number: UInt64, value: Value)? {
    guard offset < data.endIndex else { return nil }
    let start = offset
    let tag = try varint()
    let number = tag >> 3
    guard number > 0 else { throw Malformed("a field at byte \(start) has no number") }
    switch tag & 7 {
    case 0: return (number, .varint(try varint()))
    case 1: return (number, .fixed64(try integer()))
    case 2:
      let count = try varint()
      return (number, .bytes(try take(count)))
    case 5: return (number, .fixed32(try integer()))
    default:
      throw Malformed("field \(number) at byte \(start) is of an unknown kind (\(tag & 7))")
    }
  }

  /// The numbers of a packed list.
  static func varints(_ packed: Data) throws(Malformed) -> [UInt64] {
    var (rest, numbers) = (ProtobufFields(packed), [UInt64]())
    while rest.offset < packed.endIndex { numbers.append(try rest.varint()) }
    return numbers
  }

  /// Seven bits a byte, the lowest first; all but the last have their highest bit set.
  private mutating func varint() throws(Malformed) -> UInt64 {
    let start = offset
    var value: UInt64 = 0
    for shift in stride(from: 0, to: 64, by: 7) {
      guard offset < data.endIndex else { break }
      let byte = data[offset]
      offset += 1
      value |= UInt64(byte & 0x7F) << UInt64(shift)
      if byte < 0x80 { return value }
    }
    throw Malformed("the number at byte \(start) has no end")
  }

  private mutating func integer<Integer: FixedWidthInteger & BitwiseCopyable>() throws(Malformed) -> Integer {
    let bytes = try take(UInt64(MemoryLayout<Integer>.size))
    return Integer(littleEndian: bytes.withUnsafeBytes { $0.loadUnaligned(as: Integer.self) })
  }

  private mutating func take(_ count: UInt64) throws(Malformed) -> Data {
    guard count <= UInt64(data.endIndex - offset) else {
      throw Malformed("at byte \(offset) are to be \(count) more, and \(data.endIndex - offset) are there")
    }
    let end = offset + Int(count)
    defer { offset = end }
    return data[offset..<end]
  }
}
