import Files
import Foundation
import Jobs

extension DaemonConfiguration {
  private var folders: [(name: String, path: String)] {
    [("inbox", inbox), ("outbox", outbox), ("cache", cache), ("styles", styles)]
  }

  /// Makes the folders that are missing.
  ///
  /// - Throws: when one of them lies in another: results would be taken as inputs, or swept away with the cache.
  package func prepareFolders() throws {
    try checkFolders()
    for folder in folders {
      try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    }
    // Now that all exist, links and mounts show.
    try checkFolders()
  }

  /// By their names, and where they exist by what they are, whatever links and mounts lead there.
  package func checkFolders() throws {
    for (name, path) in folders {
      for (other, otherPath) in folders where other != name {
        guard (path + "/").hasPrefix(otherPath + "/") || Self.contains(otherPath, path) else { continue }
        throw DaemonConfigurationError(
          "the \(name) \(path) lies in the \(other) \(otherPath); choose folders that do not contain each other")
      }
    }
  }

  /// Whether `path`, or a folder that it lies in, is the folder `outer`.
  private static func contains(_ outer: String, _ path: String) -> Bool {
    guard let outer = FileStatus(Path(outer + "/."))?.identity, var folder = resolved(path) else { return false }
    while true {
      if FileStatus(folder)?.identity.isSameInode(as: outer) == true { return true }
      if folder == Path("/") { return false }
      folder = folder.folder
    }
  }

  private static func resolved(_ path: String) -> Path? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return Path(String(cString: resolved))
  }
}
