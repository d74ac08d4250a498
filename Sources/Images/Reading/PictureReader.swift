internal import CImageCodecs

/// A library's reader over bytes that outlive it: the header first, so that a picture can be refused before memory is
/// allocated for its pixels.
struct PictureReader: ~Copyable {
  private let reader: OpaquePointer
  private let format: ImageFormat
  let header: CImageCodecsHeader

  /// - Throws: the library's reason; `.notBuiltIn` where there is no library for the format.
  init(_ bytes: UnsafeBufferPointer<UInt8>, _ format: ImageFormat, _ limits: ImageLimits) throws(ImageError.Reason) {
    guard CImageCodecsCanRead(format.codec) else { throw .notBuiltIn(format) }
    guard let start = bytes.baseAddress else { throw .empty }
    var header = CImageCodecsHeader()
    var failure = CImageCodecsFailure.none
    let reader = CImageCodecsOpen(
      format.codec, start, bytes.count, limits.maximumPixels, Int32(clamping: limits.maximumScans), &header, &failure)
    guard let reader else { throw failure.decodingReason(format, height: nil) }
    self.reader = reader
    self.format = format
    self.header = header
  }

  deinit { CImageCodecsClose(reader) }

  /// Empty when there is none, and once the pixels were read.
  func metadata(_ kind: CImageCodecsMetadata) -> [UInt8] { CImageCodecsReadMetadata(reader, kind).array }

  /// H x W x channels, 8-bit, and what is wrong with them where that was accepted.
  func pixels(acceptingDamage: Bool) throws(ImageError.Reason) -> (pixels: [UInt8], damage: ImageDamage?) {
    var failure = CImageCodecsFailure.none
    let count = header.pixelCount * header.channels
    var succeeded = false
    let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      guard let start = buffer.baseAddress else { return }
      succeeded = CImageCodecsReadPixels(reader, start, acceptingDamage, &failure)
      initializedCount = succeeded ? count : 0
    }
    guard succeeded else { throw failure.decodingReason(format, height: header.height) }
    return (pixels, failure.function == nil ? nil : failure.damage(format, height: header.height))
  }

  var warning: String? { CImageCodecsWarning(reader).map { String(cString: $0) } }
}

extension CImageCodecsHeader {
  var pixelCount: Int { Int(width) * Int(height) }
  var channels: Int { CImageCodecsChannels(pixels) }

  /// - Throws: `.tooManyPixels`. A zero size is the libraries' own error.
  func check(_ limits: ImageLimits) throws(ImageError.Reason) {
    // Both factors fit in 32 bits, so the product fits in 64.
    guard pixelCount <= limits.maximumPixels else {
      throw .tooManyPixels(width: Int(width), height: Int(height), limit: limits.maximumPixels)
    }
    guard pixelCount > 0 else { throw .noPixels }
  }
}

extension CImageCodecsSpan {
  /// A copy of the bytes; empty when there are none.
  fileprivate var array: [UInt8] { Array(UnsafeBufferPointer(start: bytes, count: bytes == nil ? 0 : count)) }
}
