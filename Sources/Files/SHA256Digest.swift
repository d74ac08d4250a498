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
}
