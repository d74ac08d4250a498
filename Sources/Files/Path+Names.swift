internal import Glibc
package import Jobs

extension Path {
  /// The names in this folder but `.` and `..`, sorted by their bytes.
  package func names() throws(FileError) -> [FileName] {
    guard let folder = withCString({ opendir($0) }) else { throw FileError("opendir", self) }
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
