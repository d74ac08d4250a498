import Files
import Foundation
import Images
import Testing

/// Pictures that are not whole, with the built program and the real network.
@Suite(.serialized) struct DamagedPictureTests {
  private static let quick = [
    "--set", "size=48", "--set", "iterations=1", "--set", "evaluations_per_iteration=2", "--set", "gif=false",
  ]

  /// Noise does not pack, so that half of the file is about half of the rows.
  private static func noise() throws -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    let pixels = (0..<64 * 48 * 3).map { _ in UInt8.random(in: 0...255, using: &generator) }
    return try PNGEncoder.encode(RGBImage(width: 64, height: 48, pixels: pixels))
  }

  @Test func aCutOffPictureIsPaintedOnlyWhereTheSettingsSaySo() async throws {
    let folder = try TemporaryFolder()
    let whole = try Self.noise()
    try folder.write(Data(whole.prefix(whole.count / 2)), to: "photo.png")
    try folder.write(try SmallPictures.png(seed: 1), to: "painting.png")
    let refused = try await RunningProgram.run(["paint", "photo.png", "painting.png"] + Self.quick, in: folder.path)
    #expect(refused.exitCode == 1)
    let words = try #require(
      refused.errors.firstMatch(
        of: /photo\.png: the PNG file is cut off: (\d+) of 48 rows are there \(png_read_row: the data end before/))
    let rows = try #require(Int(words.1))
    #expect((20...25).contains(rows), "\(refused.errors)")
    #expect(refused.errors.contains("copy it again, in full, or paint it as it is by `damaged: paint` in the settings"))

    let painted = try await RunningProgram.run(
      ["paint", "photo.png", "painting.png", "--set", "damaged=paint"] + Self.quick, in: folder.path)
    #expect(painted.exitCode == 0, "\(painted.errors)")
    let report = try String(contentsOfFile: folder.path + "/photo/report.json", encoding: .utf8)
    #expect(report.contains("damaged: \(rows) of 48 rows are there, the others are grey"))
  }

  @Test func aPictureThatStaysDamagedFailsAtOnce() async throws {
    // A second attempt would come when this test has long failed.
    let daemon = try TestDaemon(settings: "retry_delay: 1h", hasFakeWorker: false)
    try await daemon.start()
    let whole = try Self.noise()
    try daemon.folder.write(Data(whole.dropLast(100)), to: "box/inbox/cat.content.png")
    try daemon.folder.write(try SmallPictures.png(seed: 2), to: "box/inbox/cat.style.png")
    try daemon.drop(SmallPictures.settings, as: "cat.yaml")
    try await daemon.waitUntilPublished(["cat.failed"])
    let words = try String(contentsOfFile: daemon.outbox + "/cat.failed/error.txt", encoding: .utf8)
    #expect(words.contains("cat.content.png: the PNG file is cut off: 47 of 48 rows are there"), "\(words)")
    await daemon.stop()
  }

  /// Its writer was slow, and the picture was taken too early.
  @Test func aPictureThatIsStillWrittenIsTriedAgain() async throws {
    let daemon = try TestDaemon(settings: "retry_delay: 100ms", hasFakeWorker: false)
    try await daemon.start()
    let whole = try Self.noise()
    try daemon.folder.write(try SmallPictures.png(seed: 3), to: "box/inbox/cat.style.png")
    try daemon.drop(SmallPictures.settings, as: "cat.yaml")
    try daemon.folder.write(Data(whole.prefix(500)), to: "box/inbox/cat.content.png")
    let writer = try FileHandle(forWritingTo: URL(filePath: daemon.inbox + "/cat.content.png"))
    try writer.seekToEnd()
    var written = 500
    try await daemon.wait(for: "a second attempt") {
      // A byte at a time, and never all: the picture changes before and after each look.
      if try !daemon.spool.directories().isEmpty, written < whole.count - 1000 {
        try writer.write(contentsOf: whole[written..<written + 1])
        written += 1
      }
      return daemon.program.errors.contains("retrying in")
    }
    try writer.write(contentsOf: whole[written...])
    try writer.close()
    try await daemon.waitUntilPublished(["cat"])
    await daemon.stop()
  }

  @Test func paintFollowsALinkThatItsUserNames() async throws {
    let folder = try TemporaryFolder()
    try folder.write(try SmallPictures.png(seed: 4), to: "photo.png")
    for (link, target) in [("other.png", "photo.png"), ("far.png", "other.png")] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.path + "/" + link, withDestinationPath: folder.path + "/" + target)
    }
    let run = try await RunningProgram.run(["paint", "far.png", "other.png"] + Self.quick, in: folder.path)
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(run.output.hasPrefix("./far/far.png: loss "))
    let added = try await RunningProgram.run(["styles", "add", "far.png"], in: folder.path)
    #expect(added.exitCode == 0 && added.output.contains("far"), "\(added.output)\(added.errors)")
  }

  @Test func theVersionTellsTheFormats() async throws {
    let run = try await RunningProgram.run(["--version"], in: FileManager.default.temporaryDirectory.path)
    #expect(run.output.contains("(reads PNG, JPEG, WebP, HEIC, AVIF, TIFF)"))
  }
}
