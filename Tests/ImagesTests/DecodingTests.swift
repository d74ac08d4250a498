import Files
import Images
import Testing

@Suite struct DecodingTests {
  static let pngs =
    ["grey1", "grey2", "grey4", "grey8", "grey16"].flatMap { [$0, "\($0)-interlaced", "\($0)-key"] }
    + ["rgb8", "rgb16", "rgba8", "rgba16"].flatMap { [$0, "\($0)-interlaced"] }
    + ["greyalpha8", "greyalpha16", "rgb8-key", "rgb16-key", "opaque", "gamma"]
    + ["palette1", "palette2", "palette4", "palette8"].flatMap { [$0, "\($0)-alpha"] }

  static let jpegs = [
    "baseline", "full-colour", "optimised", "progressive", "restarts", "grey", "grey-progressive", "cmyk", "ycck",
    "cmyk-plain",
  ]

  @Test(arguments: pngs) func everyKindOfPNGIsRead(_ name: String) throws {
    let decoded = try ImageDecoder.decode(path: Path(Fixtures.path("\(name).png")))
    #expect(decoded.format == .png)
    #expect(try largestDifference(decoded.image, Fixtures.expectation(for: "\(name).png")) <= 1)
  }

  /// Two levels are left to differences between versions of libjpeg.
  @Test(arguments: jpegs) func everyKindOfJPEGIsRead(_ name: String) throws {
    let decoded = try ImageDecoder.decode(path: Path(Fixtures.path("\(name).jpg")))
    #expect(decoded.format == .jpeg)
    #expect(try largestDifference(decoded.image, Fixtures.expectation(for: "\(name).jpg")) <= 2)
  }

  @Test func theFormatIsKnownByContentNotByName() throws {
    let decoded = try ImageDecoder.decode(path: Path(Fixtures.path("named-wrongly.png")))
    #expect(decoded.format == .jpeg)
    #expect(try largestDifference(decoded.image, Fixtures.expectation(for: "named-wrongly.png")) <= 2)
  }

  @Test(arguments: 1...8, ["jpg", "png"]) func exifOrientationIsApplied(_ orientation: Int, _ kind: String) throws {
    let name = "orientation\(orientation).\(kind)"
    let decoded = try ImageDecoder.decode(path: Path(Fixtures.path(name)))
    #expect(try largestDifference(decoded.image, Fixtures.expectation(for: name)) <= 2)
    #expect(decoded.notes == (orientation == 1 ? [] : [.orientationApplied(orientation)]))
  }

  @Test(arguments: [
    ("rgba8.png", [DecodingNote.alphaCompositedOnWhite]), ("palette4-alpha.png", [.alphaCompositedOnWhite]),
    ("opaque.png", []), ("rgb8.png", []), ("rgb16.png", [.reducedTo8Bits(from: 16)]),
    ("rgba16.png", [.reducedTo8Bits(from: 16), .alphaCompositedOnWhite]), ("cmyk.jpg", [.convertedFromCMYK]),
    ("baseline.jpg", []),
    ("stray.jpg", [.warning("Corrupt JPEG data: 2 extraneous bytes before marker 0xda")]),
  ]) func whatWasDoneIsNoted(_ name: String, _ notes: [DecodingNote]) throws {
    #expect(try ImageDecoder.decode(path: Path(Fixtures.path(name))).notes == notes)
  }

  @Test(arguments: [
    ("wide.png", [DecodingNote.profileConverted(name: "Wide")]), ("wide.jpg", [.profileConverted(name: "Wide")]),
    ("press.jpg", [.profileConverted(name: "Press"), .convertedFromCMYK]),
  ]) func coloursAreConvertedToSRGB(_ name: String, _ notes: [DecodingNote]) throws {
    let decoded = try ImageDecoder.decode(path: Path(Fixtures.path(name)))
    #expect(try largestDifference(decoded.image, Fixtures.expectation(for: name)) <= 3)
    #expect(decoded.notes == notes)
  }

  @Test(arguments: [
    ("srgb.png", []),
    ("wrong-profile.jpg", [DecodingNote.profileIgnored(why: "Press is not for this kind of picture")]),
    ("damaged-profile.jpg", [.profileIgnored(why: "it is damaged")]),
  ]) func aProfileThatDoesNotApplyChangesNothing(_ name: String, _ notes: [DecodingNote]) throws {
    #expect(try ImageDecoder.decode(path: Path(Fixtures.path(name))).notes == notes)
  }

  @Test func notesAreReadable() {
    #expect(DecodingNote.alphaCompositedOnWhite.description == "alpha composited on white")
    #expect(DecodingNote.orientationApplied(6).description == "EXIF orientation 6 applied")
    #expect(DecodingNote.reducedTo8Bits(from: 16).description == "16 bits per channel reduced to 8")
  }
}
