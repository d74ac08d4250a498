internal import Glibc

/// A path as the kernel has it: any bytes but NUL, since names in the inbox need not be UTF-8.
///
/// Paths are made of paths and names, never of a `description`, which is for people: see `Documentation/Decisions`.
package struct Path: Hashable, Sendable {
  package let bytes: [UInt8]

  package init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  package init(_ text: String) {
    bytes = Array(text.utf8)
  }

  /// For the library calls that take text. Where the path is not UTF-8 it is not what the kernel has.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  package func appending(_ name: FileName) -> Path {
    Path(bytes: (bytes == [UInt8(ascii: "/")] ? [] : bytes) + [UInt8(ascii: "/")] + name.bytes)
  }

  /// - Parameter name: a name, or several with slashes between them.
  package func appending(_ name: String) -> Path {
    appending(FileName(name))
  }

  /// - Parameter path: a relative one.
  package func appending(_ path: Path) -> Path { appending(FileName(path.bytes)) }

  /// The path without its last name.
  package var folder: Path {
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == 0 ? "/" : Path(bytes: Array(bytes[..<slash]))
  }

  package var lastName: FileName {
    FileName(bytes.lastIndex(of: UInt8(ascii: "/")).map { Array(bytes[($0 + 1)...]) } ?? bytes)
  }

  package var isAbsolute: Bool { bytes.first == UInt8(ascii: "/") }

  /// The names that it consists of.
  package var components: [FileName] { bytes.split(separator: UInt8(ascii: "/")).map { FileName(Array($0)) } }

  /// Whether it is `folder` or lies in it, by its names alone.
  package func isInside(_ folder: Path) -> Bool { (bytes + [UInt8(ascii: "/")]).starts(with: folder.bytes + [0x2f]) }

  /// Calls `body` with the path as a C string.
  package func withCString<Result>(_ body: (UnsafePointer<CChar>) throws -> Result) rethrows -> Result {
    try (bytes + [0]).withUnsafeBufferPointer { buffer in
      try buffer.withMemoryRebound(to: CChar.self) { try body($0.baseAddress!) }
    }
  }
}

extension Path {
  /// Where the path leads through symbolic links; nil where it leads nowhere. For files that somebody has named on the
  /// command line: in folders that take files from anybody no link is followed.
  package var followingLinks: Path? {
    guard let resolved = withCString({ realpath($0, nil) }) else { return nil }
    defer { free(resolved) }
    return Path(bytes: UnsafeBufferPointer(start: resolved, count: strlen(resolved)).map(UInt8.init(bitPattern:)))
  }
}

extension Path: CustomStringConvertible {
  /// For people: as `FileName`.
  package var description: String { FileName(bytes).description }
}

extension Path: Comparable {
  package static func < (left: Path, right: Path) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }
}

extension Path: ExpressibleByStringLiteral {
  package init(stringLiteral text: String) { self.init(text) }
}

/// As `FileName`.
extension Path: Codable {
  package init(from decoder: any Decoder) throws { self.init(bytes: try FileName(from: decoder).bytes) }

  package func encode(to encoder: any Encoder) throws { try FileName(bytes).encode(to: encoder) }
}
