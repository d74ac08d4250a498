import Foundation
import Images
import Testing
import TestSupport

@Suite struct EncodingTests {
  @Test(arguments: [(1, 1), (61, 43), (300, 7)]) func pillowReadsOurPNGBackUnchanged(_ width: Int, _ height: Int) throws
  {
    let folder = try TemporaryFolder()
    let picture = testPicture(width: width, height: height)
    try folder.write(PNGEncoder.encode(picture), to: "a.png")
    let seen = try Python.run(
      """
      import sys
      from PIL import Image
      image = Image.open(sys.argv[1])
      open(sys.argv[2], "wb").write(image.tobytes())
      print(image.format, image.mode, image.size, image.info["srgb"])
      """, folder.path("a.png"), folder.path("a.raw"))
    #expect(seen == "PNG RGB (\(width), \(height)) 0\n")
    #expect(try Data(contentsOf: URL(filePath: folder.path("a.raw"))) == Data(picture.pixels))
  }

  @Test func ourPNGDecodesToTheSamePicture() throws {
    let picture = testPicture(width: 123, height: 45)
    let decoded = try ImageDecoder.decode(PNGEncoder.encode(picture))
    #expect(decoded.image == picture)
    #expect(decoded.notes.isEmpty)
  }

  @Test func pillowReadsOurJPEGWithFullColourResolution() throws {
    let folder = try TemporaryFolder()
    let picture = testPicture(width: 200, height: 150)
    try folder.write(JPEGEncoder.encode(picture, quality: 95), to: "a.jpg")
    let seen = try Python.run(
      """
      import sys
      from PIL import Image, JpegImagePlugin
      image = Image.open(sys.argv[1])
      open(sys.argv[2], "wb").write(image.tobytes())
      print(image.format, image.mode, image.size, JpegImagePlugin.get_sampling(image))
      """, folder.path("a.jpg"), folder.path("a.raw"))
    #expect(seen == "JPEG RGB (200, 150) 0\n")
    let raw = try [UInt8](Data(contentsOf: URL(filePath: folder.path("a.raw"))))
    let total = zip(raw, picture.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
    #expect(raw.count == picture.pixels.count && total < 2 * raw.count)
  }

  @Test func encodersAreDeterministicAndQualityCounts() throws {
    let picture = testPicture(width: 200, height: 150)
    #expect(try PNGEncoder.encode(picture) == PNGEncoder.encode(picture))
    #expect(try JPEGEncoder.encode(picture, quality: 90) == JPEGEncoder.encode(picture, quality: 90))
    #expect(try JPEGEncoder.encode(picture, quality: 30).count < JPEGEncoder.encode(picture, quality: 90).count)
  }

  @Test func aPictureTooWideForJPEGIsAnErrorInLibjpegsWords() {
    let wide = RGBImage(width: 65501, height: 1, pixels: Array(repeating: 0, count: 65501 * 3))
    let error = #expect(throws: ImageError.Reason.self) { try JPEGEncoder.encode(wide) }
    #expect(
      error?.description == "the JPEG file cannot be made (jpeg_start_compress: Maximum supported image dimension is "
        + "65500 pixels)")
  }
}
