internal import Files
internal import Glibc

/// A whole file mapped read-only into memory, unmapped when the value goes away.
///
/// `@unchecked Sendable`: the bytes are never written through this mapping. (Whoever cuts off a mapped file in place
/// makes its readers crash; our own writers only ever rename whole files over it.)
struct MappedFile: ~Copyable, @unchecked Sendable {
  let bytes: UnsafeRawBufferPointer

  /// Maps a regular file, through no link. An empty file has no bytes and no mapping.
  init(_ path: Path) throws(SafetensorsError) {
    let result = Result { () throws(FileError) in try Self.map(path) }
    switch result {
    case .success(let mapped?): bytes = mapped
    case .success(nil): throw SafetensorsError(path: path, problem: .notARegularFile)
    case .failure(let error): throw SafetensorsError(error)
    }
  }

  /// Nil for what is no regular file.
  private static func map(_ path: Path) throws(FileError) -> UnsafeRawBufferPointer? {
    let file = try OpenFile(reading: path)
    guard let status = FileStatus(descriptor: file.descriptor) else { throw FileError("fstat", path) }
    guard status.kind == .regular else { return nil }
    let size = Int(status.identity.sizeBytes)
    guard size > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, file.descriptor, 0), start != MAP_FAILED else {
      throw FileError("mmap", path)
    }
    return UnsafeRawBufferPointer(start: start, count: size)
  }

  deinit {
    if let start = bytes.baseAddress {
      munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    }
  }
}
