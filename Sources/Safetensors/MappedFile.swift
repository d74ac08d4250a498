internal import Glibc

/// A whole file mapped read-only into memory, unmapped when the value goes away.
///
/// `@unchecked Sendable`: the bytes are never written through this mapping. (Whoever cuts off a mapped file in place
/// makes its readers crash; our own writers only ever rename whole files over it.)
struct MappedFile: ~Copyable, @unchecked Sendable {
  let bytes: UnsafeRawBufferPointer

  /// Maps a regular file. An empty file has no bytes and no mapping.
  init(_ path: String) throws(SafetensorsError) {
    let file = try OpenFile(path, flags: O_RDONLY)
    var status = stat()
    guard fstat(file.descriptor, &status) == 0 else { throw OpenFile.failure("fstat", path) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw SafetensorsError(path: path, problem: .notARegularFile) }
    guard status.st_size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    let size = Int(status.st_size)
    guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, file.descriptor, 0), start != MAP_FAILED else {
      throw OpenFile.failure("mmap", path)
    }
    bytes = UnsafeRawBufferPointer(start: start, count: size)
  }

  deinit {
    if let start = bytes.baseAddress {
      munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    }
  }
}
