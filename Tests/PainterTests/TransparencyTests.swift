import Cache
import Files
import Foundation
import Images
import Jobs
import Painter
import StyleLibrary
import TestSupport
import Testing

/// `background: keep`: what cannot be seen takes no part.
struct TransparencyTests {
  private static let (width, height) = (60, 50)
  private static let keep = "size: 60\nbackground: keep\n"

  /// Opaque in a disc with a soft edge.
  private static let disc = AlphaPlane(
    width: width, height: height,
    values: (0..<width * height).map { pixel in
      let distance = hypot(Double(pixel % width) - 29.5, Double(pixel / width) - 24.5)
      return UInt8(min(max((21 - distance) * 64, 0), 255))
    })
  private static let left = AlphaPlane(
    width: width, height: height, values: (0..<width * height).map { $0 % width < 30 ? 255 : 0 })
  private static let nothing = AlphaPlane(
    width: width, height: height, values: [UInt8](repeating: 0, count: width * height))

  /// - Parameter hidden: the colour where nobody sees it; nil for the picture's own.
  private static func png(seed: Int, _ alpha: AlphaPlane, hidden: UInt8? = nil) throws -> [UInt8] {
    var image = try ImageDecoder.decode(SmallPainting.png(seed: seed)).image
    if let hidden {
      for pixel in alpha.values.indices where alpha.values[pixel] == 0 {
        for channel in 0..<3 { image.pixels[3 * pixel + channel] = hidden }
      }
    }
    return try PNGEncoder.encode(WritablePicture(image, alpha: alpha))
  }

  private let painting: SmallPainting

  init() throws {
    painting = try SmallPainting()
    try painting.folder.write(try Self.png(seed: 1, Self.disc), to: "photo.png")
  }

  private func result(_ output: String, _ name: String = "photo.png") throws -> DecodedImage {
    try ImageDecoder.decode(path: Path(painting.folder.path("\(output)/photo/\(name)")), keepingAlpha: true)
  }

  private func writtenLoss(_ output: String) throws -> Double {
    let data = try Data(contentsOf: URL(filePath: painting.folder.path("\(output)/photo/report.json")))
    let report = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    return try #require(report["writtenLoss"] as? Double)
  }

  @Test func theResultIsAsTransparentAsThePhotoAndPaintedWhereItIsNot() throws {
    _ = try painting.paint(settings(Self.keep), to: "out", cache: "a")
    let (photo, found) = (
      try ImageDecoder.decode(path: painting.content, keepingAlpha: true), try result("out")
    )
    #expect(found.alpha == Self.disc)
    var changed = 0
    for pixel in Self.disc.values.indices {
      let isSame = photo.image.pixels[3 * pixel..<3 * pixel + 3] == found.image.pixels[3 * pixel..<3 * pixel + 3]
      if Self.disc.values[pixel] > 0, !isSame { changed += 1 }
    }
    #expect(Double(changed) > 0.9 * Double(Self.disc.values.count { $0 > 0 }))
  }

  /// Once a program leaves black there, and another white.
  @Test func whatLiesHiddenChangesNothing() throws {
    var seen: [[String: Data]] = []
    for (index, hidden) in [UInt8(0), 255].enumerated() {
      try painting.folder.write(try Self.png(seed: 1, Self.disc, hidden: hidden), to: "photo.png")
      try painting.folder.write(try Self.png(seed: 2, Self.left, hidden: hidden), to: "painting.png")
      let base = "tv_weight: 5\npreserve_colors: match_after\n"
      let files = try painting.paint(settings(Self.keep + base), to: "out\(index)", cache: "shared")
      seen.append(files.pictures)
      #expect(files.report.reused?.kind == (index == 0 ? nil : "result"))
    }
    #expect(seen[0] == seen[1])
  }

