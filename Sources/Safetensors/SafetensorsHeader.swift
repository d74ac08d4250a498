internal import FoundationEssentials

/// The JSON header of a safetensors file: `{"__metadata__": {...}, "NAME": {"dtype", "shape", "data_offsets"}, ...}`.
///
/// The file is an 8-byte little-endian header length, the header, and the payload. See the format's description at
/// https://github.com/huggingface/safetensors.
struct SafetensorsHeader {
  var metadata: [String: String] = [:]
  var tensors: [String: Entry] = [:]

  struct Entry: Codable {
    var dtype: String
    var shape: [Int]
    /// First byte and one past the last, from the start of the payload.
    var dataOffsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case dataOffsets = "data_offsets"
    }
  }

  /// Bytes of the length field in front of the header.
  static let lengthFieldBytes = 8
  /// Far more than thousands of tensors need, and little enough for a stranger's file to be parsed at no risk.
  static let limitBytes = 1 << 20
}

extension SafetensorsHeader: Codable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }

    static let metadata = Key(stringValue: "__metadata__")
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    for key in container.allKeys {
      if key.stringValue == Key.metadata.stringValue {
        metadata = try container.decode([String: String].self, forKey: key)
      } else {
        tensors[key.stringValue] = try container.decode(Entry.self, forKey: key)
      }
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(metadata, forKey: .metadata)
    for (name, entry) in tensors {
      try container.encode(entry, forKey: Key(stringValue: name))
    }
  }
}

// MARK: - Reading

extension SafetensorsHeader {
  /// Parses the start of a file. Returns the header and the offset of the payload in the file.
  static func parse(_ file: UnsafeRawBufferPointer) throws(SafetensorsError.Problem) -> (Self, payloadOffset: Int) {
    guard file.count >= lengthFieldBytes else { throw .tooShort(sizeBytes: file.count) }
    let length = UInt64(littleEndian: file.loadUnaligned(as: UInt64.self))
    guard length <= limitBytes else { throw .headerTooLong(lengthBytes: length, limitBytes: limitBytes) }
    let payloadOffset = lengthFieldBytes + Int(length)
    guard payloadOffset <= file.count else { throw .headerBeyondEnd(lengthBytes: length, sizeBytes: file.count) }
    do {
      let json = Data(file[lengthFieldBytes..<payloadOffset])
      return (try JSONDecoder().decode(Self.self, from: json), payloadOffset)
    } catch {
      throw .malformedHeader(detail: explain(error))
    }
  }

  /// The tensors in the order of their bytes, once every shape, length and place has been checked against a payload
  /// of `payloadBytes`.
  func checkedTensors(payloadBytes: Int) throws(SafetensorsError.Problem) -> [TensorInfo] {
    let inOrder = tensors.sorted { ($0.value.dataOffsets, $0.key) < ($1.value.dataOffsets, $1.key) }
    var infos: [TensorInfo] = []
    var end = 0
    for (name, entry) in inOrder {
      let info = try Self.check(entry, of: name, startingAt: end)
      end = info.byteRange.upperBound
      infos.append(info)
    }
    guard end == payloadBytes else { throw .wrongPayloadSize(expectedBytes: end, foundBytes: payloadBytes) }
    return infos
  }

  private static func check(
    _ entry: Entry, of name: String, startingAt start: Int
  ) throws(SafetensorsError.Problem) -> TensorInfo {
    guard let elementType = ElementType(rawValue: entry.dtype) else {
      throw .unknownElementType(tensor: name, found: entry.dtype)
    }
    guard let count = elementCount(of: entry.shape) else {
      throw .impossibleShape(tensor: name, shape: entry.shape)
    }
    let (lengthBytes, overflows) = count.multipliedReportingOverflow(by: elementType.widthBytes)
    guard !overflows, lengthBytes <= Int.max - start else { throw .impossibleShape(tensor: name, shape: entry.shape) }
    guard entry.dataOffsets.first == start else {
      throw .misplaced(tensor: name, expectedOffset: start, offsets: entry.dataOffsets)
    }
    guard entry.dataOffsets == [start, start + lengthBytes] else {
      throw .wrongLength(tensor: name, expectedBytes: lengthBytes, offsets: entry.dataOffsets)
    }
    return TensorInfo(
      name: name, elementType: elementType, shape: entry.shape, byteRange: start..<start + lengthBytes)
  }

  private static func explain(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "\(error)" }
    switch error {
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
      .dataCorrupted(let context):
      let place = context.codingPath.map(\.stringValue).joined(separator: ".")
      return place.isEmpty ? context.debugDescription : "at \(place): \(context.debugDescription)"
    @unknown default:
      return "\(error)"
    }
  }
}

/// Lexicographic order of (data_offsets, name).
private func < (left: ([Int], String), right: ([Int], String)) -> Bool {
  left.0 == right.0 ? left.1 < right.1 : left.0.lexicographicallyPrecedes(right.0)
}
