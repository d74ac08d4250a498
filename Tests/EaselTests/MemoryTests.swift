import Foundation
import Testing

import enum TestSupport.Python

/// The built program within memory limits.
@Suite(.serialized) struct MemoryTests {
  private static func paint(_ folder: TemporaryFolder, _ name: String, _ more: [String]) async throws
    -> RunningProgram.Ending
  {
    try await RunningProgram.run(
      [
        "paint", "photo.png", "painting.png", "-o", name, "--threads", "2", "--set", "size=200", "--set",
        "iterations=1", "--set", "evaluations_per_iteration=3", "--set", "force=true",
      ] + more, in: folder.path)
  }

  private static func engine(_ folder: TemporaryFolder, _ name: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(filePath: "\(folder.path)/\(name)/photo/report.json"))
    let report = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    return try #require(report["engine"] as? [String: Any])
  }

  private static func folderWithPictures() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try Python.run(
      """
      import sys; from PIL import Image
      Image.effect_noise((300, 200), 60).convert('RGB').save(sys.argv[1] + '/photo.png')
      Image.radial_gradient('L').resize((200, 160)).convert('RGB').save(sys.argv[1] + '/painting.png')
      """, folder.path)
    return folder
  }

  @Test func aLimitChangesTheMemoryButNoPixel() async throws {
    let folder = try Self.folderWithPictures()
    let free = try await Self.paint(folder, "free", [])
    #expect(free.exitCode == 0, "\(free.errors)")
    #expect(free.errors.contains("memory: 200x133 needs "))
    let planned = try #require(try Self.engine(folder, "free")["plannedMemoryBytes"] as? Int)
    #expect(try #require(try Self.engine(folder, "free")["peakMemoryBytes"] as? Int) <= planned)

    let limit = planned - 1
    let limited = try await Self.paint(folder, "limited", ["--set", "memory=\(limit)"])
    #expect(limited.exitCode == 0, "\(limited.errors)")
    #expect(limited.errors.contains("computed again in strips of "))
    let engine = try Self.engine(folder, "limited")
    #expect(try #require(engine["recomputedBlocks"] as? Int) > 0)
    #expect(try #require(engine["plannedMemoryBytes"] as? Int) <= limit)
    let pictures = try ["free", "limited"].map {
      try Data(contentsOf: URL(filePath: "\(folder.path)/\($0)/photo/photo.png"))
    }
    #expect(pictures[0] == pictures[1])
  }

  @Test func whatCannotFitIsRefusedWithTheNumberThatWould() async throws {
    let folder = try Self.folderWithPictures()
    let refused = try await Self.paint(folder, "refused", ["--set", "memory=64M"])
    #expect(refused.exitCode == 1)
    let words = refused.errors
    #expect(words.contains("memory: 64M is too little: 200x133 needs at least "), "\(words)")
    #expect(words.contains("set a smaller size, style_scale, history_size (with optimizer: lbfgs) or gif"))
    // The number that would fit does.
    let match = try #require(words.firstMatch(of: /needs at least (\d+M)\ with/))
    let allowed = try await Self.paint(folder, "allowed", ["--set", "memory=\(match.1)"])
    #expect(allowed.exitCode == 0, "\(allowed.errors)")
  }

  /// Two gibibytes are enough for a large picture.
  @Test func anEvaluationOf8MegapixelsFits2GiB() async throws {
    let folder = try TemporaryFolder()
    let bench = ["bench", "--width", "3840", "--height", "2160", "--threads", "2"]
    let refused = try await RunningProgram.run(bench + ["--memory", "1G"], in: folder.path)
    #expect(refused.exitCode == 1)
    let match = try #require(refused.errors.firstMatch(of: /3840x2160 needs at least (\d+)M\ with/))
    #expect(try #require(Int(match.1)) <= 2048)
  }

  /// What an evaluation takes is no more than what was planned, however much of it is computed again.
  @Test(arguments: ["2G", "700M", "400M"]) func plansKeepTheirWord(limit: String) async throws {
    let folder = try TemporaryFolder()
    let run = try await RunningProgram.run(
      [
        "bench", "--width", "1200", "--height", "800", "--threads", "2", "--repeats", "1", "--memory", limit, "--json",
      ], in: folder.path)
    #expect(run.exitCode == 0, "\(run.errors)")
    let result = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let planned = try #require(result["planned_bytes"] as? Int)
    #expect(planned <= (try #require(result["memory_limit"] as? Int)))
    #expect(try #require(result["rss_bytes"] as? Int) <= planned)
  }

  @Test func aShorterHistoryNeedsLess() async throws {
    let folder = try Self.folderWithPictures()
    func planned(_ name: String, _ settings: [String]) async throws -> Int {
      let run = try await Self.paint(folder, name, settings)
      #expect(run.exitCode == 0, "\(run.errors)")
      return try #require(try Self.engine(folder, name)["plannedMemoryBytes"] as? Int)
    }
    let long = try await planned("long", ["--set", "history_size=10"])
    let short = try await planned("short", ["--set", "history_size=2"])
    #expect(long - short == 8 * 12 * 200 * 133)
  }
}
