internal import Files
internal import NIOCore
internal import NIOPosix

/// A regular file that is sent to a browser, piece by piece.
final class ServedFile: Sendable {
  static let pieceBytes = 64 << 10

  let identity: FileIdentity
  private let file: OpenFile
  private let name: Path

  /// - Throws: a `FileError` when it cannot be looked at.
  init(_ file: consuming OpenFile, named name: FileName) throws(FileError) {
    self.name = Path(bytes: name.bytes)
    guard let status = FileStatus(descriptor: file.descriptor) else { throw FileError("fstat", self.name) }
    identity = status.identity
    self.file = file
  }

  /// Tells these contents from others.
  var tag: String {
    "\"\(String(identity.inode, radix: 36))-\(String(identity.modified, radix: 36))-\(String(identity.sizeBytes, radix: 36))\""
  }

  /// The next piece; empty at the end. Used by one task.
  func piece() throws(FileError) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: Self.pieceBytes)
    let count = try file.read(into: &buffer)
    return count == buffer.count ? buffer : Array(buffer[..<count])
  }

  /// All of it, for what is small.
  func contents(limitBytes: Int) throws(FileError) -> [UInt8] {
    try file.contents(limitBytes: limitBytes, reserving: min(limitBytes, Int(identity.sizeBytes)))
  }
}
