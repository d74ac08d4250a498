internal import Glibc

/// The few file operations that inbox and spool are made of.
package enum FileSystem {
  /// The contents, or nil when there is no such file. Follows no link.
  ///
  /// - Throws: a `FileError`; its `code` is EFBIG when there is more than `limitBytes`, ELOOP for a link.
  package static func contents(_ path: Path, limitBytes: Int = 4 << 20) throws(FileError) -> [UInt8]? {
    do throws(FileError) {
      return try OpenFile(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).contents(limitBytes: limitBytes)
    } catch {
      if error.isMissing { return nil }
      throw error
    }
  }

  /// - Throws: a `FileError` with the source's path.
  package static func rename(_ source: Path, _ destination: Path) throws(FileError) {
    let status = source.withCString { source in destination.withCString { Glibc.rename(source, $0) } }
    guard status == 0 else { throw FileError("rename", source) }
  }

  /// Makes a folder; one that is there already is fine.
  ///
  /// - Throws: a `FileError`; its `code` is EEXIST when something else has the name.
  package static func makeFolder(_ path: Path, mode: UInt32 = 0o755) throws(FileError) {
    let status = path.withCString { mkdir($0, mode) }
    guard status == 0 || (errno == EEXIST && FileStatus(path)?.kind == .folder) else { throw FileError("mkdir", path) }
  }

  /// Makes a folder and those that lead to it; a link to a folder is one.
  ///
  /// - Throws: a `FileError` with the folder that could not be made.
  package static func makeFolders(_ path: Path, mode: UInt32 = 0o755) throws(FileError) {
    var folder: Path? = path.isAbsolute ? "/" : nil
    for name in path.components {
      let inner = folder?.appending(name) ?? Path(bytes: name.bytes)
      folder = inner
      if FileStatus(inner.appending("."))?.kind != .folder { try makeFolder(inner, mode: mode) }
    }
  }

  /// What a symbolic link says; nil where there is none.
  package static func target(ofLink path: Path) -> Path? {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = path.withCString { readlink($0, &buffer, buffer.count) }
    return count > 0 ? Path(bytes: Array(buffer[..<count])) : nil
  }

  /// What root has made in another user's folder becomes that user's, with all that is in it; nothing when we are not root.
  ///
  /// - Throws: a `FileError` with the file whose owner could not be changed.
  package static func giveToOwner(of folder: Path, _ path: Path) throws(FileError) {
    guard geteuid() == 0 else { return }
    var owner = stat()
    guard folder.appending(".").withCString({ lstat($0, &owner) }) == 0 else { throw FileError("lstat", folder) }
    guard owner.st_uid != 0 else { return }
    if FileStatus(path)?.kind == .folder {
      for name in try path.names() { try giveToOwner(of: folder, path.appending(name)) }
    }
    guard path.withCString({ lchown($0, owner.st_uid, owner.st_gid) }) == 0 else { throw FileError("lchown", path) }
  }

  /// - Throws: a `FileError`.
  package static func synchronizeFolder(_ path: Path) throws(FileError) {
    try OpenFile(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW).synchronize()
  }

  /// Flushes every regular file below the folder, then the folder.
  ///
  /// - Throws: a `FileError` with the file or folder that could not be flushed.
  package static func synchronizeTree(_ path: Path) throws(FileError) {
    for name in try path.names() {
      let child = path.appending(name)
      switch FileStatus(child)?.kind {
      case .folder: try synchronizeTree(child)
      case .regular: try OpenFile(child, O_RDONLY | O_NOFOLLOW).synchronize()
      default: break
      }
    }
    try synchronizeFolder(path)
  }

  /// Removes a file or a whole folder; nothing there is fine.
  ///
  /// - Throws: a `FileError` with the file or folder that is left.
  package static func remove(_ path: Path) throws(FileError) {
    guard FileStatus(path)?.kind == .folder else {
      let status = path.withCString { unlink($0) }
      guard status == 0 || errno == ENOENT else { throw FileError("unlink", path) }
      return
    }
    for name in try path.names() { try remove(path.appending(name)) }
    try removeFolder(path)
  }

  /// Removes an empty folder; ENOTEMPTY when it is not.
  ///
  /// - Throws: a `FileError`.
  package static func removeFolder(_ path: Path) throws(FileError) {
    let status = path.withCString { rmdir($0) }
    guard status == 0 || errno == ENOENT else { throw FileError("rmdir", path) }
  }

  /// Copies a file or a folder of files onto the disk, all or nothing. Links, pipes and devices are left out.
  ///
  /// - Throws: a `FileError`; nothing of the copy is left then.
  package static func copy(_ source: Path, _ destination: Path) throws(FileError) {
    let temporary = TemporaryName.make(for: destination)
    do throws(FileError) {
      try copyTree(source, temporary)
      try rename(temporary, destination)
    } catch {
      try? remove(temporary)
      throw error
    }
    try synchronizeFolder(destination.folder)
  }

  /// Removes of a folder what is in its copy too; what was added since stays.
  ///
  /// - Throws: a `FileError` with what could not be removed.
  package static func removeCopied(_ source: Path, of copy: Path) throws(FileError) {
    for name in try source.names() {
      guard let copied = FileStatus(copy.appending(name))?.kind else { continue }
      switch FileStatus(source.appending(name))?.kind {
      case .folder where copied == .folder: try removeCopied(source.appending(name), of: copy.appending(name))
      case .regular where copied == .regular: try remove(source.appending(name))
      default: break
      }
    }
    do throws(FileError) {
      try removeFolder(source)
    } catch  where error.code == ENOTEMPTY {}
  }

  /// Whether there is a file or folder at `source` for each one in its copy.
  ///
  /// - Throws: a `FileError` when the copy cannot be read.
  package static func hasAllNames(_ source: Path, of copy: Path) throws(FileError) -> Bool {
    guard FileStatus(source)?.kind == FileStatus(copy)?.kind else { return false }
    guard FileStatus(copy)?.kind == .folder else { return true }
    for name in try copy.names() {
      guard try hasAllNames(source.appending(name), of: copy.appending(name)) else { return false }
    }
    return true
  }

  /// Room left for ordinary users on the file system of `path`; `files` is the number of files that can still be made,
  /// or nil where the file system sets no bound.
  ///
  /// - Throws: a `FileError`.
  package static func freeSpace(_ path: Path) throws(FileError) -> (bytes: Int, files: Int?) {
    var status = statvfs()
    guard path.withCString({ statvfs($0, &status) }) == 0 else { throw FileError("statvfs", path) }
    let bytes = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue
    return (Int(clamping: bytes), status.f_files == 0 ? nil : Int(clamping: status.f_favail))
  }

  private static func copyTree(_ source: Path, _ destination: Path) throws(FileError) {
    guard FileStatus(source)?.kind == .folder else { return try copyFile(source, destination) }
    try makeFolder(destination)
    for name in try source.names() {
      let child = source.appending(name)
      guard let kind = FileStatus(child)?.kind, kind == .folder || kind == .regular else { continue }
      try copyTree(child, destination.appending(name))
    }
    try synchronizeFolder(destination)
  }

  private static func copyFile(_ source: Path, _ destination: Path) throws(FileError) {
    let input = try OpenFile(source, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    let output = try OpenFile(destination, O_WRONLY | O_CREAT | O_EXCL, mode: 0o644)
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while case let count = try input.read(into: &buffer), count > 0 {
      try output.write(Array(buffer[..<count]))
    }
    try output.synchronize()
  }
}
