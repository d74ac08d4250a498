import Files

extension DaemonConfiguration {
  private var folders: [(name: String, path: Path)] {
    [("inbox", inbox), ("outbox", outbox), ("cache", cache), ("styles", styles)]
  }

  /// Makes the folders that are missing.
  ///
  /// - Throws: when one of them lies in another: results would be taken as inputs, or swept away with the cache.
  package func prepareFolders() throws {
    try checkFolders()
    for folder in folders {
      try FileSystem.makeFolders(folder.path, mode: 0o777)
    }
    // Now that all exist, links and mounts show.
    try checkFolders()
  }

  /// By their names, and where they exist by what they are, whatever links and mounts lead there.
  ///
  /// - Throws: a `DaemonConfigurationError` that names the two folders that meet.
  package func checkFolders() throws {
    for (name, path) in folders {
      for (other, otherPath) in folders where other != name {
        guard path.isInside(otherPath) || Self.contains(otherPath, path) else { continue }
        throw DaemonConfigurationError(
          "the \(name) \(path) lies in the \(other) \(otherPath); choose folders that do not contain each other")
      }
    }
  }

  /// Whether `path`, or a folder that it lies in, is the folder `outer`.
  private static func contains(_ outer: Path, _ path: Path) -> Bool {
    guard let outer = FileStatus(outer.appending("."))?.identity, FileStatus(path.appending(".")) != nil else {
      return false
    }
    var folder = path.resolved
    while true {
      if FileStatus(folder)?.identity.isSameInode(as: outer) == true { return true }
      if folder == "/" { return false }
      folder = folder.folder
    }
  }
}
