internal import CImageCodecs

/// libjpeg's reader over bytes that outlive it.
struct JPEGReader: ~Copyable {
  private let reader: OpaquePointer
  let header: CImageCodecsHeader

  init(_ bytes: UnsafeBufferPointer<UInt8>) throws(ImageError.Reason) {
    var header = CImageCodecsHeader()
    var failure = CImageCodecsFailure.none
    guard let start = bytes.baseAddress else { throw .empty }
    guard let reader = CImageCodecsJPEGReaderOpen(start, bytes.count, &header, &failure) else {
      throw failure.decodingReason(.jpeg)
    }
    self.reader = reader
    self.header = header
  }

  deinit { CImageCodecsJPEGReaderClose(reader) }

  /// H x W x channels, 8-bit: RGB or CMYK.
  func pixels(maximumScans: Int) throws(ImageError.Reason) -> [UInt8] {
    var failure = CImageCodecsFailure.none
    let count = header.pixelCount * Int(header.channels)
    var succeeded = false
    let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      guard let start = buffer.baseAddress else { return }
      succeeded = CImageCodecsJPEGReaderReadPixels(reader, start, Int32(clamping: maximumScans), &failure)
      initializedCount = succeeded ? count : 0
    }
    guard succeeded else { throw failure.decodingReason(.jpeg) }
    return pixels
  }

  /// A TIFF structure; empty when there is none, and once the pixels were read.
  var exif: [UInt8] { CImageCodecsJPEGReaderEXIF(reader).array }

  var profile: [UInt8] { CImageCodecsJPEGReaderICCProfile(reader).array }

  var warning: String? { CImageCodecsJPEGReaderWarning(reader).map { String(cString: $0) } }
}
