import Foundation
import Images
import Testing
import TestSupport

@Suite struct WritablePictureTests {
  /// As transparent on the left as one can be, opaque on the right.
  private static func ramp(_ picture: RGBImage) -> [UInt8] {
    (0..<picture.height).flatMap { _ in (0..<picture.width).map { UInt8($0 * 255 / (picture.width - 1)) } }
  }

  /// What Pillow finds in a file: its kind, and the raw pixels beside it.
  private static func seen(_ folder: TemporaryFolder, _ name: String) throws -> (kind: String, pixels: [UInt8]) {
    let kind = try Python.run(
      """
      import sys; from PIL import Image
      image = Image.open(sys.argv[1]); open(sys.argv[1] + ".raw", "wb").write(image.tobytes())
      print(image.format, image.mode, image.size)
      """, folder.path(name))
    return (kind, try [UInt8](Data(contentsOf: URL(filePath: folder.path(name + ".raw")))))
  }

  @Test func transparencyIsKeptByPNGAndLosslessWebPToThePixel() throws {
    let folder = try TemporaryFolder()
    let picture = testPicture(width: 61, height: 43)
    let alpha = Self.ramp(picture)
    let writable = WritablePicture(picture, alpha: alpha)
    try folder.write(PNGEncoder.encode(writable), to: "a.png")
    try folder.write(WebPEncoder.encode(writable, quality: .lossless), to: "a.webp")
    let expected = alpha.indices.flatMap { picture.pixels[3 * $0..<3 * $0 + 3] + [alpha[$0]] }
    for (name, format) in [("a.png", "PNG"), ("a.webp", "WEBP")] {
      let seen = try Self.seen(folder, name)
      #expect(seen.kind == "\(format) RGBA (61, 43)\n")
      #expect(seen.pixels == expected, "\(name)")
    }
  }

  @Test func opaquePicturesAreWrittenWithoutAlpha() throws {
    let picture = testPicture(width: 20, height: 10)
    let opaque = WritablePicture(picture, alpha: [UInt8](repeating: 255, count: 200))
    #expect(opaque.alpha == nil)
    #expect(try PNGEncoder.encode(opaque) == PNGEncoder.encode(picture))
  }

  @Test func losslessWebPIsThePictureAndQualityCounts() throws {
    let picture = WritablePicture(testPicture(width: 200, height: 150))
    let lossless = try WebPEncoder.encode(picture, quality: .lossless)
    #expect(try ImageDecoder.decode(lossless).image == testPicture(width: 200, height: 150))
    let sizes = try [20, 60, 95].map { try WebPEncoder.encode(picture, quality: .lossy($0)).count }
    #expect(sizes == sizes.sorted() && sizes[0] < sizes[2] && sizes[2] < lossless.count)
    let lossy = try ImageDecoder.decode(WebPEncoder.encode(picture, quality: .lossy(95))).image
    let total = zip(lossy.pixels, testPicture(width: 200, height: 150).pixels).reduce(0) {
      $0 + abs(Int($1.0) - Int($1.1))
    }
    #expect(total < 4 * lossy.pixels.count)
  }

  /// A ramp of two levels of 8 bits has more than 500 of 16, and Pillow finds them where they were put.
  @Test func sixteenBitsKeepWhatLiesBetweenTheLevelsOfEight() throws {
    let folder = try TemporaryFolder()
    let width = 700
    let samples = (0..<width).flatMap { x in [UInt16](repeating: UInt16(25_700 + x), count: 3) }
    let picture = WritablePicture(width: width, height: 1, .sixteenBits(samples))
    try folder.write(PNGEncoder.encode(picture), to: "a.png")
    let seen = try Python.run(
      """
      import sys, zlib, struct
      data = open(sys.argv[1], "rb").read(); at = 8; pixels = b""
      while at < len(data):
          length, = struct.unpack(">I", data[at:at + 4])
          if data[at + 4:at + 8] == b"IHDR": print(data[at + 16], data[at + 17])
          if data[at + 4:at + 8] == b"IDAT": pixels += data[at + 8:at + 8 + length]
          at += length + 12
      row = zlib.decompress(pixels); kind, row = row[0], bytearray(row[1:])
      if kind == 1:
          for i in range(6, len(row)): row[i] = (row[i] + row[i - 6]) & 255
      else: assert kind == 0, kind
      values = struct.unpack(">%dH" % (len(row) // 2), row)
      print(len(set(values)), values[0], values[-1])
      """, folder.path("a.png"))
    #expect(seen == "16 2\n700 25700 26399\n")
    #expect(
      try ImageDecoder.decode(PNGEncoder.encode(picture)).notes.map(\.description).contains { $0.hasPrefix("16") })
  }

  @Test func whatAFormatCannotHoldIsSaid() throws {
    let picture = testPicture(width: 4, height: 4)
    let transparent = WritablePicture(picture, alpha: [UInt8](repeating: 7, count: 16))
    let deep = WritablePicture(width: 1, height: 1, .sixteenBits([1, 2, 3]))
    let wide = WritablePicture(RGBImage(width: 16384, height: 1, pixels: Array(repeating: 0, count: 16384 * 3)))
    func words(_ encode: () throws -> [UInt8]) -> String? {
      #expect(throws: ImageError.Reason.self) { try encode() }?.description
    }
    #expect(
      words { try JPEGEncoder.encode(transparent) }
        == "the JPEG file cannot be made (alpha: the format has no transparency)")
    #expect(
      words { try WebPEncoder.encode(deep, quality: .lossless) }
        == "the WebP file cannot be made (depth: the format has 8 bits a channel)")
    #expect(words { try JPEGEncoder.encode(deep) }?.contains("8 bits a channel") == true)
    #expect(
      words { try WebPEncoder.encode(wide, quality: .lossless) }
        == "the WebP file cannot be made (WebPEncode: a WebP has at most 16383 pixels on a side)")
  }
}
