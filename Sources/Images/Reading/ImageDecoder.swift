internal import CImageCodecs
package import Files

/// Reads pictures from files that anybody may have made.
package enum ImageDecoder {
  /// The picture at `path`: of any of the `ImageFormat`s by content, upright, 8-bit sRGB.
  ///
  /// - Parameters:
  ///   - acceptingDamage: take what there is of a damaged picture, with grey for what is missing.
  ///   - keepingAlpha: what is transparent stays so, and pixels that cannot be seen get colours of those around them. Otherwise it lies
  ///     on white.
  /// - Throws: `ImageError` naming the file, what was found and what to do. Nothing is allocated for a file or picture
  ///   that is above `limits`.
  package static func decode(
    path: Path, limits: ImageLimits = ImageLimits(), acceptingDamage: Bool = false, keepingAlpha: Bool = false
  ) throws(ImageError) -> DecodedImage {
    let bytes = try ImageFile.read(path, maximumBytes: limits.maximumBytes)
    do {
      return try decode(bytes, limits: limits, acceptingDamage: acceptingDamage, keepingAlpha: keepingAlpha)
    } catch {
      throw ImageError(path: path, reason: error)
    }
  }

  /// Whether `bytes` begin as a picture that can be read does.
  package static func isPicture(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBufferPointer { (try? ImageFormat(of: $0)) != nil }
  }

  /// The format of a file that begins so.
  ///
  /// - Throws: the reason why it cannot be read, with a guess at what it is.
  package static func format(of bytes: [UInt8]) throws(ImageError.Reason) -> ImageFormat {
    guard !bytes.isEmpty else { throw .empty }
    let format = try bytes.withUnsafeBufferPointer { bytes throws(ImageError.Reason) in try ImageFormat(of: bytes) }
    guard format.isBuiltIn else { throw .notBuiltIn(format) }
    return format
  }

  /// The picture in `bytes`, the contents of a file.
  package static func decode(
    _ bytes: [UInt8], limits: ImageLimits = ImageLimits(), acceptingDamage: Bool = false, keepingAlpha: Bool = false
  ) throws(ImageError.Reason) -> DecodedImage {
    guard !bytes.isEmpty else { throw .empty }
    guard bytes.count <= limits.maximumBytes else {
      throw .tooManyBytes(sizeBytes: bytes.count, limitBytes: limits.maximumBytes)
    }
    return try bytes.withUnsafeBufferPointer { buffer throws(ImageError.Reason) in
      try decode(
        buffer, ImageFormat(of: buffer), limits, acceptingDamage: acceptingDamage, keepingAlpha: keepingAlpha)
    }
  }

  private static func decode(
    _ bytes: UnsafeBufferPointer<UInt8>, _ format: ImageFormat, _ limits: ImageLimits, acceptingDamage: Bool,
    keepingAlpha: Bool
  ) throws(ImageError.Reason) -> DecodedImage {
    let reader = try PictureReader(bytes, format, limits)
    let header = reader.header
    try header.check(limits)
    let metadata = format == .png ? PictureMetadata(png: bytes) : PictureMetadata(reader)
    let colour = try metadata.colour
    var (pixels, damage) = try reader.pixels(acceptingDamage: acceptingDamage)
    var notes: [DecodingNote] = damage.map { [.damaged($0)] } ?? reader.warning.map { [.warning($0)] } ?? []
    if header.pictureCount > 1 { notes.append(.firstPicture(of: Int(header.pictureCount))) }
    if header.bitDepth > 8 { notes.append(.reducedTo8Bits(from: Int(header.bitDepth))) }
    var alpha = takeAlpha(&pixels, header, keeping: keepingAlpha, &notes)
    convert(&pixels, header, colour, &notes)
    if let damage {
      setMissingRows(of: &pixels, to: 128, damage)
      if alpha != nil { setMissingRows(of: &alpha!, to: 255, damage) }
    }
    let (width, height) = (Int(header.width), Int(header.height))
    let stored = RGBImage(width: width, height: height, pixels: pixels)
    let storedAlpha = alpha.map { AlphaPlane(width: width, height: height, values: $0) }
    var decoded = DecodedImage(image: stored, format: format, notes: notes)
    decoded.alpha = storedAlpha
    (decoded.colour, decoded.exif) = (colour, metadata.exifBytes)
    guard let (orientation, source) = metadata.orientation, !header.isUpright, orientation != .upright else {
      return decoded
    }
    decoded.notes.append(.orientationApplied(orientation.rawValue, from: source))
    decoded.image = stored.upright(from: orientation)
    decoded.alpha = storedAlpha?.upright(from: orientation)
    return decoded
  }

  /// The rows that a cut-off file has not, whatever its colours are.
  ///
  /// - Parameter plane: of all rows.
  private static func setMissingRows(of plane: inout [UInt8], to value: UInt8, _ damage: ImageDamage) {
    guard damage.endsEarly, case .partly(let rows, let height)? = damage.rows else { return }
    let start = plane.count / height * rows
    plane.replaceSubrange(start..., with: repeatElement(value, count: plane.count - start))
  }

  /// Leaves RGB of what comes with an alpha; that is given where it is to be kept and some pixel is not opaque.
  private static func takeAlpha(
    _ pixels: inout [UInt8], _ header: CImageCodecsHeader, keeping: Bool, _ notes: inout [DecodingNote]
  ) -> [UInt8]? {
    let isMultiplied = header.pixels == CImageCodecsPremultipliedRGBA
    guard isMultiplied || header.pixels == CImageCodecsRGBA else { return nil }
    guard keeping else {
      if PixelConversion.compositeOnWhite(&pixels, isMultiplied: isMultiplied) { notes.append(.alphaCompositedOnWhite) }
      return nil
    }
    guard let alpha = PixelConversion.separateAlpha(&pixels, isMultiplied: isMultiplied) else { return nil }
    notes.append(.alphaKept)
    HiddenColours.fill(&pixels, alpha: alpha, width: Int(header.width), height: Int(header.height))
    return alpha
  }

  /// Makes sRGB of what the file stores, without its alpha.
  private static func convert(
    _ pixels: inout [UInt8], _ header: CImageCodecsHeader, _ colour: ColourMeaning, _ notes: inout [DecodingNote]
  ) {
    let kind: ColourProfile.Pixels =
      switch header.pixels {
      case CImageCodecsCMYK: .cmyk
      case CImageCodecsInvertedCMYK: .invertedCMYK
      default: header.isGrey ? .grey : .rgb
      }
    if let range = colour.narrowRange, kind == .rgb || kind == .grey { PixelConversion.expand(&pixels, from: range) }
    let isConverted = colour.apply(to: &pixels, of: kind, notes: &notes)
    guard kind == .cmyk || kind == .invertedCMYK else { return }
    if !isConverted { PixelConversion.convertFromCMYK(&pixels, inverted: kind == .invertedCMYK) }
    notes.append(.convertedFromCMYK)
  }
}
