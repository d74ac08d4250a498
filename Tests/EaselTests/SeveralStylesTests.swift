import Foundation
import Testing

/// Several paintings for one photo: the built program paints and evaluates small pictures.
@Suite(.serialized) struct SeveralStylesTests {
  private static let quick = [
    "--set", "preset=lesson-transfer", "--set", "size=48", "--set", "iterations=2", "--set",
    "evaluations_per_iteration=3", "--set", "gif=false", "--threads", "2",
  ]

  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (name, seed) in [("photo", 1), ("one", 2), ("other", 3), ("result", 4), ("further", 5)] {
      try folder.write(try SmallPictures.png(seed: seed), to: "\(name).png")
    }
    return folder
  }

  private static func run(_ arguments: [String], in folder: TemporaryFolder) async throws -> String {
    let run = try await RunningProgram.run(arguments, in: folder.path)
    #expect(run.exitCode == 0, "\(run.errors)")
    return run.output
  }

  private static func json(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  /// The loss of the style in `result`.
  private static func loss(
    _ result: String, _ styles: [String], _ options: [String] = [], in folder: TemporaryFolder
  ) async throws -> (total: Double, parts: [[String: Any]]) {
    let further = styles.dropFirst().flatMap { ["--style", "\($0).png"] }
    let text = try await run(
      [
        "evaluate", "photo.png", "\(styles[0]).png", "\(result).png", "--json", "--set", "preset=lesson-transfer",
        "--set", "content_weight=0",
      ] + further
        + options, in: folder)
    let json = try json(text)
    return (try #require(json["loss"] as? Double), try #require(json["losses"] as? [[String: Any]]))
  }

  @Test func lossesOfSeveralAreTheWeightedSumOfTheLossOfEach() async throws {
    let folder = try Self.folder()
    let one = try await Self.loss("result", ["one"], in: folder).total
    let other = try await Self.loss("result", ["other"], in: folder).total
    let both = try await Self.loss(
      "result", ["one", "other"], ["--set", "blend=losses", "--style-weights", "3,1"], in: folder)
    #expect(abs(both.total / (0.75 * one + 0.25 * other) - 1) < 1e-5)
    #expect(both.parts.compactMap { $0["painting"] as? Int } == [1, 1, 1, 1, 1, 2, 2, 2, 2, 2])
  }

  /// The mean square distance from several is that from their mean, and their own spread, which no picture changes.
  @Test func mixedTargetsDifferFromLossesByWhatThePaintingsDiffer() async throws {
    let folder = try Self.folder()
    var differences: [Double] = []
    for result in ["result", "further"] {
      let weights = ["--style-weights", "2,1"]
      let mixed = try await Self.loss(result, ["one", "other"], weights, in: folder).total
      let apart = try await Self.loss(result, ["one", "other"], weights + ["--set", "blend=losses"], in: folder).total
      differences.append(apart - mixed)
    }
    #expect(differences[0] > 0 && abs(differences[0] / differences[1] - 1) < 1e-3, "\(differences)")
  }

  @Test func aPaintingThatCountsNothingChangesNoByte() async throws {
    let folder = try Self.folder()
    _ = try await Self.run(["paint", "photo.png", "one.png", "-o", "alone"] + Self.quick, in: folder)
    for (weights, output) in [("5,0", "none"), ("5,1", "some"), ("1,5", "more")] {
      _ = try await Self.run(
        ["paint", "photo.png", "one.png", "other.png", "--style-weights", weights, "-o", output] + Self.quick,
        in: folder)
    }
    func picture(_ output: String) -> Data? {
      FileManager.default.contents(atPath: "\(folder.path)/\(output)/photo/photo.png")
    }
    #expect(picture("alone") != nil && picture("alone") == picture("none"))
    #expect(picture("some") != picture("none") && picture("some") != picture("more"))
    let report = try Self.json(folder.text("more/photo/report.json") ?? "")
    let inputs = try #require(report["inputs"] as? [[String: Any]])
    #expect(inputs.compactMap { $0["file"] as? String } == ["photo.png", "one.png", "other.png"])
    #expect(report["reused"] == nil, "other weights are another picture")
    #expect(folder.names(in: "styles") == [".lock", "one", "other"])
  }

  @Test func aPaintingsScaleIsAMultipleOfItsSize() async throws {
    let folder = try Self.folder()
    let scale = { (settings: String...) in settings.flatMap { ["--set", $0] } }
    let half = try await Self.loss("result", ["one"], scale("style_scale=0.5"), in: folder).total
    let alike = try await Self.loss("result", ["one"], scale("style_scales=[0.5]"), in: folder).total
    #expect(half == alike)
    let whole = try await Self.loss("result", ["one"], in: folder).total
    let both = try await Self.loss("result", ["one"], scale("style_scales=[1, 0.5]", "blend=losses"), in: folder)
    #expect(abs(both.total / (0.5 * whole + 0.5 * half) - 1) < 1e-5)
    #expect(
      both.parts.compactMap { $0["scale"] as? Double } == Array(repeating: 1, count: 5)
        + Array(repeating: 0.5, count: 5))
  }

  @Test func weightsForAnotherNumberOfPaintingsAreRefused() async throws {
    let folder = try Self.folder()
    let run = try await RunningProgram.run(
      ["paint", "photo.png", "one.png", "other.png", "--style-weights", "1,2,3"] + Self.quick, in: folder.path)
    #expect(run.exitCode != 0)
    #expect(run.errors.contains("style_weights: found 3 for 2 paintings; give one weight for each"), "\(run.errors)")
    let word = try await RunningProgram.run(
      ["paint", "photo.png", "one.png", "--style-weights", "much"] + Self.quick, in: folder.path)
    #expect(word.errors.contains("allowed is a list of 1 to 16 numbers"), "\(word.errors)")
  }

  @Test func droppedAndRememberedPaintingsArePaintedTogether() async throws {
    let daemon = try TestDaemon(hasFakeWorker: false)
    try await daemon.start()
    let settings = String(SmallPictures.settings.dropLast())
    try daemon.folder.write(try SmallPictures.png(seed: 1), to: "box/inbox/cat.content.png")
    for number in 1...2 {
      try daemon.folder.write(try SmallPictures.png(seed: 1 + number), to: "box/inbox/cat.style\(number).png")
    }
    try daemon.drop(settings + ", style_weights: [1, 3]}", as: "cat.yaml")
    try await daemon.waitUntilPublished(["cat"])
    #expect(
      daemon.folder.names(in: "box/outbox/cat/inputs") == [
        "cat.content.png", "cat.style1.png", "cat.style2.png", "cat.yaml",
      ])
    #expect(daemon.folder.names(in: "box/styles") == [".lock", "cat", "cat-2"])

    try daemon.folder.write(try SmallPictures.png(seed: 1), to: "box/inbox/dog.content.png")
    try daemon.folder.write(try SmallPictures.png(seed: 3), to: "box/inbox/night.png")
    try daemon.drop(settings + ", style: [{name: cat, weight: 1}, {file: night.png, weight: 3}]}", as: "dog.yaml")
    try await daemon.waitUntilPublished(["cat", "dog"])
    await daemon.stop()
    func picture(_ name: String) -> Data? {
      FileManager.default.contents(atPath: "\(daemon.folder.path)/box/outbox/\(name)/\(name).png")
    }
    #expect(picture("cat") != nil && picture("cat") == picture("dog"), "the same paintings with the same shares")
    let report = try Self.json(daemon.folder.text("box/outbox/dog/report.json") ?? "")
    #expect(report["style"] as? String == "cat")
    #expect(daemon.folder.names(in: "box/styles") == [".lock", "cat", "cat-2"], "night has the bytes of cat-2")
  }
}
