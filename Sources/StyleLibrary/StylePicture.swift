internal import Crypto
internal import Files
internal import Foundation
internal import Glibc
internal import Images
internal import Jobs

/// A picture's bytes, to be remembered as they are.
struct StylePicture {
  let bytes: [UInt8]
  /// SHA-256 of the bytes, in hexadecimal digits.
  let digest: String
  private let path: Path

  /// Reads the file, through no link.
  ///
  /// - Throws: `FileError`, or `ImageError` when it is no regular file or larger than any picture may be.
  init(_ path: Path) throws {
    let limit = ImageLimits().maximumBytes
    let file = try OpenFile(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    guard let status = FileStatus(descriptor: file.descriptor), status.kind == .regular else {
      throw ImageError(path: "\(path)", reason: .notRegularFile(kind: "a folder or a device"))
    }
    guard status.identity.sizeBytes <= limit else {
      let size = Int(status.identity.sizeBytes)
      throw ImageError(path: "\(path)", reason: .tooManyBytes(sizeBytes: size, limitBytes: limit))
    }
    bytes = try file.contents(limitBytes: limit)
    digest = SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
    self.path = path
  }

  /// Decodes the picture, so that only a good one is remembered.
  func decode() throws -> Decoded {
    do {
      let decoded = try ImageDecoder.decode(bytes)
      let size = decoded.image.size(longSide: StyleRecord.thumbnailSize)
      let isSmall = max(decoded.image.width, decoded.image.height) <= StyleRecord.thumbnailSize
      let small = isSmall ? decoded.image : decoded.image.resized(width: size.width, height: size.height)
      return Decoded(
        fileName: decoded.format == .png ? "original.png" : "original.jpg", width: decoded.image.width,
        height: decoded.image.height, thumbnail: try PNGEncoder.encode(small))
    } catch {
      throw ImageError(path: "\(path)", reason: error)
    }
  }

  struct Decoded {
    var fileName: String
    var width: Int
    var height: Int
    /// A PNG file.
    var thumbnail: [UInt8]
  }

  /// What is to be known of it when it is new.
  func record(_ name: StyleName, _ decoded: Decoded, added: Date) -> StyleRecord {
    StyleRecord(
      name: name.text, sha256: digest, width: decoded.width, height: decoded.height, sizeBytes: bytes.count,
      added: added, uses: 0)
  }
}
