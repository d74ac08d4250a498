import Files
import Foundation
import Images
import Spool
import Testing

/// A folder with `styles: each`: the built program paints each of its photos in each of its paintings.
@Suite(.serialized) struct EachPaintingTests {
  private static let settings =
    "{photos: all, styles: each, size: 64, iterations: 2, evaluations_per_iteration: 3, threads: 1, gif: false}"

  /// Drops a folder as a file manager does, by one rename.
  private func drop(
    _ name: String, into daemon: TestDaemon, settings: String = settings, _ pictures: [String: Int],
    broken: [String] = []
  ) throws {
    for (picture, seed) in pictures {
      try daemon.folder.write(try SmallPictures.png(seed: seed, width: 96, height: 64), to: "box/new/\(picture)")
    }
    for picture in broken { try daemon.folder.write("no picture", to: "box/new/\(picture)") }
    try daemon.folder.write(settings, to: "box/new/settings.yaml")
    try FileManager.default.moveItem(atPath: "\(daemon.box)/new", toPath: "\(daemon.inbox)/\(name)")
  }

  private static let pictures = ["monday.png": 1, "café.png": 2, "style1.png": 3, "night.style.png": 4]

  private static func cells(_ folder: String) -> [String] {
    ["café", "monday"].flatMap { photo in ["style1", "night"].map { "\(folder)-\(photo)-\($0)" } }
  }

  private func report(_ folder: String, _ daemon: TestDaemon) throws -> [String: Any] {
    let text = try #require(daemon.text("outbox/\(folder)/report.json"))
    return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  private func states(_ folder: String, _ daemon: TestDaemon) throws -> [String] {
    let cells = try #require(try report(folder, daemon)["cells"] as? [[String: Any]])
    return cells.compactMap { cell in
      (cell["folder"] as? String).map { "\($0) \(cell["state"] ?? "")" }
    }
  }

  private func sheet(_ folder: String, _ daemon: TestDaemon) throws -> RGBImage {
    try ImageDecoder.decode(path: Path("\(daemon.outbox)/\(folder)/\(folder).contact-sheet.png")).image
  }

  @Test func twoPhotosInTwoPaintingsAreFourJobsAndASheet() async throws {
    let daemon = try TestDaemon(hasFakeWorker: false)
    try await daemon.start()
    try drop("trip", into: daemon, Self.pictures)
    try await daemon.waitUntilPublished(Self.cells("trip") + ["trip"], limit: .seconds(120))
    #expect(daemon.left == [] && daemon.temporaries == [])
    #expect(try states("trip", daemon) == Self.cells("trip").map { "\($0) done" })
    #expect(
      Set(daemon.folder.names(in: "box/outbox/trip")) == [
        "inputs", "report.json", "settings.yaml", "trip.contact-sheet.png",
      ])
    #expect(daemon.folder.names(in: "box/outbox/trip/inputs").count == 5)
    for cell in Self.cells("trip") { #expect(daemon.folder.exists("box/outbox/\(cell)/\(cell).png")) }
    // The painting of the last one was seen before, in five layers; the photo has each painting's colours.
    let cache = try #require(try report("trip-monday-night", daemon)["cache"] as? [String: Any])
    #expect((cache["hits"] as? Int ?? 0) >= 5, "\(cache)")
    #expect(daemon.folder.names(in: "box/styles").filter { !$0.hasPrefix(".") } == ["night", "trip"])
    let sheet = try sheet("trip", daemon)
    #expect(sheet.width > 3 * 128 && sheet.height > 3 * 64)

    try drop("again", into: daemon, Self.pictures)
    try await daemon.waitUntilPublished(
      Self.cells("trip") + ["trip"] + Self.cells("again") + ["again"], limit: .seconds(120))
    await daemon.stop()
    for cell in Self.cells("again") {
      let reused = try #require(try report(cell, daemon)["reused"] as? [String: Any])
      #expect(reused["kind"] as? String == "result")
    }
    if let folder = ProcessInfo.processInfo.environment["EASEL_KEEP_SHEETS"] {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try? FileManager.default.copyItem(
        atPath: "\(daemon.outbox)/trip/trip.contact-sheet.png", toPath: folder + "/trip.png")
    }
  }

  @Test func aPaintingThatIsNoneFailsAloneAndIsPaintedWhenItIsPutRight() async throws {
    let daemon = try TestDaemon(hasFakeWorker: false)
    try await daemon.start()
    try drop(
      "trip", into: daemon, ["a.png": 1, "b.png": 2, "style1.png": 3], broken: ["style2.png"])
    let ended = ["trip", "trip-a-style1", "trip-a-style2.failed", "trip-b-style1", "trip-b-style2.failed"]
    try await daemon.waitUntilPublished(ended, limit: .seconds(120))
    #expect(
      try states("trip", daemon) == [
        "trip-a-style1 done", "trip-a-style2.failed failed", "trip-b-style1 done", "trip-b-style2.failed failed",
      ])
    _ = try sheet("trip", daemon)
    #expect(daemon.text("outbox/trip-a-style2.failed/error.txt")?.contains("style2.png") == true)

    let failed = "box/outbox/trip-a-style2.failed"
    try daemon.folder.write(try SmallPictures.png(seed: 5), to: "\(failed)/inputs/style2.png")
    try FileManager.default.moveItem(
      atPath: "\(daemon.folder.path)/\(failed)", toPath: "\(daemon.inbox)/trip-a-style2.failed")
    try await daemon.waitUntilPublished(
      ["trip", "trip-a-style1", "trip-a-style2", "trip-b-style1", "trip-b-style2.failed"], limit: .seconds(120))
    await daemon.stop()
    #expect(daemon.folder.exists("box/outbox/trip-a-style2/trip-a-style2.png"))
  }

