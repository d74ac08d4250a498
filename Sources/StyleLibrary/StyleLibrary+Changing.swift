internal import Files
package import Jobs

extension StyleLibrary {
  /// Gives a style another name, which must be free.
  ///
  /// - Throws: a `StyleNotFound`, or a `StyleLibraryError` when the new name is taken.
  package func rename(_ old: StyleName, to new: StyleName) throws {
    try whileLocked {
      let original = try original(of: old)
      guard FileStatus(folder(new)) == nil, try !names().contains(where: { $0.text == new.text }) else {
        throw StyleLibraryError("a style called \"\(new)\" is there already; choose another name, or remove that one")
      }
      try FileSystem.rename(original.folder, folder(new))
      try FileSystem.synchronizeFolder(path)
      // Only for people: the folder's name counts.
      guard var reading = try? read(new), reading.damage == nil else { return }
      reading.style.record.name = new.text
      try write(reading.style)
    }
  }

  /// Forgets a style for good. Jobs that are to be painted in it have a copy of their own.
  ///
  /// - Throws: a `StyleNotFound`.
  package func remove(_ name: StyleName) throws {
    try whileLocked {
      let original = try original(of: name)
      let removed = path.appending(".removed")
      try FileSystem.rename(original.folder, removed)
      try FileSystem.synchronizeFolder(path)
      try FileSystem.remove(removed)
    }
  }
}

// The lock.
extension StyleLibrary {
  /// Nobody holds it longer than it takes to write a picture.
  private static let patience: Duration = .seconds(30)

  /// Runs `change` while nobody else changes the library, which is made where it is missing.
  func whileLocked<Result>(_ change: () throws -> Result) throws -> Result {
    try FileSystem.makeUsable(path, for: .writing, mode: 0o777)
    let lock = try lock()
    defer { withExtendedLifetime(lock) {} }
    for leftover in [".new", ".removed"] { try FileSystem.remove(path.appending(leftover)) }
    return try change()
  }

  private func lock() throws -> FileLock {
    do {
      return try FileLock(path.appending(".lock"), patience: Self.patience)
    } catch is FileLockedError {
      throw StyleLibraryError("another process has been changing the styles in \(path) for long; try again later")
    }
  }
}

/// What is wrong with the library or with what was asked of it.
package struct StyleLibraryError: Error, Hashable, CustomStringConvertible {
  package let description: String

  init(_ description: String) {
    self.description = description
  }
}
