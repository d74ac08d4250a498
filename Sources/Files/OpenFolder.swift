internal import Glibc

/// An open folder, whose entries are reached by its descriptor: whatever happens to the names that led to it, they are its own. No link
/// is followed.
package struct OpenFolder: ~Copyable {
  private let file: OpenFile
  private let path: Path

  /// - Throws: a `FileError`; its `code` is ENOTDIR for what is no folder, also for a link to one.
  package init(_ path: Path) throws(FileError) {
    file = try OpenFile(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    self.path = path
  }

  private init(_ file: consuming OpenFile, _ path: Path) {
    self.file = file
    self.path = path
  }

  /// - Throws: a `FileError`; its `code` is ENOENT for what can be no name.
  package func folder(_ name: FileName) throws(FileError) -> OpenFolder {
    let inner = try OpenFile(name, in: file, at: path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    return OpenFolder(inner, path.appending(name))
  }

  /// A regular file, for reading.
  ///
  /// - Throws: a `FileError`; its `code` is ENOENT for what can be no name and for what is no regular file, ELOOP for a link.
  package func file(_ name: FileName) throws(FileError) -> OpenFile {
    let opened = try OpenFile(name, in: file, at: path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    guard FileStatus(descriptor: opened.descriptor)?.kind == .regular else {
      throw FileError("open", path.appending(name), code: ENOENT)
    }
    return opened
  }

  /// As `Path.names()`.
  package func names() throws(FileError) -> [FileName] {
    // With a dot behind it, since the descriptor itself looks like a link.
    try Path("/proc/self/fd/\(file.descriptor)/.").names()
  }

  package var status: FileStatus? { FileStatus(descriptor: file.descriptor) }

  /// What an entry is itself, through no link; nil where there is none.
  package func status(_ name: FileName) -> FileStatus? {
    guard name.isPlain else { return nil }
    return FileStatus(Path("/proc/self/fd/\(file.descriptor)/.").appending(name))
  }
}

extension FileName {
  /// Whether it can be the name of an entry: not empty, neither `.` nor `..`, without a slash.
  package var isPlain: Bool {
    !bytes.isEmpty && bytes != [0x2E] && bytes != [0x2E, 0x2E] && !bytes.contains(UInt8(ascii: "/"))
      && !bytes.contains(0)
  }
}
