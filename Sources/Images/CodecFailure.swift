internal import CImageCodecs

extension CImageCodecsFailure {
  /// A failure to be filled in by a call.
  static var none: CImageCodecsFailure { CImageCodecsFailure() }

  var functionName: String { function.map { String(cString: $0) } ?? "" }

  var text: String {
    withUnsafeBytes(of: message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  func decodingReason(_ format: ImageFormat) -> ImageError.Reason {
    dataEndedEarly
      ? .truncated(format: format, function: functionName, message: text)
      : .damaged(format: format, function: functionName, message: text)
  }
}

extension CImageCodecsSpan {
  /// A copy of the bytes; empty when there are none.
  var array: [UInt8] { Array(UnsafeBufferPointer(start: bytes, count: bytes == nil ? 0 : count)) }
}

extension CImageCodecsHeader {
  var pixelCount: Int { Int(width) * Int(height) }

  /// - Throws: `.tooManyPixels`. A zero size is the libraries' own error.
  func check(_ limits: ImageLimits) throws(ImageError.Reason) {
    // Both factors fit in 32 bits, so the product fits in 64.
    guard pixelCount <= limits.maximumPixels else {
      throw .tooManyPixels(width: Int(width), height: Int(height), limit: limits.maximumPixels)
    }
  }
}
