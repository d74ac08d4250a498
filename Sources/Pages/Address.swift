package import Files

/// Addresses on pages.
package enum Address {
  /// A relative path as the address of a file beside the page: also names with `#`, `?`, `%` or a colon.
  package static func of(_ path: String) -> String { escaped(Array(path.utf8), keepingSlashes: true) }

  /// A name as one part of an address, by its bytes.
  package static func of(_ name: FileName) -> String { escaped(name.bytes, keepingSlashes: false) }

  private static func escaped(_ bytes: [UInt8], keepingSlashes: Bool) -> String {
    bytes.map { byte in
      let isPlain =
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "/"): keepingSlashes
        default: "-._~".utf8.contains(byte)
        }
      return isPlain ? String(UnicodeScalar(byte)) : "%" + digits(byte)
    }.joined()
  }

  private static func digits(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }
}
