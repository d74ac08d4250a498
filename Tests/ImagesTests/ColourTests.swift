import Files
import Images
import Testing

/// What a picture's numbers mean. Reported, among many, by users of darktable (#4651: a linear profile), Krita
/// (krita-batch-exporter#30: profiles compared by name), ImageSharp (#3197), Pillow (#6666) and libjxl (#3338) for grey
/// profiles, libvips (#2329) and fgallery (#26) for profiles of the wrong kind, libjxl (#4307), libavif (#1139), ImageGlass
/// (#377) and mypaint (#129) for gAMA and cHRM, w3c/png#538 and libvips (#3912) for HDR.
@Suite struct ColourTests {
  @Test(arguments: [
    ("linear.png", "sRGB-elle-V2-g10.icc"), ("linear.jpg", "sRGB-elle-V2-g10.icc"),
    ("grey-profile.png", "Grey Gamma 1.0"), ("grey-profile.jpg", "Grey Gamma 1.0"), ("gamma.png", "gAMA"),
    ("gamma-and-srgb-lights.png", "gAMA and cHRM"), ("profile-before-srgb.png", "sRGB-elle-V2-g10.icc"),
    ("cicp-linear.png", "cICP 1/8"), ("cicp-unknown.png", "sRGB-elle-V2-g10.icc"),
    ("cicp-matrix.png", "sRGB-elle-V2-g10.icc"), ("p3-lights.png", "cHRM"), ("p3-lights-gamma.png", "gAMA and cHRM"),
    ("p3-code-points.png", "cICP 12/13"), ("p3-profile.png", "Display"), ("adobe-by-exif.jpg", "Adobe RGB"),
  ]) func coloursAreWhatTheFileSays(_ name: String, _ source: String) throws {
    let decoded = try ImageDecoder.decode(path: Path(Fixtures.path(name)))
    #expect(decoded.notes == [.profileConverted(name: source)])
    #expect(try largestDifference(decoded.image, Fixtures.expectation(for: name)) <= 3)
  }

  @Test(arguments: [
    "srgb.png", "srgb-by-another-name.png", "gamma-is-srgb.png", "srgb-before-gamma.png", "gamma-before-srgb.png",
    "cicp-before-profile.png",
  ]) func whatIsSRGBAlreadyStaysAsItIs(_ name: String) throws {
    let decoded = try ImageDecoder.decode(path: Path(Fixtures.path(name)))
    #expect(decoded.notes.isEmpty)
    let expected = try Fixtures.expectation(for: name == "srgb.png" ? "srgb-before-gamma.png" : name)
    #expect(largestDifference(decoded.image, expected) == 0)
  }

  @Test func theNarrowRangeOfVideoIsWidened() throws {
    let decoded = try ImageDecoder.decode(path: Path(Fixtures.path("narrow.png")))
    #expect(try largestDifference(decoded.image, Fixtures.expectation(for: "narrow.png")) <= 1)
  }

  /// GIMP writes the mark before EXIF (metadata-extractor-dotnet#316), ImageMagick the raw profiles (exif-js#86), and photo
  /// managers XMP alone (Pillow#4529, Pillow#6462).
  @Test(arguments: [
    ("turned-by-marked-exif.png", OrientationSource.exif), ("turned-by-raw-exif.png", .exif),
    ("turned-by-raw-app1.png", .exif), ("turned-by-xmp.png", .xmp), ("turned-by-packed-xmp.png", .xmp),
    ("turned-after-pixels.png", .exif), ("turned-by-xmp.jpg", .xmp),
  ]) func orientationIsFoundWhereProgramsPutIt(_ name: String, _ source: OrientationSource) throws {
    let decoded = try ImageDecoder.decode(path: Path(Fixtures.path(name)))
    #expect(decoded.notes == [.orientationApplied(6, from: source)])
    #expect(try largestDifference(decoded.image, Fixtures.expectation(for: name)) <= 2)
    #expect(decoded.notes[0].description == "\(source.rawValue) orientation 6 applied")
  }

  @Test func exifIsBelievedBeforeXMP() throws {
    let decoded = try ImageDecoder.decode(path: Path(Fixtures.path("exif-before-xmp.png")))
    #expect(decoded.notes.isEmpty)
  }
}