  /// One painting is two side by side: the right one is learnt from only where it can be seen.
  @Test func onlyWhatCanBeSeenOfAPaintingCounts() throws {
    let (own, other) = (
      try ImageDecoder.decode(SmallPainting.png(seed: 2)).image,
      try ImageDecoder.decode(SmallPainting.png(seed: 9)).image
    )
    let pixels = (0..<Self.height).flatMap { y in
      let row = 3 * y * Self.width..<3 * (y + 1) * Self.width
      return own.pixels[row] + other.pixels[row].map { $0 / 3 }
    }
    let both = RGBImage(width: 2 * Self.width, height: Self.height, pixels: pixels)
    let left = AlphaPlane(
      width: both.width, height: both.height,
      values: (0..<both.width * both.height).map { $0 % both.width < Self.width ? 255 : 0 })
    try painting.folder.write(try SmallPainting.png(seed: 1), to: "photo.png")
    try painting.folder.write(try PNGEncoder.encode(own), to: "own.png")
    func loss(_ alpha: AlphaPlane?) throws -> Double {
      try painting.folder.write(try PNGEncoder.encode(WritablePicture(both, alpha: alpha)), to: "painting.png")
      return try evaluate("own.png", Self.keep + "content_weight: 0\nstyle_scale: 2", "a")
    }
    let (whole, cut) = (try loss(nil), try loss(left))
    #expect(cut < whole / 4, "\(cut) \(whole)")
  }

  private func evaluate(_ result: String, _ yaml: String, _ cache: String) throws -> Double {
    try Evaluation(
      of: Path(painting.folder.path(result)), NamedPictures(content: painting.content, styles: [painting.style]),
      settings(yaml), styleSize: nil,
      cache: CacheFolder(directory: Path(painting.folder.path(cache)), budgetBytes: 1 << 30),
      library: StyleLibrary(Path(painting.folder.path("styles")))
    ).loss
  }

  /// Also when another program has left something else where nobody sees it.
  @Test func aWrittenPictureIsJudgedAsItWasWhenItWasPainted() throws {
    _ = try painting.paint(settings(Self.keep + "tv_weight: 5"), to: "out", cache: "a")
    let written = try writtenLoss("out")
    var image = try result("out").image
    for pixel in Self.disc.values.indices where Self.disc.values[pixel] == 0 { image.pixels[3 * pixel] = 77 }
    try painting.folder.write(try PNGEncoder.encode(WritablePicture(image, alpha: Self.disc)), to: "other.png")
    for file in ["out/photo/photo.png", "other.png"] {
      let judged = try evaluate(file, Self.keep + "tv_weight: 5", "a")
      #expect(abs(judged / written - 1) < 1e-6, "\(judged) \(written)")
    }
    #expect(abs(try evaluate("out/photo/photo.png", "{size: 60, tv_weight: 5}", "a") / written - 1) > 0.01)
  }

  @Test func anOpaquePhotoIsPaintedAsEver() throws {
    try painting.folder.write(try SmallPainting.png(seed: 1), to: "photo.png")
    let white = try painting.paint(settings("size: 60"), to: "white", cache: "shared")
    let kept = try painting.paint(settings(Self.keep), to: "kept", cache: "shared")
    #expect(kept.report.reused?.kind == "result" && kept.pictures == white.pictures)
    let fresh = try painting.paint(settings(Self.keep), to: "fresh", cache: "own")
    #expect(fresh.report.reused == nil && fresh.pictures == white.pictures)
  }

  @Test func transparencyIsAnotherPictureThanWhite() throws {
    let files = Inputs<Path>(content: painting.content, style: painting.style)
    let white = try PaintingIdentity(settings("size: 60"), files, weights: "w")
    let kept = try PaintingIdentity(settings(Self.keep), files, weights: "w")
    #expect(white.result != kept.result && white.search != kept.search)
    // How opaque it is counts too.
    try painting.folder.write(try Self.png(seed: 1, Self.left), to: "photo.png")
    #expect(try PaintingIdentity(settings(Self.keep), files, weights: "w").result != kept.result)
  }

