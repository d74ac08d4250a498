/// A path as the kernel has it: any bytes, since names in the inbox need not be UTF-8.
package struct Path: Hashable, Sendable, CustomStringConvertible {
  package let bytes: [UInt8]

  package init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  package init(_ text: String) {
    bytes = Array(text.utf8)
  }

  package func appending(_ name: FileName) -> Path {
    Path(bytes: bytes + [UInt8(ascii: "/")] + name.bytes)
  }

  package func appending(_ name: String) -> Path {
    appending(FileName(name))
  }

  /// The path without its last name.
  package var folder: Path {
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return Path(".") }
    return slash == 0 ? Path("/") : Path(bytes: Array(bytes[..<slash]))
  }

  package var lastName: FileName {
    FileName(bytes.lastIndex(of: UInt8(ascii: "/")).map { Array(bytes[($0 + 1)...]) } ?? bytes)
  }

  /// Calls `body` with the path as a C string.
  package func withCString<Result>(_ body: (UnsafePointer<CChar>) throws -> Result) rethrows -> Result {
    try (bytes + [0]).withUnsafeBufferPointer { buffer in
      try buffer.withMemoryRebound(to: CChar.self) { try body($0.baseAddress!) }
    }
  }

  package var description: String { FileName(bytes).description }
}

/// As `FileName`.
extension Path: Codable {
  package init(from decoder: any Decoder) throws { self.init(bytes: try FileName(from: decoder).bytes) }

  package func encode(to encoder: any Encoder) throws { try FileName(bytes).encode(to: encoder) }
}
