internal import Glibc

extension Path {
  /// The names in this folder but `.` and `..`, sorted by their bytes. A link to a folder is none.
  ///
  /// - Throws: a `FileError`; its `code` is ENOTDIR for what is no folder.
  package func names() throws(FileError) -> [FileName] {
    let descriptor = withCString { open($0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
    guard descriptor >= 0 else { throw FileError("open", self) }
    guard let folder = fdopendir(descriptor) else {
      let error = FileError("fdopendir", self)
      close(descriptor)
      throw error
    }
    defer { closedir(folder) }
    var names: [FileName] = []
    errno = 0
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { FileName(Array($0.prefix { $0 != 0 })) }
      if name != FileName("."), name != FileName("..") { names.append(name) }
      errno = 0
    }
    guard errno == 0 else { throw FileError("readdir", self) }
    return names.sorted()
  }
}