  /// As Pillow sees the files.
  @Test func allFilesShowIt() throws {
    let base = Self.keep + "frames: true\nside_by_side: true\niterations: 3\nscales: [40]\n"
    for (name, more) in [
      ("png", "gif: {width: 30}"), ("webp", "output: webp\ngif: {width: 60}\nanimation: webp"),
      ("deep", "output_depth: 16\noutput_profile: display-p3\ngif: {width: 60}\nanimation: apng"),
    ] {
      _ = try painting.paint(settings(base + more), to: name, cache: "a")
    }
    let seen = try Python.run(
      """
      import sys, numpy as np; from PIL import Image
      def read(name):
          image = Image.open(sys.argv[1] + '/' + name)
          if getattr(image, 'n_frames', 1) > 1: image.seek(image.n_frames - 1); image.load()
          return np.asarray(image.convert('RGBA'))[..., 3].astype(int)
      alpha = np.asarray(Image.open(sys.argv[1] + '/photo.png'))[..., 3].astype(int)
      for name in ['png/photo/photo.png', 'webp/photo/photo.webp', 'deep/photo/photo.png', 'png/photo/frames/0006.png',
                   'webp/photo/photo.animation.webp', 'deep/photo/photo.animation.png']:
          assert (read(name) == alpha).all(), name
      small = read('png/photo/frames/0001.png')
      print(small.shape, small[0, 0], small[16, 20], 0 < np.mean((small > 0) & (small < 255)) < 0.3)
      gif = read('png/photo/photo.gif')
      print(gif.shape, sorted(set(gif.ravel().tolist())), abs(gif.mean() - alpha.mean()) < 8)
      row = np.asarray(Image.open(sys.argv[1] + '/png/photo/photo.side-by-side.png'))
      print(row.shape[2], (row[0, 0] == 255).all(), (row[25, 30] < 255).any(), (row[0, -1] == 255).all())
      """, painting.folder.path(""))
    #expect(seen == "(33, 40) 0 255 True\n(25, 30) [0, 255] True\n3 True True True\n")
  }

  @Test(arguments: [
    ("photo.png", "photo.png: every pixel is transparent, so there is nothing to see; leave it out, or set background"),
    ("painting.png", "painting.png: every pixel is transparent, so there is nothing to see"),
  ])
  func whereNothingCanBeSeenThereIsNothingToPaint(file: String, says: String) throws {
    try painting.folder.write(try Self.png(seed: 1, Self.nothing), to: file)
    let error = #expect(throws: (any Error).self) {
      try painting.paint(settings(Self.keep), to: "out", cache: "a")
    }
    #expect(error.map { "\($0)".contains(says) } == true, "\(error.map { "\($0)" } ?? "")")
    // On white it is a picture.
    _ = try painting.paint(settings("size: 60"), to: "white", cache: "a")
  }

  @Test(arguments: [
    ("photo.png", "photo.png: nothing that can be seen is left at layer block4_conv2 of 60x50 pixels; cut the"),
    ("painting.png", "painting.png: nothing that can be seen is left at layer block3_conv2 of 60x50 pixels; cut the"),
  ])
  func tooLittleForADeepLayerIsTold(file: String, says: String) throws {
    // The last row, which pooling leaves out on the way.
    let alpha = AlphaPlane(
      width: Self.width, height: Self.height,
      values: (0..<Self.width * Self.height).map { $0 / Self.width == Self.height - 1 ? 255 : 0 })
    try painting.folder.write(try Self.png(seed: 1, alpha), to: file)
    let error = #expect(throws: (any Error).self) {
      try painting.paint(settings(Self.keep), to: "out", cache: "a")
    }
    #expect(error.map { "\($0)".contains(says) } == true, "\(error.map { "\($0)" } ?? "")")
  }

  @Test func interruptedItGoesOnToTheSameFiles() throws {
    let yaml = Self.keep + "scales: [40]\ngif: {width: 30}\nframes: true"
    let whole = try painting.paint(settings(yaml), to: "whole", cache: "a")
    let interrupted = try painting.paint(
      settings(yaml), to: "stopped", cache: "b", SmallPainting.Counter(stopsAt: 5))
    #expect(interrupted == whole)
  }
}
