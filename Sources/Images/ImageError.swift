package import Files
internal import Glibc

/// Why a picture could not be read or written: the file, what was found, and what to do.
package struct ImageError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file as the caller named it.
  package var path: Path
  package var reason: Reason

  package enum Reason: Error, Equatable, Sendable {
    /// A system call failed with this errno.
    case systemCall(function: String, code: Int32)
    case symbolicLink
    /// `kind` is what it is instead, such as "a directory".
    case notRegularFile(kind: String)
    case empty
    case tooManyBytes(sizeBytes: Int, limitBytes: Int)
    case tooManyPixels(width: Int, height: Int, limit: Int)
    /// The size differs from what it was when the file was opened.
    case changedWhileReading
    /// Neither PNG nor JPEG.
    case unsupported(looksLike: String)
    /// The data end before the picture does. `function` is the C function that noticed, `message` its words.
    case truncated(format: ImageFormat, function: String, message: String)
    case damaged(format: ImageFormat, function: String, message: String)
    case cannotEncode(format: String, function: String, message: String)
  }

  package init(path: Path, reason: Reason) {
    self.path = path
    self.reason = reason
  }

  package var description: String { "\(path): \(reason)" }
}

extension ImageError.Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .systemCall(let function, let code):
      return "\(function) failed: \(String(cString: strerror(code))) (errno \(code))"
    case .symbolicLink:
      return "is a symbolic link, and links are not followed; put the picture itself there"
    case .notRegularFile(let kind):
      return "is \(kind), not a picture file; put a PNG or JPEG file there"
    case .empty:
      return "is empty (0 bytes); copy the picture again"
    case .tooManyBytes(let size, let limit):
      return "has \(size) bytes, and at most \(limit) are allowed; save the picture smaller"
    case .tooManyPixels(let width, let height, let limit):
      return "is \(width)x\(height) pixels, and at most \(limit) pixels in all are allowed; make the picture smaller"
    case .changedWhileReading:
      return "changed its size while it was read; try again when it is complete"
    case .unsupported(let looksLike):
      return "looks like \(looksLike), not like a PNG or JPEG picture; save it as PNG or JPEG"
    case .truncated(let format, let function, let message):
      return "the \(format) file is cut off (\(function): \(message)); copy it again, in full"
    case .damaged(let format, let function, let message):
      return "the \(format) file is damaged (\(function): \(message)); copy it again or save it anew"
    case .cannotEncode(let format, let function, let message):
      return "the \(format) file cannot be made (\(function): \(message))"
    }
  }
}
