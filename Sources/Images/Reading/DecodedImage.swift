/// A picture as it was read from a file, upright, with what was done to it on the way.
package struct DecodedImage: Equatable, Sendable {
  package var image: RGBImage
  /// Where it was asked for and some pixel is not opaque; colours are not multiplied with it.
  package var alpha: AlphaPlane?
  package var format: ImageFormat
  /// In the order of the steps; for the report.
  package var notes: [DecodingNote]
  /// What its numbers meant in the file.
  var colour = ColourMeaning.sRGB
  /// The file's EXIF data as they are: nothing where there are none.
  package var exif: [UInt8] = []

  package init(image: RGBImage, format: ImageFormat, notes: [DecodingNote]) {
    (self.image, self.format, self.notes) = (image, format, notes)
  }
}

/// One thing that decoding changed or left out.
package enum DecodingNote: Equatable, Sendable, CustomStringConvertible {
  /// The file has more than 8 bits a channel.
  case reducedTo8Bits(from: Int)
  case convertedFromCMYK
  /// Some pixels were not opaque.
  case alphaCompositedOnWhite
  /// Some pixels are not opaque, and that is part of the picture.
  case alphaKept
  /// `name` as the profile calls itself, or what the file says in place of one.
  case profileConverted(name: String)
  case profileIgnored(why: String)
  /// An orientation of 2 to 8, counted as EXIF does, was undone.
  case orientationApplied(Int, from: OrientationSource = .exif)
  case firstPicture(of: Int)
  /// The library found something odd that does not touch the pixels.
  case warning(String)
  /// Painted all the same, because the settings say so.
  case damaged(ImageDamage)

  package var description: String {
    switch self {
    case .reducedTo8Bits(let bits): "\(bits) bits per channel reduced to 8"
    case .convertedFromCMYK: "converted from CMYK"
    case .alphaCompositedOnWhite: "alpha composited on white"
    case .alphaKept: "alpha kept"
    case .profileConverted(let name): "colour profile \(name) converted to sRGB"
    case .profileIgnored(let why): "colour profile ignored: \(why)"
    case .orientationApplied(let value, let source): "\(source.rawValue) orientation \(value) applied"
    case .firstPicture(let count): "the first of \(count) pictures in the file"
    case .warning(let message): "warning: \(message); every pixel is there"
    case .damaged(let damage):
      "damaged: \(damage.inWords)\(damage.isGreyBelow ? ", the others are grey" : "") "
        + "(\(damage.function): \(damage.message))"
    }
  }
}

/// Where a picture says how it is turned.
package enum OrientationSource: String, Sendable {
  case exif = "EXIF"
  case xmp = "XMP"
  case tiff = "TIFF"
}
