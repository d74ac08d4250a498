package import Files
internal import FoundationEssentials

/// Tensors and metadata to be written as a safetensors file. The same document always gives the same bytes.
package struct SafetensorsDocument: Sendable {
  /// In the order in which they will lie in the file: wider element types first, so that all are aligned without gaps.
  package let tensors: [TensorContents]
  /// As given, and the payload's SHA-256 under `SafetensorsFile.payloadDigestKey`.
  package let metadata: [String: String]

  /// Tensors need different names.
  package init(tensors: [TensorContents], metadata: [String: String] = [:]) {
    precondition(Set(tensors.map(\.name)).count == tensors.count, "two tensors of one name")
    let widths = Set(tensors.map(\.elementType.widthBytes)).sorted(by: >)
    self.tensors = widths.flatMap { width in tensors.filter { $0.elementType.widthBytes == width } }
    self.metadata = metadata.merging([SafetensorsFile.payloadDigestKey: Self.digest(self.tensors)]) { $1 }
  }

  /// Writes the file so that it appears whole or not at all: under a temporary name in the same folder, synced to
  /// disk, renamed, and the folder synced. Throws what a reader would, if the header is too long for one.
  package func write(to path: Path) throws {
    let header = try encodedHeader()
    guard header.count - 8 <= SafetensorsHeader.limitBytes else {
      throw SafetensorsError(
        path: path,
        problem: .headerTooLong(lengthBytes: UInt64(header.count - 8), limitBytes: SafetensorsHeader.limitBytes))
    }
    do throws(FileError) {
      try FileSystem.replace(path) { file throws(FileError) in
        try file.write(header)
        for tensor in tensors {
          try tensor.withUnsafeBytes { bytes throws(FileError) in try file.write(bytes) }
        }
      }
    } catch {
      throw SafetensorsError(error)
    }
  }

  /// Length field and JSON header, padded with spaces so that the payload starts at a multiple of 8.
  private func encodedHeader() throws -> [UInt8] {
    var header = SafetensorsHeader(metadata: metadata)
    var end = 0
    for tensor in tensors {
      let offsets = [end, end + tensor.byteCount]
      header.tensors[tensor.name] = .init(
        dtype: tensor.elementType.rawValue, shape: tensor.shape, dataOffsets: offsets)
      end += tensor.byteCount
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var json = [UInt8](try encoder.encode(header))
    json += repeatElement(UInt8(ascii: " "), count: (8 - json.count % 8) % 8)
    return withUnsafeBytes(of: UInt64(json.count).littleEndian) { Array($0) } + json
  }

  private static func digest(_ tensors: [TensorContents]) -> String {
    var digest = SHA256Digest()
    for tensor in tensors {
      tensor.withUnsafeBytes { digest.update($0) }
    }
    return digest.hexadecimal
  }
}
