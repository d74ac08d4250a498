import Files
import Spool

extension DaemonConfiguration {
  private var folders: [(name: String, path: Path)] {
    [("inbox", inbox), ("outbox", outbox), ("cache", cache), ("styles", styles)]
  }

  /// Makes the folders that are missing.
  ///
  /// - Throws: an `UnusableFolder` for one that cannot be made or used; a `DaemonConfigurationError` when one lies in another:
  ///   results would be taken as inputs, or swept away with the cache.
  package func prepareFolders() throws {
    try checkFolders()
    for (name, path) in folders {
      // A library that is only painted from may be somebody else's.
      let isRead = name == "styles" && !settings.remembersStyles
      try prepare(name, path, for: isRead ? .reading : .writing, mode: 0o777)
    }
    try prepare("outbox", Spool(outbox: outbox).jobs, for: .writing, mode: 0o755)
    // Now that all exist, links and mounts show.
    try checkFolders()
  }

  private func prepare(
    _ name: String, _ path: Path, for use: FileSystem.FolderUse, mode: UInt32
  ) throws(UnusableFolder) {
    do throws(FolderProblem) {
      try FileSystem.makeUsable(path, for: use, mode: mode)
    } catch {
      throw unusable(name, path, error)
    }
  }

  private func unusable(_ name: String, _ path: Path, _ problem: FolderProblem) -> UnusableFolder {
    let key = settingsFile.map { ", or \(name): in \($0)" } ?? ""
    let words = "the \(name == "styles" ? "styles folder" : name) \(path) (--\(name)\(key)) cannot be used: \(problem)"
    return UnusableFolder(description: words, mayPass: problem.mayPass)
  }

  /// Makes this process the only daemon of the outbox, as `Spool.lock` does.
  ///
  /// - Throws: a `FileLockedError`; an `UnusableFolder`.
  func lock(_ spool: Spool) throws -> FileLock {
    do {
      return try spool.lock()
    } catch let error as FileError {
      throw unusable("outbox", outbox, FolderProblem(using: error, .writing))
    }
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

/// One of the four folders that cannot be made or used.
package struct UnusableFolder: Error, CustomStringConvertible {
  /// Which one, what names it, what is wrong, what to do.
  package let description: String
  /// As `FolderProblem.mayPass`.
  package let mayPass: Bool
}
