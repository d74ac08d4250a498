import Files
import Foundation
import Images
import Testing
import TestSupport

@Suite struct DamageTests {
  @Test(arguments: ["rgb8.png", "rgba16-interlaced.png", "palette8.png", "baseline.jpg", "progressive.jpg", "cmyk.jpg"])
  func aPictureCutOffAtAnySixteenthIsRefusedByName(_ name: String) throws {
    let folder = try TemporaryFolder()
    let whole = try Fixtures.bytes(name)
    for sixteenth in 1..<16 {
      let path = try folder.write(whole.prefix(whole.count * sixteenth / 16), to: name)
      let error = #expect(throws: ImageError.self) { try ImageDecoder.decode(path: Path(path)) }
      let text = try #require(error).description
      #expect(text.hasPrefix("\(path): the \(name.hasSuffix("png") ? "PNG" : "JPEG") file is cut off: "))
      #expect(text.contains("); copy it again, in full"))
    }
  }

  /// Only what follows the last pixel may be missing, and then it is said.
  @Test(arguments: [("tiny.png", 22), ("grey.jpg", 3)])
  func aPictureCutOffAtAnyByteIsRefusedUnlessEveryPixelIsThere(_ name: String, _ end: Int) throws {
    let whole = try Fixtures.bytes(name)
    let image = try ImageDecoder.decode(whole).image
    for count in 1..<whole.count {
      let cut = Array(whole.prefix(count))
      guard let decoded = try? ImageDecoder.decode(cut) else { continue }
      #expect(count >= whole.count - end && decoded.image == image && decoded.notes.count == 1, "\(count) bytes")
    }
    #expect(throws: ImageError.Reason.self) { try ImageDecoder.decode(Array(whole.dropLast(end + 1))) }
  }

  @Test func everyFlippedByteOfAPNGIsNoticed() throws {
    let whole = try Fixtures.bytes("tiny.png")
    let image = try ImageDecoder.decode(whole).image
    var refused = 0
    for i in whole.indices {
      var damaged = whole
      damaged[i] ^= 0xFF
      guard let decoded = try? ImageDecoder.decode(damaged) else {
        refused += 1
        continue
      }
      #expect(decoded.image == image && !decoded.notes.isEmpty, "byte \(i)")
    }
    // All but the sums and the end.
    #expect(refused > whole.count / 2)
  }

  @Test func theErrorNamesTheCFunctionThatFailed() throws {
    let png = try Fixtures.bytes("rgb8.png")
    let jpeg = try Fixtures.bytes("baseline.jpg")
    func text(_ bytes: [UInt8]) -> String {
      do throws(ImageError.Reason) { return "\(try ImageDecoder.decode(bytes))" } catch { return "\(error)" }
    }
    #expect(text(Array(png.prefix(20))).contains("png_read_info: the data end before the picture does"))
    #expect(text(Array(png.prefix(3000))).contains("png_read_row: the data end before the picture does"))
    #expect(text(Array(jpeg.prefix(30))).contains("jpeg_read_header: Premature end of JPEG file"))
    #expect(text(Array(jpeg.dropLast(200))).contains("jpeg_read_scanlines: Premature end of JPEG file"))
    let progressive = try Fixtures.bytes("progressive.jpg")
    #expect(text(Array(progressive.dropLast(90))).contains("jpeg_start_decompress: Premature end of JPEG file"))
  }

  /// Damaged data must give an error or a picture of the claimed size, never a crash.
  @Test(arguments: [
    "rgb8.png", "palette8-alpha.png", "baseline.jpg", "progressive.jpg", "ycck.jpg", "orientation6.jpg", "alpha.webp",
    "lzw.tiff", "cmyk.tiff", "plain.heic", "plain.avif",
  ])
  func damagedDataNeverCrashes(_ name: String) throws {
    let whole = try Fixtures.bytes(name)
    var state: UInt64 = 88_172_645_463_325_252
    func random(_ bound: Int) -> Int {
      // Marsaglia's xorshift64.
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(bound))
    }
    var refused = 0
    for _ in 0..<500 {
      var damaged = whole
      for _ in 0...random(4) { damaged[random(damaged.count)] = UInt8(random(256)) }
      let limits = ImageLimits(maximumPixels: 1_000_000)
      _ = try? ImageDecoder.decode(damaged, limits: limits, acceptingDamage: true)
      guard let decoded = try? ImageDecoder.decode(damaged, limits: limits) else {
        refused += 1
        continue
      }
      #expect(decoded.image.width * decoded.image.height <= limits.maximumPixels)
    }
    #expect(refused > 0)
  }
}
