/// A picture as it was read from a file, upright, with what was done to it on the way.
package struct DecodedImage: Equatable, Sendable {
  package var image: RGBImage
  package var format: ImageFormat
  /// In the order of the steps; for the report.
  package var notes: [DecodingNote]
}

/// One thing that decoding changed or left out.
package enum DecodingNote: Equatable, Sendable, CustomStringConvertible {
  /// A 16-bit file has become 8-bit.
  case reducedTo8Bits(from: Int)
  case convertedFromCMYK
  /// Some pixels were not opaque.
  case alphaCompositedOnWhite
  case profileConverted(name: String)
  case profileIgnored(why: String)
  /// The EXIF orientation, 2 to 8, was undone.
  case orientationApplied(Int)
  /// The library found something odd that does not touch the pixels.
  case warning(String)

  package var description: String {
    switch self {
    case .reducedTo8Bits(let bits): "\(bits) bits per channel reduced to 8"
    case .convertedFromCMYK: "converted from CMYK"
    case .alphaCompositedOnWhite: "alpha composited on white"
    case .profileConverted(let name): "colour profile \(name) converted to sRGB"
    case .profileIgnored(let why): "colour profile ignored: \(why)"
    case .orientationApplied(let value): "EXIF orientation \(value) applied"
    case .warning(let message): "warning: \(message)"
    }
  }
}
