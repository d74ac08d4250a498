import Files
import Foundation
import Images
import TestSupport
import Testing

/// Pictures whose transparency is kept.
@Suite struct AlphaTests {
  /// A red disc on hidden green, with one ring of half transparent pixels.
  private static func disc(side: Int = 40) -> (image: RGBImage, alpha: AlphaPlane) {
    var pixels: [UInt8] = []
    var alpha: [UInt8] = []
    for y in 0..<side {
      for x in 0..<side {
        let distance = hypot(Double(x) - Double(side - 1) / 2, Double(y) - Double(side - 1) / 2) / Double(side)
        alpha.append(distance < 0.3 ? 255 : distance < 0.33 ? 128 : 0)
        pixels += alpha.last == 0 ? [0, 255, 0] : [200, UInt8(y), UInt8(x)]
      }
    }
    return (RGBImage(width: side, height: side, pixels: pixels), AlphaPlane(width: side, height: side, values: alpha))
  }

  @Test func coloursThatCanBeSeenComeBackAsTheyAreWithTheirAlpha() throws {
    let (image, alpha) = Self.disc()
    let files = [
      try PNGEncoder.encode(WritablePicture(image, alpha: alpha)),
      try WebPEncoder.encode(WritablePicture(image, alpha: alpha), quality: .lossless),
    ]
    for bytes in files {
      let decoded = try ImageDecoder.decode(bytes, keepingAlpha: true)
      #expect(decoded.alpha == alpha && decoded.notes == [.alphaKept])
      for pixel in alpha.values.indices where alpha.values[pixel] > 0 {
        #expect(decoded.image.pixels[3 * pixel..<3 * pixel + 3] == image.pixels[3 * pixel..<3 * pixel + 3])
      }
      let white = try ImageDecoder.decode(bytes)
      #expect(white.alpha == nil && white.notes == [.alphaCompositedOnWhite])
      #expect(white.image == alpha.onWhite(image) && white.image == alpha.onWhite(decoded.image))
    }
  }

  /// The green that a program has left there is nowhere, and neither are black or white.
  @Test func whatCannotBeSeenHasTheColoursAroundIt() throws {
    let (image, alpha) = Self.disc()
    let bytes = try PNGEncoder.encode(WritablePicture(image, alpha: alpha))
    let filled = try ImageDecoder.decode(bytes, keepingAlpha: true).image
    for pixel in alpha.values.indices {
      let colour = filled.pixels[3 * pixel..<3 * pixel + 3].map(Int.init)
      #expect(abs(colour[0] - 200) <= 2 && colour[1] <= 40 && colour[2] <= 40, "\(colour)")
    }
    // Continued, not averaged: beyond the upper edge it is as there.
    let (top, bottom) = (Int(filled.pixels[3 * 20 + 1]), Int(filled.pixels[3 * (39 * 40 + 20) + 1]))
    #expect(top < 14 && bottom > 26, "\(top) \(bottom)")
  }

  @Test(arguments: [(5, 7), (1, 9), (64, 3), (33, 32)])
  func onePixelThatCanBeSeenColoursAll(width: Int, height: Int) throws {
    for seen in [0, width * height / 2, width * height - 1] {
      var pixels = [UInt8](repeating: 9, count: 3 * width * height)
      var alpha = [UInt8](repeating: 0, count: width * height)
      pixels.replaceSubrange(3 * seen..<3 * seen + 3, with: [10, 120, 250])
      alpha[seen] = 1
      let picture = WritablePicture(RGBImage(width: width, height: height, pixels: pixels), alpha: alpha)
      let filled = try ImageDecoder.decode(PNGEncoder.encode(picture), keepingAlpha: true).image
      #expect(filled.pixels == (0..<width * height).flatMap { _ in [10, 120, 250] as [UInt8] })
    }
  }

  @Test func anOpaquePictureIsTheSameEitherWay() throws {
    for name in ["opaque.png", "rgb8.png", "baseline.jpg"] {
      let path = Path(try Fixtures.path(name))
      #expect(try ImageDecoder.decode(path: path, keepingAlpha: true) == ImageDecoder.decode(path: path))
    }
  }

  /// Every format's alpha, with and without colours that are multiplied with it: on white it is what it always was.
  @Test(arguments: [
    "rgba8.png", "rgba16.png", "greyalpha8.png", "palette4-alpha.png", "rgb8-key.png", "alpha.webp", "grey-alpha.tiff",
    "multiplied.tiff", "alpha.avif", "alpha.heic",
  ])
  func everyKindOfAlphaIsKept(name: String) throws {
    let path = Path(try Fixtures.path(name))
    let (kept, white) = (
      try ImageDecoder.decode(path: path, keepingAlpha: true), try ImageDecoder.decode(path: path)
    )
    let alpha = try #require(kept.alpha)
    #expect(kept.notes.contains(.alphaKept) && !kept.notes.contains(.alphaCompositedOnWhite))
    #expect(largestDifference(alpha.onWhite(kept.image), white.image) <= 1)
  }

