import Files
import Images
import Testing

/// WebP, HEIC, AVIF and TIFF, as Pillow and heif-enc write them.
@Suite struct FormatTests {
  @Test(arguments: [
    "lossless.webp", "alpha.webp", "orientation6.webp", "marked-exif.webp", "animated.webp", "raw.tiff", "lzw.tiff",
    "deflate.tiff", "packbits.tiff", "grey.tiff", "fax.tiff", "palette.tiff", "alpha.tiff", "grey16.tiff",
    "strips.tiff", "pages.tiff", "grey-alpha.tiff", "multiplied.tiff", "planar.tiff", "tiles.tiff", "big-endian16.tiff",
    "cmyk16.tiff", "white-is-zero.tiff", "unknown-channel.tiff", "tiles-1bit.tiff", "thumbnail-first.tiff", "cmyk.tiff",
    "plain.heic", "alpha.heic", "plain.avif", "alpha.avif",
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

  /// The directory of Pillow's and of most files lies behind the pixels, or the pixels could be counted.
  @Test func theRowsOfACutOffStripAreCounted() throws {
    let rgb = testPicture(width: 61, height: 43)
    var bytes = Array("II*\0".utf8) + [8, 0, 0, 0]
    // One uncompressed strip behind its directory.
    let entries: [(UInt16, UInt32)] = [
      (256, 61), (257, 43), (258, 8), (259, 1), (262, 2), (273, 122), (277, 3), (278, 43), (279, 61 * 43 * 3),
    ]
    bytes += [UInt8(entries.count), 0]
    for (tag, value) in entries {
      bytes += [UInt8(tag & 255), UInt8(tag >> 8), 4, 0, 1, 0, 0, 0]
      bytes += withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
    bytes += [0, 0, 0, 0]
    #expect(bytes.count == 122)
    bytes += rgb.pixels
    #expect(try ImageDecoder.decode(bytes).image == rgb)
    let cut = Array(bytes.dropLast(61 * 3 * 2 + 1))
    let reason = try #require(#expect(throws: ImageError.Reason.self) { try ImageDecoder.decode(cut) })
    #expect("\(reason)".contains("the TIFF file is cut off: 40 of 43 rows are there"), "\(reason)")
    let decoded = try ImageDecoder.decode(cut, acceptingDamage: true)
    #expect(decoded.image.pixels == rgb.pixels.prefix(61 * 40 * 3) + Array(repeating: 128, count: 61 * 3 * 3))
  }

  @Test func damageThatLibtiffOnlyWarnsOfIsDamage() throws {
    let bytes = try Fixtures.bytes("spoilt.tiff")
    let reason = try #require(#expect(throws: ImageError.Reason.self) { try ImageDecoder.decode(bytes) })
    #expect("\(reason)".contains("the TIFF file is damaged: "), "\(reason)")
  }

  /// It may have lost how the picture is turned.
  @Test func aWebPWithoutItsEndIsPaintedWithANote() throws {
    let whole = try Fixtures.bytes("orientation6.webp")
    let decoded = try ImageDecoder.decode(Array(whole.dropLast(10)))
    #expect(decoded.notes == [.warning("the file is shorter than it says")])
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
