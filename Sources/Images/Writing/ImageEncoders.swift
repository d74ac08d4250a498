internal import CImageCodecs
internal import Glibc

/// 8-bit RGB PNG with an sRGB chunk. The same picture gives the same bytes.
package enum PNGEncoder {
  /// - Throws: the codec's reason.
  package static func encode(_ image: RGBImage) throws(ImageError.Reason) -> [UInt8] {
    try encoded(as: .png) { count, failure in
      CImageCodecsEncodePNG(image.pixels, UInt32(image.width), UInt32(image.height), &count, &failure)
    }
  }
}

/// Baseline JPEG without chroma subsampling (4:4:4). The same picture and quality give the same bytes.
package enum JPEGEncoder {
  /// - Parameter quality: 1 to 100; libjpeg brings other values into that range.
  /// - Throws: the codec's reason.
  package static func encode(_ image: RGBImage, quality: Int = 92) throws(ImageError.Reason) -> [UInt8] {
    try encoded(as: .jpeg) { count, failure in
      let quality = Int32(clamping: quality)
      return CImageCodecsEncodeJPEG(image.pixels, UInt32(image.width), UInt32(image.height), quality, &count, &failure)
    }
  }
}

/// Takes over the bytes that a C encoder allocated.
private func encoded(
  as format: ImageFormat, _ encode: (inout Int, inout CImageCodecsFailure) -> UnsafeMutablePointer<UInt8>?
) throws(ImageError.Reason) -> [UInt8] {
  var count = 0
  var failure = CImageCodecsFailure.none
  guard let bytes = encode(&count, &failure) else {
    throw .cannotEncode(format: format.rawValue, function: failure.functionName, message: failure.text)
  }
  defer { free(bytes) }
  return Array(UnsafeBufferPointer(start: bytes, count: count))
}
