internal import Files
internal import Foundation
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
  /// - Throws: `ImageError` when it cannot be read, is no regular file or larger than any picture may be.
  init(_ path: Path) throws(ImageError) {
    bytes = try ImageFile.read(path, maximumBytes: ImageLimits().maximumBytes)
    digest = SHA256Digest.hexadecimal(of: bytes)
    self.path = path
  }

  /// Decodes the picture, so that only a good one is remembered.
  func decode() throws -> Decoded {
    do {
      let decoded = try ImageDecoder.decode(bytes)
      return Decoded(
        fileName: StyleOriginal.name(decoded.format), width: decoded.image.width, height: decoded.image.height,
        thumbnail: try PNGEncoder.encode(decoded.image.shrunk(longSide: StyleRecord.thumbnailSize)))
    } catch {
      throw ImageError(path: path, reason: error)
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