  @Test func aRestartInTheMiddleGoesOn() async throws {
    let daemon = try TestDaemon(hasFakeWorker: false)
    try await daemon.start()
    try drop("trip", into: daemon, Self.pictures)
    try await daemon.wait(for: "the first of them") { !daemon.published.isEmpty }
    daemon.program.send(SIGKILL)
    _ = await daemon.program.ending()
    #expect(daemon.published.count < 5)
    try await daemon.start()
    try await daemon.waitUntilPublished(Self.cells("trip") + ["trip"], limit: .seconds(120))
    #expect(try states("trip", daemon) == Self.cells("trip").map { "\($0) done" })
    await daemon.stop()
  }

  @Test func aRememberedPaintingIsOneOfThem() async throws {
    let daemon = try TestDaemon(hasFakeWorker: false)
    try daemon.folder.write(try SmallPictures.png(seed: 7), to: "auvers.png")
    let added = try await RunningProgram.run(
      ["styles", "add", daemon.folder.path + "/auvers.png", "--styles", daemon.box + "/styles"], in: daemon.folder.path)
    #expect(added.exitCode == 0, "\(added.errors)")
    try await daemon.start()
    let settings = String(Self.settings.dropLast()) + ", style: [auvers, night.png]}"
    try drop("trip", into: daemon, settings: settings, ["a.png": 1, "night.png": 3])
    try await daemon.waitUntilPublished(["trip", "trip-a-auvers", "trip-a-night"], limit: .seconds(120))
    await daemon.stop()
    #expect(try report("trip-a-auvers", daemon)["style"] as? String == "auvers")
    #expect(
      daemon.folder.names(in: "box/outbox/trip-a-auvers/inputs") == ["a.png", "auvers.style.png", "settings.yaml"])
  }
}

/// The same with a worker that only pretends.
@Suite struct BatchControlTests {
  private func drop(_ name: String, into daemon: SmallDaemon, settings: String = "photos: all\nstyles: each") throws {
    for file in ["a.jpg", "b.jpg", "style1.jpg", "style2.jpg"] { try daemon.folder.write(file, to: "new/\(file)") }
    try daemon.folder.write(settings, to: "new/settings.yaml")
    try FileManager.default.createDirectory(
      atPath: daemon.folder.path + "/inbox", withIntermediateDirectories: true)
    try FileManager.default.moveItem(
      atPath: daemon.folder.path + "/new", toPath: daemon.folder.path + "/inbox/" + name)
  }

  private func cells(_ name: String) -> [String] {
    ["a-style1", "a-style2", "b-style1", "b-style2"].map { "\(name)-\($0)" }
  }

  @Test(arguments: [1, 2, 1000]) func aSmallQueueTakesThemOneAfterTheOther(limit: Int) async throws {
    let daemon = try SmallDaemon()
    try drop("trip", into: daemon)
    try daemon.drop("cat")
    try await daemon.drain { $0.settings.queueLimit = limit }
    #expect(daemon.published == (["cat", "trip"] + cells("trip")).sorted())
    let calls = (daemon.folder.text("calls") ?? "").split(separator: "\n").map { $0.split(separator: " ")[0] }
    #expect(calls.count == 6 && calls.filter { $0.hasPrefix("trip") }.last == "trip")
  }

  @Test func theFolderCanBeHeldReleasedAndCancelled() async throws {
    let daemon = try SmallDaemon()
    try drop("slow", into: daemon)
    try await daemon.run {
      try await daemon.wait(for: "a worker") { try daemon.isStarted("slow-a-style1") }
      let status = try await RunningProgram.run(["status"], in: daemon.folder.path)
      #expect(status.output.contains("gathering   0 of 4 jobs have ended; then the contact sheet is made"))
      #expect(try await RunningProgram.run(["job", "hold", "slow"], in: daemon.folder.path).exitCode == 0)
      try await daemon.wait(for: "the stop") { try daemon.job("slow-a-style1")?.record.state == .queued }
      for cell in cells("slow") { #expect(try daemon.job(cell)?.isHeld == true) }
      #expect(try await RunningProgram.run(["job", "cancel", "slow"], in: daemon.folder.path).exitCode == 0)
      try await daemon.wait(for: "the end") { try daemon.spool.directories().isEmpty }
    }
    #expect(daemon.published == (["slow"] + cells("slow")).map { $0 + ".failed" }.sorted())
    #expect(daemon.folder.names(in: "outbox/slow.failed/inputs").count == 5)
  }

  @Test func whatIsHeldIsNotWaitedForByOnce() async throws {
    let daemon = try SmallDaemon()
    try drop("slow", into: daemon)
    try await daemon.run {
      try await daemon.wait(for: "a worker") { try daemon.isStarted("slow-a-style1") }
      #expect(try await RunningProgram.run(["job", "hold", "slow-a-style1"], in: daemon.folder.path).exitCode == 0)
      try await daemon.wait(for: "the stop") { try daemon.job("slow-a-style1")?.record.state == .queued }
    }
    // The others have been stopped once by now or are quick.
    try await daemon.drainHeld(cells("slow"))
    #expect(try daemon.job("slow")?.record.state == .gathering)
    #expect(try daemon.job("slow-a-style1")?.isHeld == true)
  }
}

extension SmallDaemon {
  /// Holds all of these, and runs until nothing is left to do but them.
  fileprivate func drainHeld(_ names: [String]) async throws {
    for name in names where try job(name)?.isHeld == false { try job(name)?.directory.set(.hold) }
    try await drain()
  }
}
