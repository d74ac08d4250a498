internal import CFiles
internal import Glibc

extension FileSystem {
  /// Moves a file or folder to a name that must be free: EEXIST when it is not.
  ///
  /// - Throws: a `FileError`; its `code` is EEXIST when the name is taken.
  package static func moveToFreeName(_ source: Path, _ destination: Path) throws(FileError) {
    let status = source.withCString { source in destination.withCString { CFilesRenameToFreeName(source, $0) } }
    if status == 0 { return }
    // NFS and vfat are among those that know no such rename.
    guard errno == EINVAL || errno == ENOSYS else { throw FileError("renameat2", destination) }
    try linkToFreeName(source, destination)
  }

  /// The same without the kernel's help: a file goes by a link, which replaces nothing either. Folders cannot have two names,
  /// and some file systems have no links: there the name is looked at just before.
  ///
  /// - Throws: a `FileError`; its `code` is EEXIST when the name is taken.
  package static func linkToFreeName(_ source: Path, _ destination: Path) throws(FileError) {
    if FileStatus(source)?.kind == .regular, try hasLinked(source, destination) { return try remove(source) }
    guard FileStatus(destination) == nil else { throw FileError("rename", destination, code: EEXIST) }
    try rename(source, destination)
  }

  /// Gives a file another name beside its own, or where that cannot be copies it; whatever had the name is gone.
  ///
  /// - Throws: a `FileError`.
  package static func linkOrCopy(_ source: Path, _ destination: Path) throws(FileError) {
    try remove(destination)
    if try !hasLinked(source, destination) { try copy(source, destination) }
  }

  /// - Returns: false where a file cannot have two names.
  private static func hasLinked(_ source: Path, _ destination: Path) throws(FileError) -> Bool {
    let status = source.withCString { source in destination.withCString { link(source, $0) } }
    if status == 0 { return true }
    guard [EPERM, EOPNOTSUPP, ENOSYS, EMLINK, EXDEV].contains(errno) else { throw FileError("link", destination) }
    return false
  }
}
