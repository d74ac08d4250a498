internal import Glibc

/// An open file descriptor, closed when the value goes away.
struct OpenFile: ~Copyable {
  let descriptor: Int32

  /// Opens `path` without ever following a symbolic link at its end, and without waiting on a pipe.
  init(_ path: String, flags: Int32, mode: mode_t = 0) throws(SafetensorsError) {
    descriptor = open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, mode)
    guard descriptor >= 0 else { throw Self.failure("open", path) }
  }

  deinit { _ = close(descriptor) }

  func write(_ bytes: UnsafeRawBufferPointer, path: String) throws(SafetensorsError) {
    var written = 0
    while written < bytes.count {
      let count = Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Self.failure("write", path) }
      written += count
    }
  }

  /// Waits until the file's bytes are on the disk. A failure is final: the kernel may count the pages as clean after it.
  func sync(path: String) throws(SafetensorsError) {
    guard fsync(descriptor) == 0 else { throw Self.failure("fsync", path) }
  }

  /// The error of the system call that has just failed.
  static func failure(_ call: String, _ path: String) -> SafetensorsError {
    SafetensorsError(path: path, problem: .system(call: call, code: errno))
  }
}
