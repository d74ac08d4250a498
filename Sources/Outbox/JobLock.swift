internal import Files
internal import Glibc
package import Jobs

/// The right of one process to work on something; the kernel takes it back when the process ends, however it ends.
package struct JobLock: ~Copyable {
  private let file: OpenFile

  /// - Throws: `JobLockedError` when another process has the lock.
  package init(_ path: Path) throws {
    let file = try OpenFile(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o644)
    guard try file.tryLock() else { throw JobLockedError(path: path, holder: Self.holder(path)) }
    // Only a hint for people and for `Spool.recover`; a full disk is no reason not to hold the lock.
    try? file.replaceContents(Array("\(getpid())\n".utf8))
    self.file = file
  }

  static func isHeld(_ path: Path) -> Bool {
    guard let file = try? OpenFile(path, O_RDONLY | O_NOFOLLOW) else { return false }
    return (try? file.tryLock(shared: true)) == false
  }

  static func holder(_ path: Path) -> Int32? {
    guard let bytes = try? FileSystem.contents(path) else { return nil }
    return Int32(String(decoding: bytes, as: UTF8.self).prefix { $0.isNumber })
  }
}

package struct JobLockedError: Error, CustomStringConvertible {
  package let path: Path
  /// The process that has it.
  package let holder: Int32?

  package var description: String {
    "\(path) is locked by another process" + (holder.map { " (\($0))" } ?? "") + "; wait for its end or stop it"
  }
}
