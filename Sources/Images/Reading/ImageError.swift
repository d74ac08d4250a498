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
    /// A link that was named on the command line, and what it leads to.
    case brokenLink(to: Path?)
    /// `kind` is what it is instead, such as "a directory".
    case notRegularFile(kind: String)
    case empty
    case tooManyBytes(sizeBytes: Int, limitBytes: Int)
    case noPixels
    case tooManyPixels(width: Int, height: Int, limit: Int)
    /// The size differs from what it was when the file was opened.
    case changedWhileReading
    /// None of the formats that are read.
    case unsupported(looksLike: String)
    /// The library for the format was not there when Easel was built.
    case notBuiltIn(ImageFormat)
    /// Sound, but of a kind that the format's library does not read, in its own words.
    case unsupportedKind(ImageFormat, String)
    /// The file's light goes beyond white.
    case highDynamicRange(transfer: String)
    case damaged(ImageDamage)
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
    case .brokenLink(let target):
      return "is a symbolic link that leads " + (target.map { "to \($0), where nothing is" } ?? "in a circle")
    case .notRegularFile(let kind):
      return "is \(kind), not a picture file; put the picture itself there"
    case .empty:
      return "is empty (0 bytes); copy the picture again"
    case .tooManyBytes(let size, let limit):
      return "has \(size) bytes, and at most \(limit) are allowed; save the picture smaller"
    case .noPixels:
      return "has no pixels; save the picture anew"
    case .tooManyPixels(let width, let height, let limit):
      return "is \(width)x\(height) pixels, and at most \(limit) pixels in all are allowed; make the picture smaller"
    case .changedWhileReading:
      return "changed its size while it was read; try again when it is complete"
    case .unsupported(let looksLike):
      return "looks like \(looksLike), not like a picture that is read (\(ImageFormat.readable)); "
        + "save it as PNG or JPEG"
    case .notBuiltIn(let format):
      return "is a \(format) picture, and this easel was built without \(format.library); save it as PNG or JPEG"
    case .unsupportedKind(let format, let kind):
      return "is a \(format) file of a kind that is not read (\(kind)); save it as PNG or JPEG"
    case .highDynamicRange(let transfer):
      return "is an HDR picture, with the transfer function \(transfer): it has light that a painting cannot show; "
        + "export it for standard dynamic range (SDR)"
    case .damaged(let damage):
      return "the \(damage.format) file is \(damage.endsEarly ? "cut off" : "damaged"): \(damage.inWords) "
        + "(\(damage.function): \(damage.message)); copy it again\(damage.endsEarly ? ", in full" : " or save it anew")"
        + (damage.leavesPicture ? ", or paint it as it is by `damaged: paint` in the settings" : "")
    case .cannotEncode(let format, let function, let message):
      return "the \(format) file cannot be made (\(function): \(message))"
    }
  }
}
