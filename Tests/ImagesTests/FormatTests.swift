import Files
import Images
import Testing

/// WebP, HEIC, AVIF and TIFF, as Pillow and heif-enc write them.
@Suite struct FormatTests {
  @Test(arguments: [
    "lossless.webp", "alpha.webp", "orientation6.webp", "marked-exif.webp", "animated.webp", "raw.tiff", "lzw.tiff",
    "deflate.tiff", "packbits.tiff", "grey.tiff", "fax.tiff", "palette.tiff", "alpha.tiff", "grey16.tiff",
    "strips.tiff", "pages.tiff", "thumbnail-first.tiff", "cmyk.tiff", "plain.heic", "alpha.heic", "plain.avif",
    "alpha.avif",
  ]) func whatIsStoredExactlyIsReadExactly(_ name: String) throws {
    let decoded = try ImageDecoder.decode(path: Path(Fixtures.path(name)))
    #expect(try largestDifference(decoded.image, Fixtures.expectation(for: name)) <= 1)
    #expect(decoded.format.fileExtension == name.split(separator: ".").last! || name.hasSuffix("tiff"))
  }

  /// Libraries differ in how they enlarge chroma.
  @Test(arguments: ["lossy.webp", "jpeg.tiff"]) func whatIsStoredNearlyIsReadNearly(_ name: String) throws {
    let decoded = try ImageDecoder.decode(path: Path(Fixtures.path(name)))
    #expect(try largestDifference(decoded.image, Fixtures.expectation(for: name)) <= 8)
  }

  /// Of a conversion from wide colours, where HEIF's own rounding by one level comes before it: 0.22 of the green light is
  /// taken from the red, of which sRGB's curve makes 13 times as much in the dark.
  private static let farthest = 8

  @Test(arguments: ["linear.webp", "linear.tiff", "profile.heic", "profile.avif"])
  func profilesCount(_ name: String) throws {
    let decoded = try ImageDecoder.decode(path: Path(Fixtures.path(name)))
    #expect(try largestDifference(decoded.image, Fixtures.expectation(for: name)) <= Self.farthest)
    #expect(decoded.notes == [.profileConverted(name: name.hasPrefix("profile") ? "Display" : "sRGB-elle-V2-g10.icc")])
  }

  @Test(arguments: ["p3.heic", "p3.avif"]) func codePointsCount(_ name: String) throws {
    let decoded = try ImageDecoder.decode(path: Path(Fixtures.path(name)))
    #expect(decoded.notes == [.profileConverted(name: "nclx 12/13")])
    let expected = try Fixtures.expectation(for: name)
    #expect(largestDifference(decoded.image, expected) <= Self.farthest)
    // It is no small thing.
    #expect(try largestDifference(expected, Fixtures.expectation(for: "plain.avif")) > 5 * Self.farthest)
  }

  @Test(arguments: 1...8) func theOrientationOfATIFFIsUndoneOnce(_ orientation: Int) throws {
    let name = "orientation\(orientation).tiff"
    let decoded = try ImageDecoder.decode(path: Path(Fixtures.path(name)))
    #expect(try largestDifference(decoded.image, Fixtures.expectation(for: name)) == 0)
    #expect(decoded.notes == (orientation == 1 ? [] : [.orientationApplied(orientation, from: .tiff)]))
  }

  @Test(arguments: [
    ("animated.webp", [DecodingNote.firstPicture(of: 2)]), ("pages.tiff", [.firstPicture(of: 2)]),
    ("thumbnail-first.tiff", []), ("grey16.tiff", [.reducedTo8Bits(from: 16)]), ("cmyk.tiff", [.convertedFromCMYK]),
    ("alpha.webp", [.alphaCompositedOnWhite]), ("orientation6.webp", [.orientationApplied(6)]), ("plain.heic", []),
  ]) func whatWasDoneIsNoted(_ name: String, _ notes: [DecodingNote]) throws {
    #expect(try ImageDecoder.decode(path: Path(Fixtures.path(name))).notes == notes)
  }

  @Test(arguments: [
    ("pq.heic", "PQ (SMPTE ST 2084)"), ("hlg.heic", "HLG (ARIB STD-B67)"), ("pq.avif", "PQ (SMPTE ST 2084)"),
    ("hlg.avif", "HLG (ARIB STD-B67)"), ("pq.png", "PQ (SMPTE ST 2084)"), ("hlg.png", "HLG (ARIB STD-B67)"),
  ]) func lightBeyondWhiteIsRefusedByName(_ name: String, _ transfer: String) throws {
    let path = try Path(Fixtures.path(name))
    let error = try #require(#expect(throws: ImageError.self) { try ImageDecoder.decode(path: path) })
    #expect(
      error.description == """
        \(path): is an HDR picture, with the transfer function \(transfer): it has light that a painting cannot show; \
        export it for standard dynamic range (SDR)
        """)
  }

  @Test func aRawCameraFileIsRefusedAndNotPaintedFromItsThumbnail() throws {
    let path = try Path(Fixtures.path("raw-camera.tiff"))
    let error = try #require(#expect(throws: ImageError.self) { try ImageDecoder.decode(path: path) })
    #expect(
      error.description
        == "\(path): is a TIFF file of a kind that is not read (a raw camera picture); save it as PNG or JPEG")
  }

  @Test(arguments: ["lossless.webp", "alpha.webp", "strips.tiff", "plain.heic", "plain.avif"])
  func aCutOffPictureIsRefusedByItsFormat(_ name: String) throws {
    let whole = try Fixtures.bytes(name)
    for sixteenth in 1..<16 {
      let cut = Array(whole.prefix(whole.count * sixteenth / 16))
      let reason = try #require(#expect(throws: ImageError.Reason.self) { try ImageDecoder.decode(cut) })
      #expect("\(reason)".contains("the \(try ImageDecoder.decode(whole).format) file is "), "\(sixteenth): \(reason)")
    }
  }

  @Test func theRowsOfACutOffWebPAreCountedAndPainted() throws {
    let whole = try Fixtures.bytes("lossless.webp")
    let cut = Array(whole.prefix(whole.count * 3 / 4))
    let decoded = try ImageDecoder.decode(cut, acceptingDamage: true)
    guard case .damaged(let damage)? = decoded.notes.first, case .partly(let rows, of: 43)? = damage.rows else {
      Issue.record("\(decoded.notes)")
      return
    }
    let expected = try Fixtures.expectation(for: "lossless.webp")
    #expect(rows > 0 && rows < 43)
    #expect(decoded.image.pixels.prefix(rows * 61 * 3) == expected.pixels.prefix(rows * 61 * 3))
    #expect(decoded.image.pixels.suffix(61 * 3).allSatisfy { $0 == 128 })
  }
}
