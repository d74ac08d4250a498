internal import CImageCodecs

/// What a file says of its picture besides the pixels: colours, and how it is turned.
struct PictureMetadata {
  /// As the file has them.
  let exifBytes: [UInt8]
  private var exif = EXIF.none
  private var xmp: [UInt8] = []
  private var profile: [UInt8] = []
  private var codePoints: ColourCodePoints?
  private var png: PNGColours?
  /// Where the format itself says it.
  private var ownOrientation: Orientation?

  /// To be made before the pixels are read.
  init(_ reader: borrowing PictureReader) {
    exifBytes = reader.metadata(CImageCodecsEXIF)
    exif = EXIF(exifBytes)
    xmp = reader.metadata(CImageCodecsXMP)
    profile = reader.metadata(CImageCodecsICCProfile)
    codePoints = ColourCodePoints(
      primaries: Int(reader.header.colourPrimaries), transfer: Int(reader.header.transferCharacteristics))
    ownOrientation = Orientation(rawValue: Int(reader.header.orientation))
  }

  init(png bytes: UnsafeBufferPointer<UInt8>) {
    let chunks = PNGChunks(bytes)
    exifBytes = chunks.exif
    exif = EXIF(exifBytes)
    xmp = chunks.xmp
    png = PNGColours(chunks)
  }

  /// How the picture is turned, and who says so. As Pillow does: EXIF, and XMP where EXIF says nothing.
  var orientation: (Orientation, OrientationSource)? {
    ownOrientation.map { ($0, .tiff) } ?? exif.orientation.map { ($0, .exif) }
      ?? XMP.orientation(xmp).map { ($0, .xmp) }
  }

  /// - Throws: `.highDynamicRange`.
  var colour: ColourMeaning {
    get throws(ImageError.Reason) {
      if let said = try png?.meaning { return said }
      // Beside a profile too: it cannot say light beyond white.
      let described = try codePoints?.meaning("nclx")
      if !profile.isEmpty {
        if let points = ColourProfile(profile)?.codePoints { _ = try points.meaning("cicp") }
        return .profile(profile)
      }
      if let described { return described }
      return exif.isAdobeRGB ? .described(.adobeRGB) : .sRGB
    }
  }
}

/// An XMP packet (ISO 16684-1), of which one number is wanted.
enum XMP {
  /// The `tiff:Orientation`, written as an attribute or as an element.
  static func orientation(_ packet: [UInt8]) -> Orientation? {
    let text = String(decoding: packet, as: UTF8.self)
    guard let match = text.firstMatch(of: /tiff:Orientation\s*(?:=\s*["']|>)\s*([1-8])\s*["'<]/) else { return nil }
    return Int(match.1).flatMap(Orientation.init(rawValue:))
  }
}
