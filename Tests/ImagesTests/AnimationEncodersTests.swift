import Files
import Foundation
import Images
import Testing
import TestSupport

@Suite struct AnimationEncodersTests {
  private static let frames = (0..<4).map { testPicture(width: 60, height: 40, phase: Double($0)) }
  private static let steps = [200, 200, 210, 1500].enumerated().map { AnimationStep($0, .milliseconds($1)) }

  @Test func pillowSeesTheFramesOfAnAnimatedPNGAndTheirDurations() throws {
    let folder = try TemporaryFolder()
    try folder.write(APNGEncoder.encode(Self.steps) { Self.frames[$0] }, to: "a.png")
    try folder.write(Data(Self.frames.flatMap(\.pixels)), to: "frames.raw")
    let seen = try Python.run(
      """
      import sys; from PIL import Image
      image = Image.open(sys.argv[1]); frames = open(sys.argv[2], "rb").read(); size = 60 * 40 * 3
      assert image.convert("RGB").tobytes() == frames[-size:], "who knows no animations sees the last frame"
      print(image.format, image.default_image, image.n_frames, image.info["loop"])
      for i in range(1, image.n_frames):
          image.seek(i)
          print(image.convert("RGB").tobytes() == frames[(i - 1) * size:i * size], int(image.info["duration"]))
      """, folder.path("a.png"), folder.path("frames.raw"))
    #expect(seen == "PNG True 5 0\nTrue 200\nTrue 200\nTrue 210\nTrue 1500\n")
    #expect(try ImageDecoder.decode(path: Path(folder.path("a.png"))).image == Self.frames[3])
  }

  @Test func pillowSeesTheFramesOfAnAnimatedWebPAndTheirDurations() throws {
    let folder = try TemporaryFolder()
    let bytes = try WebPAnimationEncoder.encode(Self.steps, quality: .lossless) { Self.frames[$0] }
    try folder.write(bytes, to: "a.webp")
    try folder.write(Data(Self.frames.flatMap(\.pixels)), to: "frames.raw")
    let seen = try Python.run(
      """
      import sys; from PIL import Image
      image = Image.open(sys.argv[1]); frames = open(sys.argv[2], "rb").read(); size = 60 * 40 * 3
      print(image.format, image.n_frames, image.info["loop"])
      before = 0
      for i in range(image.n_frames):
          image.seek(i); image.load()
          print(image.convert("RGB").tobytes() == frames[i * size:(i + 1) * size], image.info["duration"])
      """, folder.path("a.webp"), folder.path("frames.raw"))
    #expect(seen == "WEBP 4 0\nTrue 200\nTrue 200\nTrue 210\nTrue 1500\n")
    let lossy = try WebPAnimationEncoder.encode(Self.steps, quality: .lossy(60)) { Self.frames[$0] }
    #expect(lossy.count < bytes.count)
  }

  @Test func framesOfDifferentSizesAreAnError() throws {
    let frames = [testPicture(width: 60, height: 40), testPicture(width: 60, height: 41)]
    for encode in [
      { try APNGEncoder.encode([AnimationStep(0, .seconds(1)), AnimationStep(1, .seconds(1))]) { frames[$0] } },
      {
        try WebPAnimationEncoder.encode(
          [AnimationStep(0, .seconds(1)), AnimationStep(1, .seconds(1))], quality: .lossless
        ) { frames[$0] }
      },
    ] {
      let error = #expect(throws: ImageError.Reason.self) { _ = try encode() }
      #expect(error?.description.contains("the frames before have others") == true)
    }
  }
}
