internal import CImageCodecs

extension CImageCodecsFailure {
  /// A failure to be filled in by a call.
  static var none: CImageCodecsFailure { CImageCodecsFailure() }

  var functionName: String { function.map { String(cString: $0) } ?? "" }

  var text: String {
    withUnsafeBytes(of: message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// - Parameter height: rows of the picture; nil where even that could not be read.
  func decodingReason(_ format: ImageFormat, height: UInt32?) -> ImageError.Reason {
    isUnsupported ? .unsupportedKind(format, text) : .damaged(damage(format, height: height))
  }

  func damage(_ format: ImageFormat, height: UInt32?) -> ImageDamage {
    let rows: ImageDamage.Rows? =
      height.map { height in
        isCoarse ? .coarse : rowsPresent >= height ? .uncertain : .partly(Int(rowsPresent), of: Int(height))
      }
    return ImageDamage(
      format: format, function: functionName, message: text, endsEarly: dataEndedEarly, rows: rows)
  }
}
