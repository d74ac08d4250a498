internal import Glibc

/// The right of one process to work on something; the kernel takes it back when the process ends, however it ends.
package struct FileLock: ~Copyable {
  private let file: OpenFile

  /// - Throws: `FileLockedError` when another process has the lock, `FileError` when the file cannot be opened or made.
  package init(_ path: Path) throws {
    guard let lock = try FileLock(ifFree: path) else {
      throw FileLockedError(path: path, holder: Self.holder(path))
    }
    self = lock
  }

  /// Nil when another process has the lock.
  private init?(ifFree path: Path) throws(FileError) {
    let file = try Self.open(path)
    guard try file.tryLock() else { return nil }
    // Only a hint for people and for whoever looks for the holder; a full disk is no reason not to hold the lock.
    try? file.replaceContents(Array("\(getpid())\n".utf8))
    self.file = file
  }

  /// Waits until the lock is free.
  ///
  /// - Throws: `FileLockedError` when it is not within `patience`.
  package init(_ path: Path, patience: Duration) throws {
    let end = ContinuousClock.now + patience
    while true {
      if let lock = try FileLock(ifFree: path) {
        self = lock
        return
      }
      guard ContinuousClock.now < end else { throw FileLockedError(path: path, holder: Self.holder(path)) }
      usleep(10_000)
    }
  }

  /// One that another user has made can be locked too, though not written.
  private static func open(_ path: Path) throws(FileError) -> OpenFile {
    do throws(FileError) {
      return try OpenFile(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o644)
    } catch {
      guard error.code == EACCES else { throw error }
      return try OpenFile(path, O_RDONLY | O_NOFOLLOW)
    }
  }

  package static func isHeld(_ path: Path) -> Bool {
    guard let file = try? OpenFile(path, O_RDONLY | O_NOFOLLOW) else { return false }
    return (try? file.tryLock(shared: true)) == false
  }

  /// The process that has the lock, or had it last.
  package static func holder(_ path: Path) -> Int32? {
    guard let bytes = try? FileSystem.contents(path) else { return nil }
    return Int32(String(decoding: bytes, as: UTF8.self).prefix { $0.isNumber })
  }
}

package struct FileLockedError: Error, CustomStringConvertible {
  package let path: Path
  /// The process that has it.
  package let holder: Int32?

  package init(path: Path, holder: Int32?) {
    self.path = path
    self.holder = holder
  }

  package var description: String {
    "\(path) is locked by another process" + (holder.map { " (\($0))" } ?? "") + "; wait for its end or stop it"
  }
}
