import Files
import Foundation
import Images
import Testing
import TestSupport

@Suite struct RefusalTests {
  private func refusal(_ path: String, limits: ImageLimits = ImageLimits()) throws -> String {
    try #require(#expect(throws: ImageError.self) { try ImageDecoder.decode(path: Path(path), limits: limits) })
      .description
  }

  @Test(arguments: [
    ("gif", "a GIF picture"), ("bmp", "a BMP picture"), ("pdf", "a PDF document"), ("ico", "an icon"),
    ("jp2", "a JPEG 2000 picture"),
  ]) func foreignPicturesAreNamed(_ kind: String, _ name: String) throws {
    let path = try Fixtures.path("foreign.\(kind)")
    #expect(
      try refusal(path) == """
        \(path): looks like \(name), not like a picture that is read (PNG, JPEG, WebP, HEIC, AVIF, TIFF); save it as \
        PNG or JPEG
        """)
  }

  @Test(arguments: [
    ("\0\0\0\u{14}ftypqt  ", "a film"), ("\0\0\0\u{0C}JXL ", "a JPEG XL picture"), ("8BPS", "a Photoshop document"),
    ("PK\u{03}\u{04}", "a ZIP archive or office document"), ("<svg width='3'>", "an SVG drawing"),
    ("<!DOCTYPE html><title>404", "a web page"), ("Dear Vincent,\nthe cat sat still.\n", "text"),
    ("\0\0\0\0\0\0", "a file of zero bytes that was never filled in"), ("\u{1}\u{2}\u{3}", "an unknown kind of file"),
  ]) func otherFilesAreNamed(_ contents: String, _ name: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(contents.utf8, to: "cat.content.jpg")
    #expect(try refusal(path).contains("looks like \(name), not like"))
  }

  @Test func anEmptyFileIsRefused() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([], to: "empty.png")
    #expect(try refusal(path) == "\(path): is empty (0 bytes); copy the picture again")
  }

  @Test func aMissingFileIsRefused() throws {
    #expect(try refusal("/nowhere/cat.jpg") == "/nowhere/cat.jpg: open failed: No such file or directory (errno 2)")
  }

  @Test func whatIsNoRegularFileIsRefusedWithoutBlocking() throws {
    let folder = try TemporaryFolder()
    let picture = try folder.write(Fixtures.bytes("tiny.png"), to: "tiny.png")
    #expect(symlink(picture, folder.path("link.png")) == 0)
    #expect(mkfifo(folder.path("fifo.png"), 0o600) == 0)
    #expect(mkdir(folder.path("folder.png"), 0o700) == 0)
    #expect(try refusal(folder.path("link.png")).contains("is a symbolic link, and links are not followed"))
    #expect(try refusal(folder.path("fifo.png")).contains("is a fifo (named pipe), not a picture file"))
    #expect(try refusal(folder.path("folder.png")).contains("is a directory, not a picture file"))
    #expect(try refusal("/dev/null").contains("is a device, not a picture file"))
  }

  @Test func aFileAboveTheLimitIsRefusedBeforeItIsRead() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([], to: "huge.png")
    #expect(truncate(path, 1 << 40) == 0)
    #expect(
      try refusal(path)
        == "\(path): has 1099511627776 bytes, and at most 268435456 are allowed; save the picture smaller")
  }

  @Test func aPNGThatClaimsTooManyPixelsIsRefused() throws {
    let folder = try TemporaryFolder()
    let script = """
      import struct, sys, zlib
      def chunk(kind, data): return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
      head = struct.pack(">IIBBBBB", int(sys.argv[2]), int(sys.argv[3]), 8, 6, 0, 0, 0)
      data = chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
      open(sys.argv[1], "wb").write(b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", head) + data)
      """
    for side in ["100000", "2147483647"] {
      let path = folder.path("\(side).png")
      try Python.run(script, path, side, side)
      #expect(
        try refusal(path)
          == "\(path): is \(side)x\(side) pixels, and at most 100000000 pixels in all are allowed; make the picture smaller"
      )
    }
  }

  @Test func aJPEGThatClaimsTooManyPixelsIsRefused() throws {
    var bytes = try Fixtures.bytes("baseline.jpg")
    // SOF0: FF C0, length, precision, height, width.
    let start = try #require(bytes.indices.first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC0 })
    bytes.replaceSubrange(start + 5..<start + 9, with: [0xFF, 0xDC, 0xFF, 0xDC])
    #expect(throws: ImageError.Reason.tooManyPixels(width: 65500, height: 65500, limit: 100_000_000)) {
      try ImageDecoder.decode(bytes)
    }
  }

  @Test func theLimitsAreExact() throws {
    let bytes = try Fixtures.bytes("tiny.png")
    #expect(throws: Never.self) {
      try ImageDecoder.decode(bytes, limits: ImageLimits(maximumBytes: bytes.count, maximumPixels: 15))
    }
    #expect(throws: ImageError.Reason.tooManyPixels(width: 5, height: 3, limit: 14)) {
      try ImageDecoder.decode(bytes, limits: ImageLimits(maximumPixels: 14))
    }
    #expect(throws: ImageError.Reason.tooManyBytes(sizeBytes: bytes.count, limitBytes: bytes.count - 1)) {
      try ImageDecoder.decode(bytes, limits: ImageLimits(maximumBytes: bytes.count - 1))
    }
  }

  /// A few bytes a scan could keep a decoder busy for hours.
  @Test func aProgressiveJPEGWithTooManyScansIsRefused() throws {
    let bytes = try Fixtures.bytes("progressive.jpg")
    #expect(
      throws: ImageError.Reason.damaged(
        ImageDamage(
          format: .jpeg, function: "jpeg_start_decompress", message: "too many scans", endsEarly: false,
          rows: .partly(0, of: 43)))
    ) {
      try ImageDecoder.decode(bytes, limits: ImageLimits(maximumScans: 3))
    }
  }
}
