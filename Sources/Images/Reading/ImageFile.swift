package import Files
internal import Glibc

/// Picture files as bytes: opened so that a name can only ever mean a regular file.
package enum ImageFile {
  /// The whole file.
  ///
  /// Links are not followed and a fifo or device cannot block: the kind and the size are judged on the open descriptor.
  ///
  /// - Throws: an `ImageError` with the path: missing, not a regular file, too large.
  package static func read(_ path: Path, maximumBytes: Int) throws(ImageError) -> [UInt8] {
    do {
      let file = try OpenFile(reading: path)
      let sizeBytes = try regularFileSize(file, path)
      guard sizeBytes > 0 else { throw ImageError.Reason.empty }
      guard sizeBytes <= maximumBytes else {
        throw ImageError.Reason.tooManyBytes(sizeBytes: sizeBytes, limitBytes: maximumBytes)
      }
      let bytes = try file.contents(limitBytes: sizeBytes, reserving: sizeBytes)
      guard bytes.count == sizeBytes else { throw ImageError.Reason.changedWhileReading }
      return bytes
    } catch {
      throw ImageError(path: path, reason: reason(error))
    }
  }

  /// The file that somebody means who names `path` on the command line: through links, where these lead to something.
  ///
  /// - Throws: an `ImageError` for a link that leads nowhere, and for what is no file.
  package static func meant(by path: Path) throws(ImageError) -> Path {
    guard FileStatus(path)?.kind == .symbolicLink else { return path }
    if let followed = path.followingLinks { return followed }
    // Links to pipes, as shells make them, are more than their text.
    if let kind = FileStatus(following: path)?.kind, kind != .regular {
      throw ImageError(path: path, reason: .notRegularFile(kind: kind.inWords))
    }
    let isCircle = FileStatus(following: path) == nil && errno == ELOOP
    throw ImageError(path: path, reason: .brokenLink(to: isCircle ? nil : FileSystem.target(ofLink: path)))
  }

  private static func reason(_ error: any Error) -> ImageError.Reason {
    switch error {
    case let reason as ImageError.Reason: reason
    case let error as FileError where error.code == ELOOP: .symbolicLink
    case let error as FileError where error.code == EFBIG: .changedWhileReading
    case let error as FileError: .systemCall(function: error.function, code: error.code)
    default: preconditionFailure("\(error)")  // nothing else is thrown there
    }
  }

  private static func regularFileSize(_ file: borrowing OpenFile, _ path: Path) throws -> Int {
    guard let status = FileStatus(descriptor: file.descriptor) else { throw FileError("fstat", path) }
    guard status.kind == .regular else { throw ImageError.Reason.notRegularFile(kind: status.kind.inWords) }
    return Int(status.identity.sizeBytes)
  }
}
