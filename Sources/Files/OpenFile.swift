internal import Glibc

/// An open file that is closed with the end of this value. Never inherited by workers.
package struct OpenFile: ~Copyable, Sendable {
  package let descriptor: Int32
  private let path: Path

  /// - Throws: a `FileError` when it cannot be opened.
  package init(_ path: Path, _ flags: Int32, mode: UInt32 = 0) throws(FileError) {
    descriptor = path.withCString { open($0, flags | O_CLOEXEC, mode) }
    self.path = path
    guard descriptor >= 0 else { throw FileError("open", path) }
  }

  /// For reading what may be a stranger's: no link is followed, and neither fifo nor device can hold us up.
  ///
  /// - Throws: a `FileError`; its `code` is ELOOP for a link.
  package init(reading path: Path) throws(FileError) {
    try self.init(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  }

  /// An entry of an open folder.
  ///
  /// - Throws: a `FileError`; its `code` is ENOENT for what can be no name.
  init(_ name: FileName, in folder: borrowing OpenFile, at place: Path, _ flags: Int32) throws(FileError) {
    path = place.appending(name)
    guard name.isPlain else {
      descriptor = -1
      throw FileError("openat", path, code: ENOENT)
    }
    let outer = folder.descriptor
    descriptor = Path(bytes: name.bytes).withCString { openat(outer, $0, flags | O_CLOEXEC) }
    guard descriptor >= 0 else { throw FileError("openat", path) }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// - Throws: a `FileError`; some of the bytes may be there then.
  package func write(_ bytes: [UInt8]) throws(FileError) {
    let result = bytes.withUnsafeBytes { bytes in Result { () throws(FileError) in try write(bytes) } }
    try result.get()
  }

  /// - Throws: a `FileError`; some of the bytes may be there then.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var written = 0
    while written < bytes.count {
      let count = Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw FileError("write", path) }
      written += count
    }
  }

  /// Reads into `buffer`, which must not be empty; returns the number of bytes, 0 at the end.
  ///
  /// - Throws: a `FileError`.
  package func read(into buffer: inout [UInt8]) throws(FileError) -> Int {
    while true {
      let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress!, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileError("read", path) }
      return count
    }
  }

  /// Everything from here to the end; EFBIG when that is more than `limitBytes`.
  ///
  /// - Parameter reserving: room for so many bytes is made at once.
  /// - Throws: a `FileError`.
  package func contents(limitBytes: Int, reserving: Int = 0) throws(FileError) -> [UInt8] {
    var contents: [UInt8] = []
    contents.reserveCapacity(reserving)
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = try read(into: &buffer)
      if count == 0 { return contents }
      contents += buffer[..<count]
      guard contents.count <= limitBytes else { throw FileError("read", path, code: EFBIG) }
    }
  }

  /// Writes a small file anew in place, for a reader that need not see it whole.
  ///
  /// - Throws: a `FileError`.
  package func replaceContents(_ bytes: [UInt8]) throws(FileError) {
    guard ftruncate(descriptor, 0) == 0 else { throw FileError("ftruncate", path) }
    try write(bytes)
  }

  /// Forces what was written onto the disk. Never tried again after an error: the kernel may have dropped the data.
  ///
  /// - Throws: a `FileError`.
  package func synchronize() throws(FileError) {
    guard fsync(descriptor) == 0 else { throw FileError("fsync", path) }
  }

  /// Takes the file's lock for this process alone.
  ///
  /// - Throws: a `FileError` where the file system has no locks.
  package func waitForLock() throws(FileError) {
    guard flock(descriptor, LOCK_EX) == 0 else { throw FileError("flock", path) }
  }

  /// Takes the file's lock without waiting; false when another process has it. Several may share one.
  ///
  /// - Throws: a `FileError` where the file system has no locks.
  package func tryLock(shared: Bool = false) throws(FileError) -> Bool {
    if flock(descriptor, (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 { return true }
    guard errno == EWOULDBLOCK else { throw FileError("flock", path) }
    return false
  }
}
