import Files
import Images
import Testing

@Suite struct ResizingTests {
  @Test(arguments: [
    ("large", 50, 37), ("large", 512, 382), ("large", 403, 40), ("large", 31, 301), ("large", 1, 1),
    ("large", 402, 300), ("checks", 40, 30), ("checks", 319, 239), ("checks", 100, 7), ("dot", 5, 7),
  ]) func lanczosAgreesWithPillowWithinOneLevel(_ name: String, _ width: Int, _ height: Int) throws {
    let source = try ImageDecoder.decode(path: Path(Fixtures.path("\(name).png"))).image
    let expected = try Fixtures.ppm("\(name)-\(width)x\(height).ppm")
    #expect(largestDifference(source.resized(width: width, height: height), expected) <= 1)
  }

  /// Stripes and checks one pixel wide have no detail left at an eighth of the size: only their mean.
  @Test func shrinkingEightfoldDoesNotAlias() throws {
    let shrunk = try ImageDecoder.decode(path: Path(Fixtures.path("checks.png"))).image.resized(width: 40, height: 30)
    for y in 2..<28 {
      for x in 2..<38 {
        let pixel = 3 * (y * 40 + x)
        for channel in 0..<3 { #expect(abs(Int(shrunk.pixels[pixel + channel]) - 128) <= 2) }
      }
    }
  }

  @Test func aFlatPictureStaysFlat() {
    let flat = RGBImage(width: 37, height: 23, pixels: Array(repeating: 201, count: 37 * 23 * 3))
    for (width, height) in [(5, 90), (100, 3), (74, 46)] {
      #expect(flat.resized(width: width, height: height).pixels.allSatisfy { $0 == 201 })
    }
  }

  @Test func theSameSidesGiveTheSamePicture() {
    let picture = testPicture(width: 40, height: 30)
    #expect(picture.resized(width: 40, height: 30) == picture)
  }

  @Test(arguments: [
    (451, 300, 512, 512, 341), (300, 451, 150, 100, 150), (1000, 1, 10, 10, 1), (10, 10, 7, 7, 7),
    (3, 2, 600, 600, 400),
  ]) func theLongSideSetsTheSize(_ width: Int, _ height: Int, _ longSide: Int, _ newWidth: Int, _ newHeight: Int) {
    let picture = RGBImage(width: width, height: height, pixels: Array(repeating: 0, count: width * height * 3))
    #expect(picture.size(longSide: longSide) == (newWidth, newHeight))
  }
}
