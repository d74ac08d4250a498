internal import Glibc

/// Writing a file so that readers, and a machine that loses power, find it whole or not at all.
struct DurableFile: ~Copyable {
  private let path: String
  private let file: OpenFile

  func append(_ bytes: [UInt8]) throws(SafetensorsError) {
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(SafetensorsError) in try append(bytes) }
    }
    try result.get()
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws(SafetensorsError) {
    try file.write(bytes, path: path)
  }

  /// Creates or replaces `path` by what `body` appends. When anything fails, `path` is as it was and nothing is left.
  static func replace(
    _ path: String, _ body: (borrowing DurableFile) throws(SafetensorsError) -> Void
  ) throws(SafetensorsError) {
    let (folder, name) = split(path)
    let temporary = "\(folder)/\(TemporaryName.make(for: name))"
    do throws(SafetensorsError) {
      let file = DurableFile(
        path: path, file: try OpenFile(temporary, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o644))
      try body(file)
      try file.file.sync(path: path)
      guard rename(temporary, path) == 0 else { throw OpenFile.failure("rename", path) }
    } catch {
      unlink(temporary)
      throw error
    }
    try OpenFile(folder, flags: O_RDONLY | O_DIRECTORY).sync(path: folder)
  }

  /// The folder ("." when none is named) and the last component.
  private static func split(_ path: String) -> (folder: String, name: Substring) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path[...]) }
    let folder = slash == path.startIndex ? "/" : String(path[..<slash])
    return (folder, path[path.index(after: slash)...])
  }
}
