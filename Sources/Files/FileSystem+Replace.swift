internal import Glibc

/// What is left of a file that was just written when the machine loses power.
package enum Durability: Sendable {
  /// It is there: the file is flushed before it gets its name, and the folder afterwards.
  case durable
  /// Perhaps nothing: for what is written often and worth nothing after a crash.
  case volatile
}

extension FileSystem {
  /// Makes or replaces `path` by what `write` puts into the file it is given, so that a reader sees either the old or the new
  /// contents, whole. When anything fails, `path` is as it was and nothing is left.
  ///
  /// - Parameters:
  ///   - mode: of a new file, less what the process's umask takes away.
  ///   - isForAll: whether everybody may read it, whatever the umask is.
  /// - Throws: a `FileError`, or what `write` throws; the old contents are still there then.
  package static func replace(
    _ path: Path, _ durability: Durability = .durable, mode: UInt32 = 0o644, isForAll: Bool = false,
    write: (borrowing OpenFile) throws(FileError) -> Void
  ) throws(FileError) {
    let temporary = TemporaryName.make(for: path)
    do throws(FileError) {
      let file = try OpenFile(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: mode)
      if isForAll { guard fchmod(file.descriptor, 0o644) == 0 else { throw FileError("fchmod", path) } }
      try write(file)
      if durability == .durable { try file.synchronize() }
      try rename(temporary, path)
    } catch {
      try? remove(temporary)
      // By the name that people know.
      throw error.path == temporary ? FileError(error.function, path, code: error.code) : error
    }
    if durability == .durable { try synchronizeFolder(path.folder) }
  }

  /// - Throws: a `FileError`; the old contents are still there then.
  package static func replace(
    _ path: Path, with bytes: [UInt8], _ durability: Durability = .durable, mode: UInt32 = 0o644,
    isForAll: Bool = false
  ) throws(FileError) {
    try replace(path, durability, mode: mode, isForAll: isForAll) { file throws(FileError) in try file.write(bytes) }
  }

  /// Removes from a folder what `replace` and `copy` have left there when their processes were killed.
  package static func removeAbandoned(in folder: Path) {
    for name in (try? folder.names()) ?? [] where TemporaryName.isAbandoned(name) {
      try? remove(folder.appending(name))  // what cannot be removed harms nobody
    }
  }
}
