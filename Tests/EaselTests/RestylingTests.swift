import Files
import Cache
import Foundation
import Safetensors
import Testing

import enum TestSupport.Python

/// What the built program finds in its cache, and what it makes of it.
@Suite(.serialized) struct RestylingTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try SmallPictures.png(seed: 1).write(to: URL(filePath: folder.path + "/photo.png"))
    try SmallPictures.png(seed: 2).write(to: URL(filePath: folder.path + "/painting.png"))
    try SmallPictures.png(seed: 3).write(to: URL(filePath: folder.path + "/other.png"))
  }

  @discardableResult
  private func paint(_ output: String, _ settings: String..., photo: String = "photo.png", cache: String = "cache")
    async throws -> Report
  {
    let quick = ["preset=lesson-transfer", "size=48", "evaluations_per_iteration=3", "gif={width: 48}"]
    let run = try await RunningProgram.run(
      ["paint", photo, "painting.png", "-o", output, "--cache", cache]
        + (quick + settings).flatMap { ["--set", $0] }, in: folder.path)
    #expect(run.exitCode == 0, "\(run.errors)")
    return try report("\(output)/\(photo.dropLast(4))")
  }

  /// The part of report.json that is looked at here.
  private struct Report: Decodable {
    struct Reused: Decodable, Equatable {
      var kind: String
      var evaluations: Int
      var name: String?
    }
    struct Cache: Decodable {
      var hits: Int
      var misses: Int
      var rejected: Int
      var notes: [String]
    }
    struct Seconds: Decodable {
      var painting: Double
    }
    var name: String
    var evaluations: Int
    var loss: Double
    var reused: Reused?
    var cache: Cache
    var seconds: Seconds
  }

  private func report(_ path: String) throws -> Report {
    try JSONDecoder().decode(Report.self, from: Data(contentsOf: URL(filePath: "\(folder.path)/\(path)/report.json")))
  }

  private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: "\(folder.path)/\(path)")) }

  private func expectSamePictures(_ one: String, _ other: String) throws {
    for file in ["photo.png", "photo.gif"] {
      #expect(try bytes("\(one)/photo/\(file)") == bytes("\(other)/photo/\(file)"), "\(one), \(other): \(file)")
    }
  }

  private func entries(_ kind: String) throws -> [String] {
    try files().filter { $0.hasPrefix("cache/\(kind)/") && $0.hasSuffix(".safetensors") }
  }

  private func files() throws -> [String] { try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted() }

  @Test func theSamePicturesAndSettingsAgainNeedNoSearch() async throws {
    let cold = try await paint("cold", "iterations=2")
    #expect(cold.reused == nil && cold.evaluations == 6)
    // Names, threads and priority don't matter; the pictures' pixels do.
    try FileManager.default.copyItem(atPath: folder.path + "/photo.png", toPath: folder.path + "/again.png")
    let again = try await paint("again", "iterations=2", "threads=1", "priority=3", photo: "again.png")
    #expect(again.name == "again")
    #expect(again.reused == Report.Reused(kind: "result", evaluations: 6, name: "photo"))
    #expect(again.seconds.painting == 0 && again.loss == cold.loss)
    #expect(again.cache.hits == 1 && again.cache.misses == 0)
    for ending in ["png", "gif"] {
      #expect(try bytes("cold/photo/photo.\(ending)") == bytes("again/again/again.\(ending)"))
    }
    for setting in [
      "seed=1", "content_weight=0.2", "style_scale=1.5", "pooling=max", "pooling=l2", "padding=reflect",
      "network=vgg19",
    ] {
      #expect(try await paint(setting, "iterations=2", setting).reused == nil, "\(setting)")
    }
  }

  @Test func severalAtOnceShareACache() async throws {
    let photo = folder.path + "/photo.png"
    for number in 0..<4 { try FileManager.default.copyItem(atPath: photo, toPath: folder.path + "/copy\(number).png") }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<4 {
        group.addTask { try await paint("copies", "iterations=2", "threads=1", photo: "copy\(number).png") }
      }
      try await group.waitForAll()
    }
    for number in 1..<4 {
      #expect(try bytes("copies/copy\(number)/copy\(number).png") == bytes("copies/copy0/copy0.png"))
      #expect(try report("copies/copy\(number)").cache.rejected == 0)
    }
    #expect(try entries("results").count == 1 && entries("targets").count == 6)
  }

  @Test func forcePaintsAnew() async throws {
    try await paint("cold", "iterations=2")
    let forced = try await paint("forced", "iterations=2", "force=true")
    #expect(forced.reused == nil && forced.seconds.painting > 0)
    try expectSamePictures("cold", "forced")
  }

  @Test(arguments: ["lbfgs", "adam"]) func moreIterationsEndWithTheBytesOfAllAtOnce(optimizer: String) async throws {
    try await paint("two", "optimizer=\(optimizer)", "iterations=2")
    let five = try await paint("five", "optimizer=\(optimizer)", "iterations=5")
    #expect(five.reused == Report.Reused(kind: "search", evaluations: 6, name: nil))
    #expect(five.evaluations == 15)
    try await paint("atOnce", "optimizer=\(optimizer)", "iterations=5", cache: "another")
    try expectSamePictures("five", "atOnce")
    // Fewer are painted from the start, and the longer search stays.
    #expect(try await paint("three", "optimizer=\(optimizer)", "iterations=3").reused == nil)
    let six = try await paint("six", "optimizer=\(optimizer)", "iterations=6")
    #expect(six.reused?.evaluations == 15)
  }

  @Test func anotherFileFormatNeedsNoEvaluation() async throws {
    let png = try await paint("png", "iterations=2")
    let jpeg = try await paint("jpeg", "iterations=2", "output=jpeg")
    #expect(jpeg.reused == Report.Reused(kind: "search", evaluations: 6, name: nil))
    #expect(jpeg.evaluations == 6 && jpeg.loss == png.loss)
    #expect(
      try Python.run(
        "import sys; from PIL import Image; print(Image.open(sys.argv[1]).format)",
        folder.path + "/jpeg/photo/photo.jpg")
        == "JPEG\n")
  }

  @Test func aSearchThatHasComeToItsEndStaysThere() async throws {
    let two = try await paint("two", "iterations=4", "tolerance=0.9")
    let five = try await paint("five", "iterations=9", "tolerance=0.9")
    #expect(two.evaluations < 12, "it ends before its iterations")
    #expect(five.evaluations == two.evaluations && five.reused?.evaluations == two.evaluations)
    try await paint("atOnce", "iterations=9", "tolerance=0.9", cache: "another")
    try expectSamePictures("five", "atOnce")
  }

  @Test func aNearPictureIsBegunWithOnlyWhereItIsAskedFor() async throws {
    let first = try await paint("first", "iterations=20")
    let cold = try await paint("cold", "iterations=1", "style_weight=2")
    #expect(cold.reused == nil)
    let warm = try await paint("warm", "iterations=1", "style_weight=2.0001", "init=nearest")
    #expect(warm.reused?.kind == "picture" && warm.reused?.name == "photo")
    #expect(warm.loss < 0.5 * cold.loss, "\(warm.loss) from a near picture, \(cold.loss) from noise")
    #expect(first.reused == nil)
    let another = try await paint("another", "iterations=1", "init=nearest", photo: "other.png")
    #expect(another.reused == nil, "there is no picture of that photo")
    #expect(try await paint("noise", "iterations=1", photo: "other.png").reused?.kind == "result", "it was from noise")
  }

  /// Once the nearest picture was not part of the keys: the same settings stood for several pictures.
  @Test func whatBeganWithANearPictureGoesOnFromTheSameOne() async throws {
    try await paint("first", "iterations=4")
    let warm = ["style_weight=2", "init=nearest"]
    let two = try await paint("two", "iterations=2", warm[0], warm[1])
    #expect(two.reused?.kind == "picture")
    #expect(try await paint("again", "iterations=2", warm[0], warm[1]).reused?.kind == "result")
    try expectSamePictures("two", "again")
    #expect(try await paint("four", "iterations=4", warm[0], warm[1]).reused?.kind == "search")
    // Neither does a job begin with its own result, nor is that taken for the picture of another start.
    let forced = try await paint("forced", "iterations=2", "force=true", warm[0], warm[1])
    #expect(forced.reused?.kind == "picture" && forced.loss == two.loss)
    #expect(try await paint("jpeg", "iterations=2", "output=jpeg", warm[0], warm[1]).loss == two.loss)
  }

  /// A ladder leads to a picture; where there is one, only its last size is painted, also by who goes on.
  @Test func aNearPictureSavesTheLadder() async throws {
    try await paint("first", "iterations=4")
    let ladder = ["size=60", "scales=[36,48]", "init=nearest", "task=content", "content_weight=2"]
    try await paint("other", "task=content", "iterations=3")
    let two = try await paint("two", "iterations=2", ladder[0], ladder[1], ladder[2], ladder[3], ladder[4])
    #expect(two.reused?.kind == "picture" && two.evaluations == 6, "of one size, not of three")
    let three = try await paint("three", "iterations=3", ladder[0], ladder[1], ladder[2], ladder[3], ladder[4])
    #expect(three.reused?.kind == "search" && three.evaluations == 9)
  }

  @Test func aDamagedResultIsPaintedAgain() async throws {
    try await paint("cold", "iterations=2")
    for kind in ["results", "searches"] {
      let entry = try #require(try entries(kind).first)
      // The report of a result, the state of a search: both come last.
      var damaged = try bytes(entry)
      damaged[damaged.count - 40] ^= 1
      try damaged.write(to: URL(filePath: folder.path + "/" + entry))
    }
    let again = try await paint("again", "iterations=2")
    #expect(again.reused == nil && again.cache.rejected == 2)
    #expect(again.cache.notes.allSatisfy { $0.contains("damaged: the SHA-256 of its tensors should be") })
    try expectSamePictures("cold", "again")
    #expect(try await paint("third", "iterations=2").reused?.kind == "result")
  }

  /// Entries with the right key and digest that hold what they should not.
  @Test func absurdEntriesAreRejectedAndMadeAnew() async throws {
    let cold = try await paint("cold", "iterations=2")
    let cache = CacheFolder(directory: Path(folder.path + "/cache"))
    for entry in cache.entries() {
      cache.store(entry.kind, [TensorContents(name: "target", shape: [2], floats: [.nan, 1])], entry.key)
    }
    let again = try await paint("again", "iterations=2")
    #expect(again.reused == nil && again.loss == cold.loss)
    #expect(
      again.cache.rejected == 7, "six targets and the result; the search does not even say how many iterations it has")
    try expectSamePictures("cold", "again")
  }

  @Test func aCacheThatCannotBeMappedIsDoneWithout() async throws {
    try await paint("cold", "iterations=2")
    let plan = try FaultPlan(
      .mmap, failing: 0..<1000, code: ENOMEM, in: folder.path + "/cache", file: folder.path + "/plan")
    let run = try await RunningProgram.run(
      [
        "paint", "photo.png", "painting.png", "-o", "again", "--set", "preset=lesson-transfer", "--set", "size=48",
        "--set", "iterations=2", "--set",
        "evaluations_per_iteration=3", "--set", "gif={width: 48}",
      ], in: folder.path, environment: plan.environment)
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(try plan.count(.mmap) >= 7, "six targets and the result")
    let again = try report("again/photo")
    #expect(again.reused == nil && again.cache.rejected == 7)
    #expect(again.cache.notes.allSatisfy { $0.contains("mmap failed: Cannot allocate memory") }, "\(again.cache.notes)")
    try expectSamePictures("cold", "again")
  }

  /// Once what a failed run had left beside the new files was published with them.
  @Test func onlyTheFilesOfThisRunArePublished() async throws {
    try folder.write("old", to: "out/.photo.painting/result/photo.gif")
    try await paint("out", "iterations=1", "gif=false")
    #expect(folder.names(in: "out/photo") == ["photo.png", "report.html", "report.json", "settings.yaml"])
  }

  @Test func pythonReadsResultsAndSearches() async throws {
    try await paint("cold", "iterations=2")
    try Python.run(
      """
      import sys, io, json
      from PIL import Image
      from safetensors.numpy import load_file
      result = load_file(sys.argv[1])
      assert Image.open(io.BytesIO(result['picture'].tobytes())).size == (48, 40)
      assert Image.open(io.BytesIO(result['animation'].tobytes())).n_frames == 3
      assert json.loads(result['report'].tobytes())['evaluations'] == 6
      search = load_file(sys.argv[2])
      assert search['optimizer.x'].shape == (3 * 48 * 40,) and search['frames0'].shape == (3, 40, 48, 3), search.keys()
      assert json.loads(search['state'].tobytes())['iteration'] == 2
      """, folder.path + "/" + entries("results")[0], folder.path + "/" + entries("searches")[0])
  }

  @Test func theCommandsListCheckAndMakeRoom() async throws {
    try await paint("cold", "iterations=2")
    try await paint("again", "iterations=2")
    func cache(_ arguments: String...) async throws -> RunningProgram.Ending {
      try await RunningProgram.run(["cache"] + arguments + ["--cache", "cache"], in: folder.path)
    }
    let list = try await cache("list").output.split(separator: "\n").map(String.init)
    #expect(list[0].split(separator: " ") == ["KIND", "SIZE", "AGE", "UNUSED", "HITS", "KEY", "FROM"])
    #expect(list.contains { $0.hasPrefix("results ") && $0.hasSuffix(" photo 48") })
    #expect(list.contains { $0.hasPrefix("searches ") && $0.hasSuffix(" photo 48 2 iterations") })
    #expect(list.count { $0.hasPrefix("targets ") } == 6)
    #expect(list.last?.hasPrefix("8 entries, ") == true)
    struct Entry: Decodable {
      var kind: String
      var bytes: Int
      var hits: Int
    }
    let json = try JSONDecoder().decode(
      [Entry].self, from: Data(try await cache("list", "--json").output.utf8.dropLast()))
    #expect(json.count == 8 && json.first { $0.kind == "results" }?.hits == 1)

    #expect(try await cache("verify").output == "8 entries, 0 damaged\n")
    let target = try #require(try entries("targets").first)
    try folder.write("no tensors", to: target)
    let damaged = try await cache("verify")
    #expect(damaged.exitCode == 1)
    #expect(damaged.output.contains("\(target): "))
    #expect(damaged.output.hasSuffix("8 entries, 1 damaged; easel cache verify --remove takes them away\n"))
    #expect(try await cache("verify", "--remove").exitCode == 0)
    #expect(try await cache("verify").output == "7 entries, 0 damaged\n")

    #expect(try await cache("prune").output.hasPrefix("removed 0 entries"))
    #expect(try await cache("prune", "--to", "1").output.hasPrefix("removed 7 entries"))
    let file = try await RunningProgram.run(["cache", "list", "--cache", "photo.png"], in: folder.path)
    #expect(file.exitCode != 0 && file.errors.contains("photo.png: expected the folder of the cache, found a file"))
    #expect(try await cache("prune", "--to", "much").errors.contains("expected a size as 500M or 2G, found much"))
    try await paint("anew", "iterations=2")
    #expect(try await cache("clear").output.hasPrefix("removed 8 entries"))
    #expect(try files().filter { $0.hasPrefix("cache/") && $0.contains(".") } == [])
  }

  /// From dropped files, with the cache thrown away in between and a budget that is too small for everything.
  @Test func theDaemonReusesAndKeepsToItsBudget() async throws {
    let daemon = try TestDaemon(settings: "settle: 20ms\ncache_size: 2M", hasFakeWorker: false)
    let settings = "{size: 48, iterations: 2, evaluations_per_iteration: 3, gif: {width: 48}}"
    try await daemon.start()
    var names: [String] = []
    func paint(_ name: String) async throws -> Report {
      try daemon.drop(painting: name, variant: 1, settings: settings)
      names.append(name)
      try await daemon.waitUntilPublished(names, limit: .seconds(60))
      let data = try Data(contentsOf: URL(filePath: "\(daemon.outbox)/\(name)/report.json"))
      return try JSONDecoder().decode(Report.self, from: data)
    }
    #expect(try await paint("one").reused == nil)
    let two = try await paint("two")
    #expect(two.reused == Report.Reused(kind: "result", evaluations: 6, name: "one"))
    let status = try await RunningProgram.run(
      ["status", "--inbox", daemon.box + "/inbox", "--outbox", daemon.outbox], in: folder.path)
    #expect(status.output.contains("two/  painted before, as one"), "\(status.output)")
    try FileManager.default.removeItem(atPath: daemon.box + "/cache")
    #expect(try await paint("three").reused == nil)
    for name in ["two", "three"] {
      #expect(
        FileManager.default.contents(atPath: "\(daemon.outbox)/\(name)/\(name).png")
          == FileManager.default.contents(atPath: "\(daemon.outbox)/one/one.png"))
    }
    try await daemon.wait(for: "the figures", limit: .seconds(20)) {
      let text = daemon.text("outbox/.jobs/easel.prom") ?? ""
      return text.contains("easel_jobs_reused_total{kind=\"result\"} 1\n")
        && text.contains("easel_evaluations_total 12\n")
    }
    await daemon.stop()
  }
}
