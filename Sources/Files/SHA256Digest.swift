internal import Crypto

/// SHA-256 over bytes that come piece by piece, as 64 lower-case hexadecimal digits.
package struct SHA256Digest {
  private var hasher = SHA256()

  package init() {}

  package mutating func update(_ bytes: UnsafeRawBufferPointer) { hasher.update(bufferPointer: bytes) }

  package mutating func update(_ bytes: [UInt8]) { hasher.update(data: bytes) }

  package var hexadecimal: String {
    hasher.finalize().map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }

  package static func hexadecimal(of bytes: [UInt8]) -> String {
    var digest = SHA256Digest()
    digest.update(bytes)
    return digest.hexadecimal
  }

  /// Of a regular file's contents, read piece by piece.
  ///
  /// - Throws: a `FileError`; its `code` is ELOOP for a link.
  package static func hexadecimal(ofFile path: Path) throws(FileError) -> String {
    let file = try OpenFile(reading: path)
    var digest = SHA256Digest()
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while case let count = try file.read(into: &buffer), count > 0 {
      buffer.withUnsafeBytes { digest.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
    return digest.hexadecimal
  }
}
