package import Files

/// Reads pictures from files that anybody may have made.
package enum ImageDecoder {
  /// The picture at `path`: PNG or JPEG by content, upright, 8-bit sRGB.
  ///
  /// - Throws: `ImageError` naming the file, what was found and what to do. Nothing is allocated for a file or picture
  ///   that is above `limits`.
  ///
  /// - Throws: what is wrong with the bytes: no known format, damaged, over a limit.
  package static func decode(path: Path, limits: ImageLimits = ImageLimits()) throws(ImageError) -> DecodedImage {
    let bytes = try ImageFile.read(path, maximumBytes: limits.maximumBytes)
    do {
      return try decode(bytes, limits: limits)
    } catch {
      throw ImageError(path: path, reason: error)
    }
  }

  /// Whether `bytes` begin as a picture that can be read does.
  package static func isPicture(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBufferPointer { (try? ImageFormat(of: $0)) != nil }
  }

  /// The picture in `bytes`, the contents of a file.
  package static func decode(
    _ bytes: [UInt8], limits: ImageLimits = ImageLimits()
  ) throws(ImageError.Reason) -> DecodedImage {
    guard !bytes.isEmpty else { throw .empty }
    guard bytes.count <= limits.maximumBytes else {
      throw .tooManyBytes(sizeBytes: bytes.count, limitBytes: limits.maximumBytes)
    }
    return try bytes.withUnsafeBufferPointer { buffer throws(ImageError.Reason) in
      switch try ImageFormat(of: buffer) {
      case .png: try decodePNG(buffer, limits)
      case .jpeg: try decodeJPEG(buffer, limits)
      }
    }
  }

  private static func decodePNG(
    _ bytes: UnsafeBufferPointer<UInt8>, _ limits: ImageLimits
  ) throws(ImageError.Reason) -> DecodedImage {
    let reader = try PNGReader(bytes)
    try reader.header.check(limits)
    var notes: [DecodingNote] = []
    var pixels = try reader.pixels()
    if reader.header.bitDepth > 8 { notes.append(.reducedTo8Bits(from: Int(reader.header.bitDepth))) }
    if reader.header.channels == 4, PixelConversion.compositeOnWhite(&pixels) { notes.append(.alphaCompositedOnWhite) }
    _ = ColourProfile.apply(reader.profile, to: &pixels, of: .rgb, notes: &notes)
    let stored = RGBImage(width: Int(reader.header.width), height: Int(reader.header.height), pixels: pixels)
    return upright(stored, Orientation(exif: reader.exif), .png, notes)
  }

  private static func decodeJPEG(
    _ bytes: UnsafeBufferPointer<UInt8>, _ limits: ImageLimits
  ) throws(ImageError.Reason) -> DecodedImage {
    let reader = try JPEGReader(bytes)
    try reader.header.check(limits)
    // libjpeg forgets its markers with the last pixel.
    let (orientation, profile) = (Orientation(exif: reader.exif), reader.profile)
    var notes: [DecodingNote] = []
    var pixels = try reader.pixels(maximumScans: limits.maximumScans)
    if let warning = reader.warning { notes.append(.warning(warning)) }
    let isCMYK = reader.header.channels == 4
    let isInverted = reader.header.cmykIsInverted
    let kind: ColourProfile.Pixels = isCMYK ? (isInverted ? .invertedCMYK : .cmyk) : .rgb
    let isConverted = ColourProfile.apply(profile, to: &pixels, of: kind, notes: &notes)
    if isCMYK {
      if !isConverted { PixelConversion.convertFromCMYK(&pixels, inverted: isInverted) }
      notes.append(.convertedFromCMYK)
    }
    let stored = RGBImage(width: Int(reader.header.width), height: Int(reader.header.height), pixels: pixels)
    return upright(stored, orientation, .jpeg, notes)
  }

  private static func upright(
    _ stored: RGBImage, _ orientation: Orientation, _ format: ImageFormat, _ notes: [DecodingNote]
  ) -> DecodedImage {
    let note: [DecodingNote] = orientation == .upright ? [] : [.orientationApplied(orientation.rawValue)]
    return DecodedImage(image: stored.upright(from: orientation), format: format, notes: notes + note)
  }
}
