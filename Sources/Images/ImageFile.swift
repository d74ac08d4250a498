internal import Glibc

/// Picture files as bytes: opened so that a name can only ever mean a regular file, and written durably.
package enum ImageFile {
  /// The whole file.
  ///
  /// Links are not followed and a fifo or device cannot block: the kind and the size are judged on the open descriptor.
  static func read(_ path: String, maximumBytes: Int) throws(ImageError.Reason) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ELOOP { throw .symbolicLink }
      throw .systemCall(function: "open", code: errno)
    }
    defer { close(descriptor) }
    let sizeBytes = try regularFileSize(descriptor)
    guard sizeBytes > 0 else { throw .empty }
    guard sizeBytes <= maximumBytes else { throw .tooManyBytes(sizeBytes: sizeBytes, limitBytes: maximumBytes) }
    return try readExactly(sizeBytes, from: descriptor)
  }

  /// Makes or replaces the file at `path` and waits until it is on the disk. The directory is not synced.
  package static func write(_ bytes: [UInt8], to path: String) throws(ImageError) {
    do {
      try writeAndSync(bytes, to: path)
    } catch {
      throw ImageError(path: path, reason: error)
    }
  }

  private static func regularFileSize(_ descriptor: Int32) throws(ImageError.Reason) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .systemCall(function: "fstat", code: errno) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return Int(status.st_size)
    case S_IFDIR: throw .notRegularFile(kind: "a directory")
    case S_IFIFO: throw .notRegularFile(kind: "a fifo (named pipe)")
    case S_IFCHR, S_IFBLK: throw .notRegularFile(kind: "a device")
    default: throw .notRegularFile(kind: "a special file")
    }
  }

  /// Asks for one byte more than expected, so that a file that grew is noticed too.
  private static func readExactly(_ count: Int, from descriptor: Int32) throws(ImageError.Reason) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count + 1)
    var filled = 0
    while filled <= count {
      let got = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress! + filled, count + 1 - filled) }
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw .systemCall(function: "read", code: errno) }
      if got == 0 { break }
      filled += got
    }
    guard filled == count else { throw .changedWhileReading }
    bytes.removeLast()
    return bytes
  }

  private static func writeAndSync(_ bytes: [UInt8], to path: String) throws(ImageError.Reason) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      if errno == ELOOP { throw .symbolicLink }
      throw .systemCall(function: "open", code: errno)
    }
    var written = 0
    while written < bytes.count {
      let put = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + written, bytes.count - written) }
      if put < 0 && errno == EINTR { continue }
      guard put > 0 else { throw failure("write", closing: descriptor) }
      written += put
    }
    guard fsync(descriptor) == 0 else { throw failure("fsync", closing: descriptor) }
    guard close(descriptor) == 0 else { throw .systemCall(function: "close", code: errno) }
  }

  private static func failure(_ function: String, closing descriptor: Int32) -> ImageError.Reason {
    let code = errno
    close(descriptor)
    return .systemCall(function: function, code: code)
  }
}