  @Test(arguments: 2...8) func itIsTurnedWithThePicture(orientation: Int) throws {
    let folder = try TemporaryFolder()
    let (image, _) = Self.disc(side: 12)
    let alpha = (0..<12 * 12).map { (pixel: Int) -> UInt8 in
      pixel % 12 < 4 && pixel / 12 < 7 ? 255 : UInt8(pixel)
    }
    try folder.write(PNGEncoder.encode(WritablePicture(image, alpha: alpha)), to: "a.png")
    try Python.run(
      """
      import sys; from PIL import Image, ImageOps
      image = Image.open(sys.argv[1] + '/a.png').resize((12, 9))
      exif = Image.Exif(); exif[0x0112] = int(sys.argv[2])
      image.save(sys.argv[1] + '/turned.png', exif=exif)
      upright = ImageOps.exif_transpose(Image.open(sys.argv[1] + '/turned.png'))
      open(sys.argv[1] + '/alpha', 'wb').write(upright.getchannel('A').tobytes())
      """, folder.path, "\(orientation)")
    let decoded = try ImageDecoder.decode(path: Path(folder.path("turned.png")), keepingAlpha: true)
    let expected = try [UInt8](Data(contentsOf: URL(filePath: folder.path("alpha"))))
    #expect(decoded.alpha?.values == expected && decoded.alpha?.width == decoded.image.width)
  }

  @Test(arguments: [(7, 5), (20, 20), (40, 33), (90, 110)])
  func resizedItStaysWithinItsRangeAndDoesNotRing(width: Int, height: Int) {
    let left = AlphaPlane(width: 40, height: 40, values: (0..<1600).map { $0 % 40 < 20 ? 255 : 0 })
    let resized = left.resized(width: width, height: height)
    for (pixel, value) in resized.values.enumerated() {
      let x = (Double(pixel % width) + 0.5) * 40 / Double(width)
      let reach = max(1, 40 / Double(width)) + 0.01
      if x < 20 - reach { #expect(value == 255) }
      if x > 20 + reach { #expect(value == 0) }
    }
    for row in 0..<height {
      let values = resized.values[row * width..<(row + 1) * width]
      #expect(zip(values, values.dropFirst()).allSatisfy { $0 >= $1 })
    }
  }

  @Test func allAnimationsAreTransparentWhereTheyAreToBe() throws {
    let (image, alpha) = Self.disc()
    let frames = (0..<3).map { index in
      RGBImage(width: 40, height: 40, pixels: image.pixels.map { $0 / 2 + UInt8(20 * index) })
    }
    let steps = (0..<3).map { AnimationStep($0, .milliseconds(100)) }
    let folder = try TemporaryFolder()
    try folder.write(AnimatedGIF().encode(steps, alpha: alpha) { frames[$0] }, to: "a.gif")
    try folder.write(
      WebPAnimationEncoder.encode(steps, quality: .lossless, alpha: alpha) { frames[$0] }, to: "a.webp")
    try folder.write(APNGEncoder.encode(steps, alpha: alpha) { frames[$0] }, to: "a.png")
    try folder.write(alpha.values, to: "alpha")
    let seen = try Python.run(
      """
      import sys, numpy as np; from PIL import Image
      alpha = np.fromfile(sys.argv[1] + '/alpha', np.uint8).reshape(40, 40)
      for name in ['a.gif', 'a.webp', 'a.png']:
          image = Image.open(sys.argv[1] + '/' + name)
          for i in range(image.n_frames):
              image.seek(i); image.load()
              seen = np.asarray(image.convert('RGBA'))[..., 3]
              assert (seen == (np.where(alpha < 128, 0, 255) if name == 'a.gif' else alpha)).all(), (name, i)
          print(image.n_frames >= 3)
      """, folder.path)
    #expect(seen == "True\nTrue\nTrue\n")
  }

  @Test func coloursThatCannotBeSeenCountForNoStatistics() {
    let (image, alpha) = Self.disc()
    let opaque = AlphaPlane(width: 40, height: 40, values: alpha.values.map { $0 == 255 ? 255 : 0 })
    let seen = opaque.values.indices.filter { opaque.values[$0] == 255 }
    let alone = RGBImage(
      width: seen.count, height: 1, pixels: seen.flatMap { Array(image.pixels[3 * $0..<3 * $0 + 3]) })
    let (masked, expected) = (ColourStatistics(of: image, alpha: opaque), ColourStatistics(of: alone))
    #expect((masked.mean - expected.mean).max() < 1e-9)
    for row in 0..<3 {
      #expect((masked.covariance.rows[row] - expected.covariance.rows[row]).max() < 1e-6)
    }
    #expect(ColourStatistics(of: image).mean.y > expected.mean.y + 50)
  }
}
