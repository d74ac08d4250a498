internal import CImageCodecs
internal import Glibc

/// RGB or RGBA PNG, with an sRGB chunk or a profile. The same picture gives the same bytes.
package enum PNGEncoder {
  /// - Throws: the codec's reason.
  package static func encode(_ image: RGBImage) throws(ImageError.Reason) -> [UInt8] {
    try encode(WritablePicture(image))
  }

  /// - Throws: the codec's reason.
  package static func encode(_ picture: WritablePicture) throws(ImageError.Reason) -> [UInt8] {
    let bytes = try encoded(as: "PNG", picture) { picture, count, failure in
      CImageCodecsEncodePNG(picture, &count, &failure)
    }
    let chunks = try PNGChunk.chunks(of: picture.attributes)
    return chunks.isEmpty ? bytes : PNGFile(bytes).inserting(chunks)
  }
}

/// Baseline JPEG without chroma subsampling (4:4:4). The same picture and quality give the same bytes.
package enum JPEGEncoder {
  /// - Parameter quality: 1 to 100; libjpeg brings other values into that range.
  /// - Throws: the codec's reason.
  package static func encode(_ image: RGBImage, quality: Int = 92) throws(ImageError.Reason) -> [UInt8] {
    try encode(WritablePicture(image), quality: quality)
  }

  /// - Throws: the codec's reason; also for what the format cannot hold, transparency and 16 bits.
  package static func encode(_ picture: WritablePicture, quality: Int = 92) throws(ImageError.Reason) -> [UInt8] {
    try picture.refuseUnless8Bits("JPEG")
    guard picture.alpha == nil else {
      throw .cannotEncode(format: "JPEG", function: "alpha", message: "the format has no transparency")
    }
    let bytes = try encoded(as: "JPEG", picture) { picture, count, failure in
      CImageCodecsEncodeJPEG(picture, Int32(clamping: quality), &count, &failure)
    }
    return JPEGFile(bytes).inserting(picture.attributes)
  }
}

/// WebP, RGB or RGBA. The same picture and quality give the same bytes.
package enum WebPEncoder {
  package enum Quality: Equatable, Sendable {
    /// Every pixel as it is.
    case lossless
    /// 1 to 100.
    case lossy(Int)

    var number: Int32 {
      switch self {
      case .lossless: 0
      case .lossy(let quality): Int32(min(max(quality, 1), 100))
      }
    }
  }

  /// Whether the library was there when Easel was built.
  package static var isBuiltIn: Bool { CImageCodecsCanWriteWebP() }

  /// - Throws: the codec's reason.
  package static func encode(_ picture: WritablePicture, quality: Quality) throws(ImageError.Reason) -> [UInt8] {
    try picture.refuseUnless8Bits("WebP")
    let attributes = picture.attributes
    return try encoded(as: "WebP", picture) { picture, count, failure in
      attributes.profile.withSpan { profile in
        attributes.exif.withSpan { exif in
          attributes.xmp.withSpan { xmp in
            CImageCodecsEncodeWebP(picture, quality.number, profile, exif, xmp, &count, &failure)
          }
        }
      }
    }
  }
}

extension WritablePicture {
  fileprivate func refuseUnless8Bits(_ format: String) throws(ImageError.Reason) {
    guard case .sixteenBits = samples else { return }
    throw .cannotEncode(format: format, function: "depth", message: "the format has 8 bits a channel")
  }
}

extension [UInt8] {
  fileprivate func withSpan<Result>(_ body: (CImageCodecsSpan) -> Result) -> Result {
    withUnsafeBufferPointer { body(CImageCodecsSpan(bytes: $0.baseAddress, count: $0.count)) }
  }
}

/// Takes over the bytes that a C encoder allocated.
private func encoded(
  as format: String, _ picture: WritablePicture,
  _ encode: (UnsafePointer<CImageCodecsPicture>, inout Int, inout CImageCodecsFailure) -> UnsafeMutablePointer<UInt8>?
) throws(ImageError.Reason) -> [UInt8] {
  var failure = CImageCodecsFailure.none
  let bytes: [UInt8]? = picture.withCPicture { picture in
    var count = 0
    guard let bytes = withUnsafePointer(to: picture, { encode($0, &count, &failure) }) else { return nil }
    defer { free(bytes) }
    return Array(UnsafeBufferPointer(start: bytes, count: count))
  }
  guard let bytes else { throw failure.encodingReason(format) }
  return bytes
}

extension CImageCodecsFailure {
  func encodingReason(_ format: String) -> ImageError.Reason {
    .cannotEncode(format: format, function: functionName, message: text)
  }
}
