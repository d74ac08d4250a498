import Files
import Foundation
import Images
import Testing

/// Masks, and what a search begins with: the built program paints small pictures.
@Suite(.serialized) struct RegionTests {
  private static let (width, height) = (64, 48)
  private static let size = [
    "--set", "preset=lesson-transfer", "--set", "size=64", "--set", "gif=false", "--threads", "2",
  ]
  /// Only the picture that the search begins with is looked at, and then written.
  private static let start = size + ["--set", "iterations=1", "--set", "evaluations_per_iteration=1"]

  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (name, seed) in [("photo", 1), ("one", 2)] {
      try folder.write(try SmallPictures.png(seed: seed, width: width, height: height), to: "\(name).png")
    }
    try folder.write(try grey { x, y in (x / 2 + y / 3).isMultiple(of: 2) ? 220 : 40 }, to: "other.png")
    try folder.write(try grey { x, _ in x < width / 2 ? 255 : 0 }, to: "left.png")
    try folder.write(try grey { x, _ in x < width / 2 ? 0 : 255 }, to: "right.png")
    try folder.write(try grey { _, _ in 255 }, to: "white.png")
    try folder.write(try grey { _, _ in 0 }, to: "black.png")
    return folder
  }

  private static func grey(
    width: Int = width, height: Int = height, _ value: (_ x: Int, _ y: Int) -> UInt8
  ) throws -> Data {
    let pixels = (0..<width * height).flatMap { [UInt8](repeating: value($0 % width, $0 / width), count: 3) }
    return Data(try PNGEncoder.encode(RGBImage(width: width, height: height, pixels: pixels)))
  }

  private static func run(_ arguments: [String], in folder: TemporaryFolder) async throws -> String {
    let run = try await RunningProgram.run(arguments, in: folder.path)
    #expect(run.exitCode == 0, "\(run.errors)")
    return run.output
  }

  private static func picture(_ name: String, in folder: TemporaryFolder) throws -> RGBImage {
    try ImageDecoder.decode(path: Path("\(folder.path)/\(name)")).image
  }

  /// The losses of the style, one for each painting that has a mask.
  private static func losses(
    of result: String, _ options: [String], paintings: [String] = ["one.png", "other.png"], in folder: TemporaryFolder
  ) async throws -> [Double] {
    let further = paintings.dropFirst().flatMap { ["--style", $0] }
    let text = try await run(
      [
        "evaluate", "photo.png", paintings[0], result, "--json", "--set", "preset=lesson-transfer", "--set",
        "content_weight=0",
      ] + further + options,
      in: folder)
    let json = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let parts = try #require(json["losses"] as? [[String: Any]]).filter { $0["kind"] as? String == "style" }
    let byPainting = Dictionary(grouping: parts) { $0["painting"] as? Int ?? 0 }
    return byPainting.sorted { $0.key < $1.key }.map { $0.value.compactMap { $0["loss"] as? Double }.reduce(0, +) }
  }

  @Test func eachRegionComesToLookLikeItsOwnPainting() async throws {
    let folder = try Self.folder()
    let masks = ["--mask", "left.png", "--mask", "right.png"]
    _ = try await Self.run(
      ["paint", "photo.png", "one.png", "other.png", "--set", "iterations=4", "--set", "content_weight=0"] + masks
        + Self.size, in: folder)
    let own = try await Self.losses(of: "photo/photo.png", masks, in: folder)
    let swapped = try await Self.losses(
      of: "photo/photo.png", ["--mask", "right.png", "--mask", "left.png"], in: folder)
    #expect(own.count == 2 && swapped.count == 2)
    for (own, swapped) in zip(own, swapped) { #expect(own < swapped / 3, "\(own) \(swapped)") }
  }

  @Test func aWhiteMaskIsNoMask() async throws {
    let folder = try Self.folder()
    let none = try await Self.losses(of: "other.png", [], paintings: ["one.png"], in: folder)
    for option in ["--mask", "--style-mask"] {
      let white = try await Self.losses(of: "other.png", [option, "white.png"], paintings: ["one.png"], in: folder)
      #expect(abs(white[0] / none[0] - 1) < 1e-4, "\(option)")
    }
  }

  /// One painting is two: only the part that the mask shows is learnt from.
  @Test func onlyThePartOfAPaintingThatItsMaskShowsCounts() async throws {
    let folder = try Self.folder()
    let (one, other) = (try Self.picture("one.png", in: folder), try Self.picture("other.png", in: folder))
    let pixels = (0..<Self.height).flatMap { y in
      [one, other].flatMap { $0.pixels[y * Self.width * 3..<(y + 1) * Self.width * 3] }
    }
    let both = RGBImage(width: 2 * Self.width, height: Self.height, pixels: pixels)
    try folder.write(Data(try PNGEncoder.encode(both)), to: "both.png")
    // Of another size than the painting.
    try folder.write(try Self.grey(width: 32, height: 12) { x, _ in x < 16 ? 255 : 0 }, to: "first.png")
    try folder.write(try Self.grey(width: 32, height: 12) { x, _ in x < 16 ? 0 : 255 }, to: "second.png")
    func loss(_ result: String, _ mask: String) async throws -> Double {
      try await Self.losses(
        of: result, ["--style-mask", mask, "--set", "style_scale=2"], paintings: ["both.png"], in: folder)[0]
    }
    let (oneFirst, oneSecond) = (try await loss("one.png", "first.png"), try await loss("one.png", "second.png"))
    let (otherFirst, otherSecond) = (
      try await loss("other.png", "first.png"), try await loss("other.png", "second.png")
    )
    #expect(
      oneFirst < oneSecond / 4 && otherSecond < otherFirst / 4, "\(oneFirst) \(oneSecond) \(otherFirst) \(otherSecond)")
  }

  @Test func thePhotoStaysWhereTheContentMaskIsWhite() async throws {
    let folder = try Self.folder()
    try folder.write(try Self.grey { x, _ in x < Self.width / 2 ? 255 : 0 }, to: "keep.png")
    _ = try await Self.run(
      [
        "paint", "photo.png", "one.png", "--set", "content_mask=keep.png", "--set", "scales=[48]", "--set",
        "iterations=2",
      ]
        + Self.size, in: folder)
    let (photo, result) = (
      try Self.picture("photo.png", in: folder), try Self.picture("photo/photo.png", in: folder)
    )
    var changed = 0
    for y in 0..<Self.height {
      for x in 0..<Self.width {
        let pixel = 3 * (y * Self.width + x)
        let isSame = result.pixels[pixel..<pixel + 3] == photo.pixels[pixel..<pixel + 3]
        if x < Self.width / 2 { #expect(isSame) } else if !isSame { changed += 1 }
      }
    }
    #expect(changed > Self.width * Self.height / 3)
  }

  @Test func aGreyContentMaskLetsThePhotoChangeByHalf() async throws {
    let folder = try Self.folder()
    try folder.write(try Self.grey { _, _ in 204 }, to: "soft.png")
    _ = try await Self.run(
      ["paint", "photo.png", "one.png", "--set", "content_mask=soft.png"] + Self.start, in: folder)
    let (photo, result) = (
      try Self.picture("photo.png", in: folder), try Self.picture("photo/photo.png", in: folder)
    )
    let means = [123.68, 116.779, 103.939]
    for (index, (kept, found)) in zip(photo.pixels, result.pixels).enumerated() {
      let expected = 0.8 * Double(kept) + 0.2 * means[index % 3]
      #expect(abs(Double(found) - expected) <= 0.2 * 2.5 + 0.51)
    }
  }

  @Test(arguments: [("init=style", "one.png"), ("init=content", "photo.png"), ("init=other.png", "other.png")])
  func theSearchBeginsWithThatPicture(setting: String, file: String) async throws {
    let folder = try Self.folder()
    _ = try await Self.run(["paint", "photo.png", "one.png", "--set", setting] + Self.start, in: folder)
    let distance = zip(
      try Self.picture("photo/photo.png", in: folder).pixels, try Self.picture(file, in: folder).pixels
    ).map { abs(Int($0) - Int($1)) }.max()
    #expect(distance == 0)
  }

  @Test func noiseIsMixedIntoTheBeginning() async throws {
    let folder = try Self.folder()
    for seed in 0...1 {
      _ = try await Self.run(
        ["paint", "photo.png", "one.png", "--set", "init=content", "--set", "init_blend=0.25", "--set", "seed=\(seed)"]
          + Self.start, in: folder)
    }
    let photo = try Self.picture("photo.png", in: folder)
    let results = [
      try Self.picture("photo/photo.png", in: folder), try Self.picture("photo-2/photo.png", in: folder),
    ]
    let means = [123.68, 116.779, 103.939]
    for (index, value) in photo.pixels.enumerated() {
      let expected = 0.75 * Double(value) + 0.25 * means[index % 3]
      #expect(abs(Double(results[0].pixels[index]) - expected) <= 0.25 * 2.5 + 0.51)
    }
    #expect(results[0] != results[1], "another seed is another picture")
  }

  @Test(arguments: [
    (
      ["--mask", "black.png"],
      "black.png: the mask is black everywhere, so nothing is left; make white what is to count"
    ),
    (
      ["--mask", "narrow.png"],
      "narrow.png: the mask is 10x48, and photo.png, which it is laid over, 64x48; a mask may have"
    ),
    (["--style-mask", "narrow.png"], "narrow.png: the style mask is 10x48, and one.png, which it is laid over, 64x48"),
    (
      ["--set", "content_mask=narrow.png"],
      "narrow.png: the content mask is 10x48, and ./photo.png, which it is laid over"
    ),
    (["--set", "content_mask=black.png"], "black.png: the content mask is black everywhere"),
    (
      ["--mask", "corner.png"],
      "corner.png: nothing of the mask is left at layer block2_conv2 of 63x47 pixels; make its white"
    ),
    (["--mask", "missing.png"], "missing.png"), (["--set", "init=missing.png"], "missing.png"),
    (["--mask", "left.png", "--mask", "right.png"], "--mask: found 2 for 1 painting"),
    (
      ["--set", "init_blend=0.5"],
      "init_blend: found 0.5 without a picture to mix noise into; set init to gray, content"
    ),
    (["--mask", "notes.png"], "notes.png: looks like"),
  ])
  func whatDoesNotGoTogetherIsTold(options: [String], says: String) async throws {
    let folder = try Self.folder()
    try folder.write(try Self.grey(width: 10) { _, _ in 255 }, to: "narrow.png")
    try folder.write("this is no picture\n", to: "notes.png")
    // Of an odd size pooling leaves the last column out.
    let isOdd = options.contains("corner.png")
    if isOdd {
      try folder.write(try SmallPictures.png(seed: 1, width: 63, height: 47), to: "photo.png")
      try folder.write(try Self.grey(width: 63, height: 47) { x, y in x == 62 && y == 46 ? 255 : 0 }, to: "corner.png")
    }
    let run = try await RunningProgram.run(
      ["paint", "photo.png", "one.png"] + options + Self.start + (isOdd ? ["--set", "size=63"] : []), in: folder.path)
    #expect(run.exitCode != 0)
    #expect(
      run.errors.replacing("./photo.png", with: "photo.png").contains(says.replacing("./photo.png", with: "photo.png")),
      "\(run.errors)")
  }

  @Test func theDaemonTakesMasksAlong() async throws {
    let daemon = try TestDaemon(hasFakeWorker: false)
    try await daemon.start()
    for (name, seed) in [("cat.content", 1), ("cat.style1", 2), ("cat.style2", 3)] {
      try daemon.folder.write(try SmallPictures.png(seed: seed), to: "box/inbox/\(name).png")
    }
    try daemon.folder.write(
      try Self.grey(width: 24, height: 20) { x, _ in x < 12 ? 255 : 0 }, to: "box/inbox/cat.mask1.png")
    try daemon.folder.write(
      try Self.grey(width: 96, height: 80) { x, _ in x < 48 ? 0 : 255 }, to: "box/inbox/cat.mask2.png")
    try daemon.drop(SmallPictures.settings, as: "cat.yaml")
    try await daemon.waitUntilPublished(["cat"])
    await daemon.stop()
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data((daemon.text("outbox/cat/report.json") ?? "").utf8)) as? [String: Any]
    )
    let inputs = try #require(json["inputs"] as? [[String: Any]])
    #expect(inputs.compactMap { $0["role"] as? String } == ["content", "style", "style", "mask", "mask"])
    let losses = try #require(json["losses"] as? [[String: Any]])
    #expect(losses.compactMap { $0["painting"] as? Int } == [1, 1, 1, 1, 1, 2, 2, 2, 2, 2])
  }
}
