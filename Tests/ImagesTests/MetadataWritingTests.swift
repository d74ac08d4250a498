import Foundation
import Images
import Testing
import TestSupport

/// What a result takes over from a photo, and what it is tagged with.
@Suite struct MetadataWritingTests {
  /// The EXIF data of a photo as Pillow writes them: with a thumbnail, a place, the maker's notes and an orientation.
  private static func exif() throws -> [UInt8] {
    let folder = try TemporaryFolder()
    try Python.run(
      """
      import sys, io, struct; from PIL import Image
      exif = Image.Exif()
      exif[0x010F], exif[0x0112], exif[0x0100] = 'Camera', 6, 4000
      taken = exif.get_ifd(0x8769); taken[0x9003], taken[0xA002], taken[0x927C] = '2024:05:06 07:08:09', 4000, b'note' * 50
      gps = exif.get_ifd(0x8825); gps[1], gps[2] = 'N', (52.0, 30.0, 15.0)
      data = bytearray(exif.tobytes()[6:])
      # A second directory, behind the first: a thumbnail of 64 bytes.
      assert data[:2] == b'MM' or data[:2] == b'II'
      order = '>' if data[:2] == b'MM' else '<'
      first, = struct.unpack(order + 'I', data[4:8]); count, = struct.unpack(order + 'H', data[first:first + 2])
      at = len(data)
      data[first + 2 + 12 * count:first + 6 + 12 * count] = struct.pack(order + 'I', at)
      data += struct.pack(order + 'H', 2) + struct.pack(order + 'HHII', 0x201, 4, 1, at + 30)
      data += struct.pack(order + 'HHII', 0x202, 4, 1, 64) + struct.pack(order + 'I', 0) + b'\\xff\\xd8' + b'thumbnail' * 7
      open(sys.argv[1], 'wb').write(data)
      """, folder.path("exif"))
    return try [UInt8](Data(contentsOf: URL(filePath: folder.path("exif"))))
  }

  @Test func exifIsCarriedOverWithoutWhatTheNewPictureHasNot() throws {
    let folder = try TemporaryFolder()
    let original = try Self.exif()
    #expect(String(decoding: original, as: UTF8.self).contains("thumbnail"))
    let carried = CarriedEXIF.bytes(of: original)
    #expect(!String(decoding: carried, as: UTF8.self).contains("thumbnail"))
    #expect(!String(decoding: carried, as: UTF8.self).contains("notenote"))
    #expect(CarriedEXIF.bytes(of: Array("Exif\0\0".utf8) + original) == carried)
    var picture = WritablePicture(testPicture(width: 8, height: 8))
    picture.attributes.exif = carried
    try folder.write(PNGEncoder.encode(picture), to: "a.png")
    try folder.write(JPEGEncoder.encode(picture), to: "a.jpg")
    try folder.write(WebPEncoder.encode(picture, quality: .lossless), to: "a.webp")
    let seen = try Python.run(
      """
      import sys; from PIL import Image
      for path in sys.argv[1:]:
          exif = Image.open(path).getexif(); taken, gps = exif.get_ifd(0x8769), exif.get_ifd(0x8825)
          print(dict(exif).get(0x010F), exif.get(0x0112), exif.get(0x0100), taken[0x9003], taken.get(0xA002), gps[1], gps[2][0])
      """, folder.path("a.png"), folder.path("a.jpg"), folder.path("a.webp"))
    #expect(seen == String(repeating: "Camera None None 2024:05:06 07:08:09 None N 52.0\n", count: 3))
    // What was written is read again, and nothing is turned.
    #expect(try ImageDecoder.decode(PNGEncoder.encode(picture)).exif == carried)
    #expect(try ImageDecoder.decode(JPEGEncoder.encode(picture)).notes.isEmpty)
  }

  @Test func nothingIsCarriedOverOfNothingAndOfWhatIsNoEXIF() throws {
    #expect(CarriedEXIF.bytes(of: []).isEmpty)
    #expect(CarriedEXIF.bytes(of: Array("Exif\0\0".utf8)).isEmpty)
    #expect(CarriedEXIF.bytes(of: Array("Exif\0\0MM\0*\0\0\0\u{8}".utf8)).isEmpty)
    let sound = try Self.exif()
    for length in stride(from: 0, to: sound.count, by: 7) { _ = CarriedEXIF.bytes(of: Array(sound.prefix(length))) }
    for place in stride(from: 8, to: sound.count, by: 3) {
      var damaged = sound
      damaged[place] = 0xFF
      _ = CarriedEXIF.bytes(of: damaged)
    }
  }

  @Test func tooMuchForASegmentOfJPEGIsLeftOutAndAProfileIsDivided() throws {
    let folder = try TemporaryFolder()
    let plain = WritablePicture(testPicture(width: 8, height: 8))
    var large = plain
    large.attributes.exif = [UInt8](repeating: 1, count: 70_000)
    #expect(try JPEGEncoder.encode(large) == JPEGEncoder.encode(plain))
    large.attributes.exif = []
    large.attributes.profile = (0..<150_000).map { UInt8($0 % 251) }
    try folder.write(JPEGEncoder.encode(large), to: "a.jpg")
    let seen = try Python.run(
      """
      import sys; from PIL import Image
      profile = Image.open(sys.argv[1]).info['icc_profile']
      print(len(profile), all(byte == i % 251 for i, byte in enumerate(profile)))
      """, folder.path("a.jpg"))
    #expect(seen == "150000 True\n")
  }

  @Test(arguments: [OutputProfile.displayP3, .adobeRGB])
  func profilesAreTheSameBytesAtAnyTimeAndReadBackAsWhatTheyAre(profile: OutputProfile) throws {
    #expect(!profile.bytes.isEmpty)
    #expect(profile.bytes == (profile.name == "Adobe RGB" ? OutputProfile.adobeRGB : .displayP3).bytes)
    let picture = testPicture(width: 40, height: 30)
    var samples = picture.pixels.map { UInt16($0) * 257 }
    profile.convert(&samples)
    var tagged = WritablePicture(width: 40, height: 30, .eightBits(samples.map { UInt8((UInt32($0) + 128) / 257) }))
    tagged.attributes.profile = profile.bytes
    let decoded = try ImageDecoder.decode(PNGEncoder.encode(tagged))
    #expect(decoded.notes.map(\.description) == ["colour profile \(profile.name) converted to sRGB"])
    // Where a channel of sRGB is near 0, half a level of a bright channel of Adobe RGB, times 0.4 of the matrix, is 6 of its levels, and there
    // are two such channels.
    #expect(largestDifference(decoded.image, picture) <= 12)
    let total = zip(decoded.image.pixels, picture.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
    #expect(Double(total) < 0.5 * Double(picture.pixels.count))
    #expect(OutputProfile(of: decoded)?.bytes == profile.bytes)
  }

  @Test func xmpIsSoundWhateverTheWordsAre() throws {
    let folder = try TemporaryFolder()
    try folder.write(XMPPacket.bytes(creator: "Easel", description: "a < b & \"c\" > d, é"), to: "a.xmp")
    let seen = try Python.run(
      """
      import sys; import xml.etree.ElementTree as tree
      print([e.text for e in tree.parse(sys.argv[1]).iter() if e.text and e.text.strip()])
      """, folder.path("a.xmp"))
    #expect(seen == "['Easel', 'a < b & \"c\" > d, é']\n")
  }
}
