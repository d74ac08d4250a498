import Foundation
import Images
import Testing
import TestSupport

@Suite struct AnimatedGIFTests {
  /// What Pillow sees of a GIF: one picture for each frame, and what it says of the animation.
  private func frames(of gif: [UInt8]) throws -> (frames: [RGBImage], facts: String) {
    let folder = try TemporaryFolder()
    try folder.write(gif, to: "a.gif")
    let facts = try Python.run(
      """
      import sys
      from PIL import Image
      image = Image.open(sys.argv[1])
      durations = []
      with open(sys.argv[2], "wb") as raw:
          for i in range(image.n_frames):
              image.seek(i)
              durations.append(image.info["duration"])
              raw.write(image.convert("RGB").tobytes())
      print(image.format, *image.size, image.n_frames, image.info["loop"], durations)
      """, folder.path("a.gif"), folder.path("a.raw"))
    let fields = facts.split(separator: " ")
    let (width, height, count) = try (#require(Int(fields[1])), #require(Int(fields[2])), #require(Int(fields[3])))
    let raw = try [UInt8](Data(contentsOf: URL(filePath: folder.path("a.raw"))))
    let size = width * height * 3
    let pictures = (0..<count).map { i in
      RGBImage(width: width, height: height, pixels: Array(raw[i * size..<(i + 1) * size]))
    }
    return (pictures, facts)
  }

  /// A painting from noise: grey at first, then a picture under less and less noise.
  private func iterate(_ index: Int, of count: Int, width: Int = 300, height: Int = 200) -> RGBImage {
    var state = UInt64(index + 1) &* 0x9E37_79B9_7F4A_7C15
    let strength = index == 0 ? 5.0 : 120 * exp(-5 * Double(index) / Double(count - 1))
    var picture = testPicture(width: width, height: height)
    for i in picture.pixels.indices {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let noise = (Double(state >> 40) / Double(1 << 24) - 0.5) * strength
      let base = index == 0 ? 124 : Double(picture.pixels[i])
      picture.pixels[i] = UInt8(min(max(base + noise, 0), 255).rounded())
    }
    return picture
  }

  private func meanDifference(_ a: RGBImage, _ b: RGBImage) -> Double {
    let sum = zip(a.pixels, b.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
    return Double(sum) / Double(a.pixels.count)
  }

  /// The part of pixels that differ, right of `x`.
  private func changed(_ a: RGBImage, _ b: RGBImage, rightOf x: Int = 0) -> Double {
    var count = 0
    for pixel in 0..<a.width * a.height where pixel % a.width >= x {
      if a.pixels[3 * pixel..<3 * pixel + 3] != b.pixels[3 * pixel..<3 * pixel + 3] { count += 1 }
    }
    return Double(count) / Double((a.width - x) * a.height)
  }

  @Test func pillowSeesEveryFrameWithItsDurationAndAnEndlessLoop() throws {
    let gif = try AnimatedGIF().encode(frameCount: 11) { iterate($0, of: 11) }
    let (_, facts) = try frames(of: gif)
    let durations = Array(repeating: "200", count: 10) + ["2000"]
    #expect(facts == "GIF 300 200 11 0 [\(durations.joined(separator: ", "))]\n")
    #expect(gif.count < 600_000)
  }

  @Test func coloursAreNearTheOriginalsAndNearestAtTheEnd() throws {
    let originals = (0..<11).map { iterate($0, of: 11) }
    let (seen, _) = try frames(of: AnimatedGIF().encode(frameCount: 11) { originals[$0] })
    #expect(meanDifference(seen[0], originals[0]) < 4)
    #expect(meanDifference(seen[10], originals[10]) < 7)
    for (frame, original) in zip(seen, originals) {
      #expect(meanDifference(frame, original) < 20)
      // Seen from afar, where the dots of the dithering merge, the colours are right.
      let far = frame.resized(width: 37, height: 25)
      #expect(meanDifference(far, original.resized(width: 37, height: 25)) < 2.5)
    }
  }

  @Test func aPictureOfFewColoursKeepsThemExactly() throws {
    let colours: [[UInt8]] = [[0, 0, 0], [255, 255, 255], [200, 30, 40], [10, 60, 250]]
    let picture = RGBImage(width: 40, height: 40, pixels: (0..<1600).flatMap { colours[$0 / 7 % 4] })
    let (seen, _) = try frames(of: AnimatedGIF().encode(frameCount: 1) { _ in picture })
    #expect(seen == [picture])
  }

  @Test func framesThatAreEqualStayEqual() throws {
    let picture = testPicture(width: 120, height: 80)
    let one = try AnimatedGIF().encode(frameCount: 1) { _ in picture }
    let five = try AnimatedGIF().encode(frameCount: 5) { _ in picture }
    let (seen, _) = try frames(of: five)
    #expect(seen.count == 5 && Set(seen.map(\.pixels)).count == 1)
    #expect(five.count < one.count + 200)
  }

  @Test func whatDoesNotChangeDoesNotFlickerBesideWhatDoes() throws {
    let still = testPicture(width: 160, height: 100)
    let originals = (0..<6).map { index in
      var frame = still
      let noise = iterate(index + 1, of: 12, width: 160, height: 100)
      for y in 0..<100 {
        let row = y * 480..<y * 480 + 240
        frame.pixels.replaceSubrange(row, with: noise.pixels[row])
      }
      return frame
    }
    let (seen, _) = try frames(of: AnimatedGIF().encode(frameCount: 6) { originals[$0] })
    for i in 1..<6 { #expect(changed(seen[i - 1], seen[i], rightOf: 80) < 0.03) }
  }

  @Test func wideFramesAreShrunkToTheMaximumWidth() throws {
    let gif = try AnimatedGIF(maximumWidth: 50).encode(frameCount: 2) { iterate($0, of: 2) }
    #expect(try frames(of: gif).facts.hasPrefix("GIF 50 33 2 "))
  }

  @Test func delaysAreRoundedToHundredthsAndKeptInRange() throws {
    let gif = AnimatedGIF(delay: .milliseconds(126), finalDelay: .seconds(3600))
    let picture = testPicture(width: 8, height: 8)
    #expect(try frames(of: gif.encode(frameCount: 2) { _ in picture }).facts == "GIF 8 8 2 0 [130, 655350]\n")
    let quick = AnimatedGIF(delay: .zero, finalDelay: .zero)
    #expect(try frames(of: quick.encode(frameCount: 2) { _ in picture }).facts == "GIF 8 8 2 0 [20, 20]\n")
  }

  @Test func theSameFramesGiveTheSameBytes() throws {
    let gif = AnimatedGIF()
    #expect(
      try gif.encode(frameCount: 4) { iterate($0, of: 4) } == gif.encode(frameCount: 4) { iterate($0, of: 4) })
  }

  @Test func framesOfDifferentSizesAreRefused() {
    let error = #expect(throws: ImageError.Reason.self) {
      try AnimatedGIF().encode(frameCount: 2) { testPicture(width: 10 + $0, height: 10) }
    }
    #expect(
      error?.description == "the GIF file cannot be made (frame 1: has 11x10 pixels, the frames before 10x10)")
  }

  @Test func anErrorOfTheFramesComesThrough() {
    struct NoFrame: Error {}
    #expect(throws: NoFrame.self) { try AnimatedGIF().encode(frameCount: 2) { _ in throw NoFrame() } }
  }
}
