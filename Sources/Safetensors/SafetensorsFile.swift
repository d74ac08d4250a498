package import Files

/// A safetensors file, mapped read-only. Its header is checked in full when it is opened: afterwards every tensor is
/// known to lie inside the file. The payload's content is checked only by `verifyPayload()`.
package final class SafetensorsFile: Sendable {
  package let path: Path
  /// The header's `__metadata__`: free text under free names.
  package let metadata: [String: String]
  /// In the order of their bytes in the file.
  package let tensors: [TensorInfo]

  private let indexByName: [String: Int]
  private let mapping: MappedFile
  private let payloadOffset: Int

  /// The metadata under which our writer keeps the SHA-256 of the payload, in hexadecimal.
  package static let payloadDigestKey = "payload_sha256"

  /// Opens `path`, which must be a regular file and no symbolic link.
  ///
  /// - Throws: a `SafetensorsError` with the path: what was expected of the header and what was found.
  package init(path: Path) throws(SafetensorsError) {
    self.path = path
    mapping = try MappedFile(path)
    do throws(SafetensorsError.Problem) {
      let (header, payloadOffset) = try SafetensorsHeader.parse(mapping.bytes)
      metadata = header.metadata
      tensors = try header.checkedTensors(payloadBytes: mapping.bytes.count - payloadOffset)
      self.payloadOffset = payloadOffset
    } catch {
      throw SafetensorsError(path: path, problem: error)
    }
    indexByName = Dictionary(uniqueKeysWithValues: zip(tensors.map(\.name), tensors.indices))
  }

  /// - Throws: a `SafetensorsError` when there is no such tensor.
  package func info(of name: String) throws(SafetensorsError) -> TensorInfo {
    guard let index = indexByName[name] else { throw SafetensorsError(path: path, problem: .noSuchTensor(name)) }
    return tensors[index]
  }

  /// Lends a tensor's bytes without copying them. They are valid only inside `body`, and aligned to their element type
  /// only in files of our own making: read with `loadUnaligned` where the file may be another's.
  ///
  /// - Throws: a `SafetensorsError` when there is no such tensor; what `body` throws.
  package func withUnsafeBytes<Result>(
    of name: String, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    try body(bytes(of: info(of: name)))
  }

  /// A tensor's bytes, aligned to 4 bytes and more in files of our own making. They are valid as long as this object.
  ///
  /// - Throws: a `SafetensorsError` when there is no such tensor.
  package func mappedBytes(of name: String) throws(SafetensorsError) -> UnsafeRawBufferPointer {
    try bytes(of: info(of: name))
  }

  /// A copy of a tensor's elements in row-major order, converted from F16 or F64 where it holds those.
  ///
  /// - Throws: a `SafetensorsError` when there is no such tensor, or one of whole numbers.
  package func floats(of name: String) throws(SafetensorsError) -> [Float] {
    let info = try info(of: name)
    let bytes = bytes(of: info)
    switch info.elementType {
    case .float16: return elements(bytes, count: info.elementCount) { (half: Float16) in Float(half) }
    case .float32: return elements(bytes, count: info.elementCount) { (float: Float) in float }
    case .float64: return elements(bytes, count: info.elementCount) { (double: Double) in Float(double) }
    default: throw SafetensorsError(path: path, problem: .notFloatingPoint(tensor: name, found: info.elementType))
    }
  }

  /// A copy of the elements of a tensor of I16, in row-major order.
  ///
  /// - Throws: a `SafetensorsError` when there is no such tensor, or one of another type.
  package func int16s(of name: String) throws(SafetensorsError) -> [Int16] {
    let info = try info(of: name)
    guard info.elementType == .int16 else {
      throw SafetensorsError(
        path: path, problem: .wrongElementType(tensor: name, expected: .int16, found: info.elementType))
    }
    return elements(bytes(of: info), count: info.elementCount) { $0 }
  }

  /// SHA-256 over the whole payload, in hexadecimal. Reads every byte.
  package func payloadDigest() -> String {
    var digest = SHA256Digest()
    digest.update(UnsafeRawBufferPointer(rebasing: mapping.bytes[payloadOffset...]))
    return digest.hexadecimal
  }

  /// Throws unless the payload's digest is the one that the metadata names.
  package func verifyPayload() throws(SafetensorsError) {
    guard let expected = metadata[Self.payloadDigestKey] else { throw SafetensorsError(path: path, problem: .noDigest) }
    let found = payloadDigest()
    guard found == expected else {
      throw SafetensorsError(path: path, problem: .wrongDigest(expected: expected, found: found))
    }
  }

  private func bytes(of info: TensorInfo) -> UnsafeRawBufferPointer {
    let start = payloadOffset + info.byteRange.lowerBound
    return UnsafeRawBufferPointer(rebasing: mapping.bytes[start..<start + info.byteRange.count])
  }
}

private func elements<Element: BitwiseCopyable, Value>(
  _ bytes: UnsafeRawBufferPointer, count: Int, _ convert: (Element) -> Value
) -> [Value] {
  [Value](unsafeUninitializedCapacity: count) { buffer, initializedCount in
    for index in 0..<count {
      let element = bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Element>.size, as: Element.self)
      buffer.initializeElement(at: index, to: convert(element))
    }
    initializedCount = count
  }
}
