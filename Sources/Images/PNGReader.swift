internal import CImageCodecs

/// libpng's reader over bytes that outlive it.
struct PNGReader: ~Copyable {
  private let reader: OpaquePointer
  let header: CImageCodecsHeader

  init(_ bytes: UnsafeBufferPointer<UInt8>) throws(ImageError.Reason) {
    var header = CImageCodecsHeader()
    var failure = CImageCodecsFailure.none
    guard let start = bytes.baseAddress else { throw .empty }
    guard let reader = CImageCodecsPNGReaderOpen(start, bytes.count, &header, &failure) else {
      throw failure.decodingReason(.png)
    }
    self.reader = reader
    self.header = header
  }

  deinit { CImageCodecsPNGReaderClose(reader) }

  /// H x W x channels, 8-bit: RGB or RGBA.
  func pixels() throws(ImageError.Reason) -> [UInt8] {
    var failure = CImageCodecsFailure.none
    let count = header.pixelCount * Int(header.channels)
    var succeeded = false
    let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      guard let start = buffer.baseAddress else { return }
      succeeded = CImageCodecsPNGReaderReadPixels(reader, start, &failure)
      initializedCount = succeeded ? count : 0
    }
    guard succeeded else { throw failure.decodingReason(.png) }
    return pixels
  }

  /// A TIFF structure; empty when there is none. Complete only after the pixels were read.
  var exif: [UInt8] { CImageCodecsPNGReaderEXIF(reader).array }

  var profile: [UInt8] { CImageCodecsPNGReaderICCProfile(reader).array }
}
