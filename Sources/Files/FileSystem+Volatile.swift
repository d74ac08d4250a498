internal import Glibc
package import Jobs

extension FileSystem {
  /// Replaces `path` by `bytes` so that a reader sees either the old or the new contents, but flushes nothing: for what is
  /// written often and worth nothing after a crash. Everybody may read it.
  package static func replaceVolatile(_ path: Path, with bytes: [UInt8]) throws(FileError) {
    let temporary = temporary(for: path)
    // What lies there is from a crash, or not a file at all and nothing to wait for.
    try remove(temporary)
    do throws(FileError) {
      try write(bytes, toNew: temporary)
      try rename(temporary, path)
    } catch {
      try? remove(temporary)
      throw error
    }
  }

  private static func write(_ bytes: [UInt8], toNew path: Path) throws(FileError) {
    let file = try OpenFile(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o644)
    guard fchmod(file.descriptor, 0o644) == 0 else { throw FileError("fchmod", path) }
    try file.write(bytes)
  }
}
