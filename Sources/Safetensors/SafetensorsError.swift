package import Files
internal import Glibc

/// Why a safetensors file could not be read or written. The description is meant for people.
package struct SafetensorsError: Error, Equatable, CustomStringConvertible {
  package let path: Path
  package let problem: Problem

  package init(path: Path, problem: Problem) {
    self.path = path
    self.problem = problem
  }

  /// A call to the file system that failed.
  init(_ error: FileError) {
    self.init(path: error.path, problem: .system(call: error.function, code: error.code))
  }

  package var description: String { "\(path): \(problem)" }

  package enum Problem: Error, Equatable {
    /// A system call failed; `code` is its errno.
    case system(call: String, code: Int32)
    case notARegularFile
    case tooShort(sizeBytes: Int)
    case headerTooLong(lengthBytes: UInt64, limitBytes: Int)
    case headerBeyondEnd(lengthBytes: UInt64, sizeBytes: Int)
    /// The header is not JSON, or not the JSON that the format asks for.
    case malformedHeader(detail: String)
    case unknownElementType(tensor: String, found: String)
    case impossibleShape(tensor: String, shape: [Int])
    /// The range of a tensor has another length than its shape and type ask for.
    case wrongLength(tensor: String, expectedBytes: Int, offsets: [Int])
    /// The tensors' ranges must follow each other without hole or overlap.
    case misplaced(tensor: String, expectedOffset: Int, offsets: [Int])
    case wrongPayloadSize(expectedBytes: Int, foundBytes: Int)
    case noSuchTensor(String)
    case notFloatingPoint(tensor: String, found: ElementType)
    case wrongElementType(tensor: String, expected: ElementType, found: ElementType)
    case noDigest
    case wrongDigest(expected: String, found: String)

    /// No file of that name, or no folder for it.
    package var isMissingFile: Bool {
      if case .system(_, let code) = self { code == ENOENT } else { false }
    }
  }
}

extension SafetensorsError.Problem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .system(let call, let code):
      "\(call) failed: \(String(cString: strerror(code)))\(code == ELOOP ? " (symbolic links are not followed)" : "")"
    case .notARegularFile:
      "expected a regular file, found a folder, pipe or device"
    case .tooShort(let sizeBytes):
      "not a safetensors file: expected at least 8 bytes, found \(sizeBytes)"
    case .headerTooLong(let lengthBytes, let limitBytes):
      "not a safetensors file, or damaged: its header claims \(lengthBytes) bytes, at most \(limitBytes) are allowed"
    case .headerBeyondEnd(let lengthBytes, let sizeBytes):
      "cut off: its header claims \(lengthBytes) bytes, but the file has \(sizeBytes) in all"
    case .malformedHeader(let detail):
      "damaged header: \(detail)"
    case .unknownElementType(let tensor, let found):
      "tensor \(tensor): unknown element type \(found)"
    case .impossibleShape(let tensor, let shape):
      "tensor \(tensor): impossible shape \(shape)"
    case .wrongLength(let tensor, let expectedBytes, let offsets):
      "tensor \(tensor): its shape needs \(expectedBytes) bytes, its data_offsets are \(offsets)"
    case .misplaced(let tensor, let expectedOffset, let offsets):
      "tensor \(tensor): expected to start at byte \(expectedOffset) of the data, its data_offsets are \(offsets)"
    case .wrongPayloadSize(let expectedBytes, let foundBytes):
      "cut off or padded: expected \(expectedBytes) bytes of tensors, found \(foundBytes)"
    case .noSuchTensor(let name):
      "has no tensor \(name)"
    case .notFloatingPoint(let tensor, let found):
      "tensor \(tensor): expected F16, F32 or F64, found \(found.rawValue)"
    case .wrongElementType(let tensor, let expected, let found):
      "tensor \(tensor): expected \(expected.rawValue), found \(found.rawValue)"
    case .noDigest:
      "carries no \(SafetensorsFile.payloadDigestKey) to check its tensors by"
    case .wrongDigest(let expected, let found):
      "damaged: the SHA-256 of its tensors should be \(expected), it is \(found)"
    }
  }
}
