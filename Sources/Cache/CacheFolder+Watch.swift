package import Files

// Whether locks hold from machine to machine is to be seen only by somebody on another machine.
extension CacheFolder {
  private static func watchPath(_ folder: Path) -> Path { folder.appending("leases/watched") }

  /// Locks a file that workers on other machines look at, until the returned value ends.
  ///
  /// - Throws: a `FileError` where the file system has no locks; a `FileLockedError` when another daemon has it already, which does as
  ///   well.
  package static func watch(_ folder: Path) throws -> FileLock {
    let path = watchPath(folder)
    try FileSystem.makeFolders(path.folder, mode: 0o777)
    return try FileLock(path)
  }

  /// Whether a daemon's lock on the folder is seen here.
  package static func isWatched(_ folder: Path) -> Bool { FileLock.isHeld(watchPath(folder)) }
}
