import Files
import Images
import Jobs
import Painter
import TestSupport
import Testing

/// `color_mask`: where the photo's colours are preserved.
struct ColourMaskTests {
  private static let base = "size: 60\n"
  private let painting: SmallPainting

  init() throws { painting = try SmallPainting() }

  /// - Parameter light: of a column.
  private func write(_ name: String, width: Int = 60, height: Int = 50, light: (Int) -> UInt8) throws {
    let pixels = (0..<width * height).flatMap { [UInt8](repeating: light($0 % width), count: 3) }
    try painting.folder.write(
      try PNGEncoder.encode(RGBImage(width: width, height: height, pixels: pixels)), to: name)
  }

  private func paint(_ name: String, _ yaml: String) throws -> RGBImage {
    _ = try painting.paint(settings(Self.base + yaml), to: name, cache: "shared")
    return try ImageDecoder.decode(path: Path(painting.folder.path("\(name)/photo/photo.png"))).image
  }

  @Test(arguments: ["luminance", "match_after"])
  func thePhotosColoursAreWhereItIsWhiteAndThePaintingsWhereItIsBlack(way: String) throws {
    try write("left.png") { $0 < 30 ? 255 : 0 }
    try write("half.png") { $0 < 30 ? 255 : 51 }
    let keys = "preserve_colors: \(way)\n"
    let (plain, whole) = (try paint("plain", ""), try paint("whole", keys))
    let (left, half) = (
      try paint("left", keys + "color_mask: left.png"), try paint("half", keys + "color_mask: half.png")
    )
    var preserved = 0
    for index in plain.pixels.indices {
      let column = index / 3 % 60
      if column >= 30 {
        #expect(left.pixels[index] == plain.pixels[index])
      } else if way == "luminance" {
        #expect(left.pixels[index] == whole.pixels[index] && half.pixels[index] == whole.pixels[index])
      }
      if column < 30, left.pixels[index] != plain.pixels[index] { preserved += 1 }
      if column >= 30, way == "luminance" {
        let mixed = 0.8 * Double(plain.pixels[index]) + 0.2 * Double(whole.pixels[index])
        #expect(abs(Double(half.pixels[index]) - mixed) <= 1)
      }
    }
    #expect(preserved > 60 * 50)
  }

  /// The mean and covariance are those of the photo's part that is preserved, but for colours that are cut off at 0 and 255.
  @Test func matchAfterMatchesThePartThatIsPreserved() throws {
    try write("left.png", width: 120, height: 100) { $0 < 60 ? 255 : 0 }
    let matched = try paint("left", "preserve_colors: match_after\ncolor_mask: left.png")
    let photo = try ImageDecoder.decode(path: painting.content).image
    let left = AlphaPlane(width: 60, height: 50, values: (0..<3000).map { $0 % 60 < 30 ? 255 : 0 })
    let (found, wanted) = (ColourStatistics(of: matched, alpha: left), ColourStatistics(of: photo, alpha: left))
    let all = ColourStatistics(of: photo)
    for channel in 0..<3 {
      #expect(abs(found.mean[channel] - wanted.mean[channel]) < 3)
      #expect(abs(found.covariance[channel, channel] / wanted.covariance[channel, channel] - 1) < 0.3)
    }
    #expect((0..<3).contains { abs(wanted.mean[$0] - all.mean[$0]) > 10 }, "the part differs from the whole")
  }

  @Test func itNeedsNoOtherSearchAndHasAResultOfItsOwn() throws {
    try write("left.png") { $0 < 30 ? 255 : 0 }
    try write("right.png") { $0 < 30 ? 0 : 255 }
    try write("white.png") { _ in 255 }
    let keys = Self.base + "preserve_colors: luminance\n"
    let whole = try painting.paint(settings(keys), to: "whole", cache: "a")
    let left = try painting.paint(settings(keys + "color_mask: left.png"), to: "left", cache: "a")
    let right = try painting.paint(settings(keys + "color_mask: right.png"), to: "right", cache: "a")
    let again = try painting.paint(settings(keys + "color_mask: left.png"), to: "again", cache: "a")
    #expect(whole.report.reused == nil)
    #expect(left.report.reused?.kind == "search" && right.report.reused?.kind == "search")
    #expect(again.report.reused?.kind == "result" && again.pictures == left.pictures)
    #expect(left.pictures != right.pictures && left.pictures != whole.pictures)
    let white = try painting.paint(settings(keys + "color_mask: white.png"), to: "white", cache: "a")
    #expect(white.pictures == whole.pictures)
  }

  @Test(arguments: [
    ("black.png", "black.png: the color mask is black everywhere, so nothing is left; make white what is to count"),
    ("narrow.png", "narrow.png: the color mask is 10x50, and"), ("missing.png", "missing.png"),
  ])
  func aMaskThatDoesNotFitIsTold(name: String, says: String) throws {
    try write("black.png") { _ in 0 }
    try write("narrow.png", width: 10) { _ in 255 }
    let error = #expect(throws: (any Error).self) {
      try paint("out", "preserve_colors: luminance\ncolor_mask: \(name)")
    }
    #expect(error.map { "\($0)".contains(says) } == true, "\(error.map { "\($0)" } ?? "")")
  }

  /// The part that is preserved is transparent: there is nothing to match, and no number is lost.
  @Test func whereNothingOfItCanBeSeenNothingIsMatched() throws {
    try write("right.png") { $0 < 30 ? 0 : 255 }
    let photo = try ImageDecoder.decode(path: painting.content).image
    let left = AlphaPlane(width: 60, height: 50, values: (0..<3000).map { $0 % 60 < 30 ? 255 : 0 })
    try painting.folder.write(try PNGEncoder.encode(WritablePicture(photo, alpha: left)), to: "photo.png")
    let plain = try paint("plain", "background: keep")
    #expect(try paint("out", "background: keep\npreserve_colors: match_after\ncolor_mask: right.png") == plain)
  }

  /// One that lies beside the photo is never passed over.
  @Test(arguments: [
    ("none", "a color mask, and preserve_colors: none preserves the photo's colours nowhere; set preserve_colors"),
    ("match_before", "a color mask, and preserve_colors: match_before gives the whole painting the photo's colours"),
  ])
  func aMaskWithoutAUseIsTold(way: String, says: String) throws {
    try write("left.png") { $0 < 30 ? 255 : 0 }
    var files = Inputs<Path>(content: painting.content, style: painting.style)
    files[.colourMask] = [Path(painting.folder.path("left.png"))]
    let error = #expect(throws: (any Error).self) {
      try PaintingIdentity(settings("preserve_colors: \(way)"), files, weights: "w")
    }
    #expect(error.map { "\($0)".contains(says) } == true, "\(error.map { "\($0)" } ?? "")")
    _ = try PaintingIdentity(settings("preserve_colors: luminance"), files, weights: "w")
  }
}
