internal import Files
internal import Glibc
internal import Jobs

// Where inputs come from.
extension Spool {
  /// Calls `body` with the path of what is moved. A folder that it lies in is held open meanwhile and reached by its
  /// descriptor: whoever may write into the inbox cannot put a link in its place and have something else taken.
  ///
  /// - Returns: false when there is no such folder (any more).
  func withSource(
    of move: ClaimPlan.Move, in inbox: Path, _ body: (Path) throws -> Void
  ) throws -> Bool {
    guard let folder = move.folder else {
      try body(inbox.appending(move.source))
      return true
    }
    // Of an absolute path only the last name can be a stranger's.
    let outer = folder.isAbsolute ? folder.folder : inbox
    return try withFolder(folder.isAbsolute ? folder.components.suffix(1) : folder.components[...], in: outer) { held in
      do {
        try body(held.appending(move.source))
      } catch let error as FileError where error.path == held.appending(move.source) {
        // By the name that people know it by.
        let path = folder.isAbsolute ? folder : inbox.appending(FileName(folder.bytes))
        throw FileError(error.function, path.appending(move.source), code: error.code)
      }
    }
  }

  private func withFolder(
    _ names: ArraySlice<FileName>, in outer: Path, _ body: (Path) throws -> Void
  ) throws -> Bool {
    guard let name = names.first else {
      try body(outer)
      return true
    }
    guard let folder = try Self.openFolder(outer.appending(name)) else { return false }
    defer { withExtendedLifetime(folder) {} }
    // With a dot behind it, since the descriptor itself looks like a link.
    return try withFolder(names.dropFirst(), in: Path("/proc/self/fd/\(folder.descriptor)/."), body)
  }

  private static func openFolder(_ path: Path) throws(FileError) -> OpenFile? {
    do throws(FileError) {
      return try OpenFile(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    } catch {
      guard [ENOENT, ENOTDIR, ELOOP].contains(error.code) else { throw error }
      return nil
    }
  }
}
