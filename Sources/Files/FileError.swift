internal import Glibc

/// A call to the file system that failed.
package struct FileError: Error, Hashable, CustomStringConvertible {
  /// The C function that failed.
  package let function: String
  package let path: Path
  /// The value of `errno`.
  package let code: Int32

  package init(_ function: String, _ path: Path, code: Int32 = errno) {
    self.function = function
    self.path = path
    self.code = code
  }

  package var description: String { "\(path): \(function): \(reason)" }

  /// In the system's words: "No such file or directory".
  package var reason: String { String(cString: strerror(code)) }

  package var isMissing: Bool { code == ENOENT }

  /// Whether the disk has no room, by bytes, files or quota.
  package var isLackOfSpace: Bool { code == ENOSPC || code == EDQUOT }
}
