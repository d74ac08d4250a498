import Files
import Images
import Testing

/// Files as phones, scanners, old programs and bad copies really make them. Reported, among many, by users of:
///
/// | what | where |
/// |---|---|
/// | scan parameters of zero (Samsung S8 and S9, IP cameras) | OpenImageIO#2837, sharp#1578, jhead#18, zoneminder#279 |
/// | too small a zlib window | libpng#125, libpng#202, libspng#253, pako#174 |
/// | wrong Adler-32 | zune-image#72, image-png#254, w3c/png#40, pngtastic#13 |
/// | wrong CRC of an unneeded chunk | Pillow#1991, Pillow#5672, Pillow#4472 |
/// | wrong CRC of the pixels | Pillow#5800, libjxl#2720 |
/// | unusable profile | ImageMagick#828, dillo#179, labelme#318 |
/// | bytes after the end; a film there (motion photos) | libjxl#4383, sview#138, aves#2120, img-parts#8 |
/// | more data than rows | golang/go#14936, image-png#454, w3c/png#158 |
/// | bytes between segments and before the end | tesseract#103, jpeg-decoder#43, stb#422, opencv#21373 |
/// | fill bytes | OpenPDF#1247 |
/// | no end mark | libyami#801, Pillow#2038, ImageSharp#18, TwelveMonkeys#1054 |
/// | cut off | immich#11030, immich#25202, zune-image#312 |
/// | Apple's own kind of PNG | stb#1456, ImageMagick#8473, opencv#27295 |
@Suite struct OddFileTests {
  @Test(arguments: [
    ("zero-scan-parameters.jpg", "Invalid SOS parameters for sequential JPEG"),
    ("small-window.png", "IDAT: the zlib header announces too small a window"),
    ("wrong-adler.png", "IDAT: incorrect data check"), ("wrong-crc.png", "IDAT: CRC error"),
    ("more-data.png", "IDAT: Extra compressed data"),
    ("no-end.png", "the data end before the picture does"), ("no-end.jpg", "Premature end of JPEG file"),
    ("no-end-progressive.jpg", "Premature end of JPEG file"),
    ("stray.jpg", "Corrupt JPEG data: 2 extraneous bytes before marker 0xda"),
    ("zeros-before-end.jpg", "Corrupt JPEG data: 33 extraneous bytes before marker 0xd9"),
    ("wrong-crc-of-text.png", "tEXt: CRC error"),
  ]) func aPictureWithAllItsPixelsIsPaintedWithANote(_ name: String, _ words: String) throws {
    let decoded = try ImageDecoder.decode(path: Path(Fixtures.path(name)))
    #expect(decoded.notes == [.warning(words)])
    #expect(decoded.notes.first?.description == "warning: \(words); every pixel is there")
    let expected = try Fixtures.expectation(for: name == "stray.jpg" ? "baseline.jpg" : name)
    #expect(largestDifference(decoded.image, expected) <= (name.hasSuffix("png") ? 0 : 2))
  }

  @Test(arguments: [
    ("many-chunks.png", []), ("after-end.png", []), ("fill-bytes.jpg", []), ("motion-photo.jpg", []),
    ("bad-profile.png", [DecodingNote.profileIgnored(why: "it is damaged")]),
  ]) func aPictureThatOnlyLooksOddIsPainted(_ name: String, _ notes: [DecodingNote]) throws {
    let decoded = try ImageDecoder.decode(path: Path(Fixtures.path(name)))
    #expect(decoded.notes == notes)
    #expect(try largestDifference(decoded.image, Fixtures.expectation(for: name)) <= (name.hasSuffix("png") ? 0 : 2))
  }

  @Test(arguments: [
    ("half-and-end.jpg", "damaged: 15 of 43 rows are there (jpeg_read_scanlines: Corrupt JPEG data: premature end"),
    ("spoilt-interval.jpg", "damaged: 15 of 43 rows are there (jpeg_read_scanlines: Corrupt JPEG data: "),
    ("changed-pixel.png", "damaged: every row is there, but may be wrong (png_read_end: IDAT: CRC error)"),
    ("apple.png", "is a PNG file of a kind that is not read (Apple's own PNG, CgBI)"),
  ]) func aPictureWithPixelsMissingOrWrongIsRefused(_ name: String, _ words: String) throws {
    let path = try Path(Fixtures.path(name))
    let error = try #require(#expect(throws: ImageError.self) { try ImageDecoder.decode(path: path) })
    #expect(error.description.contains(words), "\(error)")
    let isHopeless = name == "apple.png"
    #expect(error.description.hasSuffix("by `damaged: paint` in the settings") != isHopeless)
    #expect(((try? ImageDecoder.decode(path: path, acceptingDamage: true)) == nil) == isHopeless)
  }

  /// Rows that are there are right, and those that are not are grey.
  @Test(arguments: [
    ("rgb8.png", 1), ("rgba8.png", 1), ("grey16.png", 1), ("palette8.png", 1), ("baseline.jpg", 16), ("grey.jpg", 8),
    ("cmyk.jpg", 8),
  ]) func aCutOffPictureIsPaintedAsFarAsItGoes(_ name: String, _ rowsTogether: Int) throws {
    let whole = try Fixtures.bytes(name)
    let expected = try Fixtures.expectation(for: name)
    var last = 0
    for sixteenth in [10, 12, 15] {
      let cut = Array(whole.prefix(whole.count * sixteenth / 16))
      let decoded = try ImageDecoder.decode(cut, acceptingDamage: true)
      let damages = decoded.notes.compactMap { if case .damaged(let damage) = $0 { damage } else { nil } }
      guard case .partly(let rows, of: 43)? = damages.first?.rows else {
        Issue.record("\(sixteenth): \(decoded.notes)")
        continue
      }
      #expect(rows >= last && rows < 43 && damages[0].endsEarly)
      // The last row of halved chroma is blended with the one below, and so is not there.
      #expect((rows + (rowsTogether == 16 ? 1 : 0)) % rowsTogether == 0 || rows == 0)
      last = rows
      let sure = rows * 61 * 3
      #expect(decoded.image.pixels.dropFirst(sure).allSatisfy { $0 == 128 })
      let difference = zip(decoded.image.pixels.prefix(sure), expected.pixels).map { abs(Int($0) - Int($1)) }.max() ?? 0
      #expect(difference <= 2)
      #expect(damages[0].inWords == "\(rows) of 43 rows are there")
      #expect(throws: ImageError.Reason.damaged(damages[0])) { try ImageDecoder.decode(cut) }
    }
    #expect(last > 0)
  }

  @Test(arguments: ["rgb8-interlaced.png", "progressive.jpg"])
  func aPictureThatComesInPassesIsPaintedCoarsely(_ name: String) throws {
    let whole = try Fixtures.bytes(name)
    let cut = Array(whole.prefix(whole.count * 3 / 4))
    let decoded = try ImageDecoder.decode(cut, acceptingDamage: true)
    guard case .damaged(let damage)? = decoded.notes.first(where: { if case .damaged = $0 { true } else { false } })
    else {
      Issue.record("\(decoded.notes)")
      return
    }
    #expect(damage.rows == .coarse && damage.inWords == "every row is there, but without its fine detail")
    #expect(!decoded.image.pixels.suffix(61 * 3).allSatisfy { $0 == 128 })
  }
}
