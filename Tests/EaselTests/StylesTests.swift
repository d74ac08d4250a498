import Foundation
import Testing

/// The library of styles, with the built program.
@Suite(.serialized) struct StylesTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for seed in 1...3 { try folder.write(SmallPictures.png(seed: seed), to: "picture\(seed).png") }
  }

  private func easel(_ arguments: String...) async throws -> RunningProgram.Ending {
    try await RunningProgram.run(arguments, in: folder.path)
  }

  private func styles() async throws -> [[String: Any]] {
    let output = try await easel("styles", "--json").output
    return try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [[String: Any]])
  }

  @Test func stylesAreAddedListedRenamedAndRemoved() async throws {
    #expect(try await easel("styles").output.contains("add one with: easel styles add FILE"))
    let added = try await easel("styles", "add", "picture1.png")
    #expect(added.output == "picture1.png is remembered as picture1; paint in it with `style: picture1`\n")
    #expect(
      try await easel("styles", "add", "picture2.png", "--name", "picture1").output.contains("as picture1-2, since"))
    #expect(try await easel("styles", "add", "picture1.png").output.contains("remembered already, as picture1;"))
    #expect(try await easel("styles", "rename", "picture1-2", "wave").exitCode == 0)

    let lines = try await easel("styles").output.split(separator: "\n").map {
      $0.split(separator: " ").map(String.init)
    }
    #expect(lines[0] == ["NAME", "PIXELS", "BYTES", "ADDED", "USES", "LAST", "USED", "THUMBNAIL"])
    #expect(lines[1][0...1] == ["picture1", "48x40"] && lines[2][0...1] == ["wave", "48x40"])
    #expect(lines[1].last?.hasSuffix("/styles/picture1/thumbnail.png") == true)
    #expect(FileManager.default.fileExists(atPath: try #require(lines[1].last)))
    let styles = try await styles()
    #expect(styles.compactMap { $0["name"] as? String } == ["picture1", "wave"])
    #expect(styles.compactMap { $0["uses"] as? Int } == [0, 0])
    let original = try #require(styles[1]["original"] as? String)
    #expect(FileManager.default.contents(atPath: original) == (try SmallPictures.png(seed: 2)))

    #expect(try await easel("styles", "remove", "picture1").exitCode == 0)
    #expect(folder.names(in: "styles") == [".lock", "wave"])
  }

  @Test func mistakesAreSaidInWords() async throws {
    _ = try await easel("styles", "add", "picture1.png", "--name", "auvers")
    let missing = try await easel("styles", "remove", "auver")
    #expect(
      missing.exitCode != 0 && missing.errors.contains("no style called \"auver\" is remembered; there are: auvers"))
    let path = try await easel("styles", "add", "picture2.png", "--name", "../a.b")
    #expect(path.exitCode != 0 && path.errors.contains("cannot be a style's name"))
    #expect(try await easel("styles", "remove", "../picture1.png").exitCode != 0)
    try folder.write("no picture", to: "notes.jpg")
    let notes = try await easel("styles", "add", "notes.jpg")
    #expect(notes.exitCode != 0 && notes.errors.contains("notes.jpg: looks like"))
    #expect(folder.names(in: "styles") == [".lock", "auvers"])
    try folder.write("{", to: "styles/auvers/style.json")
    let damaged = try await easel("styles")
    #expect(damaged.exitCode == 0 && damaged.errors.contains("made anew from the original"))
  }

  private static let quick = ["--set", "size=48", "--set", "iterations=2", "--set", "evaluations_per_iteration=2"]

  @Test func paintRemembersAndPaintsInWhatItRemembers() async throws {
    let first = try await RunningProgram.run(["paint", "picture1.png", "picture2.png"] + Self.quick, in: folder.path)
    #expect(first.exitCode == 0, "\(first.errors)")
    #expect(try await easel("styles", "rename", "picture2", "auvers").exitCode == 0)
    let named = try await RunningProgram.run(["paint", "picture1.png", "auvers"] + Self.quick, in: folder.path)
    #expect(named.exitCode == 0, "\(named.errors)")
    let pictures = try ["picture1", "picture1-2"].map {
      try #require(FileManager.default.contents(atPath: "\(folder.path)/\($0)/picture1.png"))
    }
    #expect(pictures[0] == pictures[1])
    #expect(folder.text("picture1-2/report.json")?.contains("\"style\" : \"auvers\"") == true)
    #expect(try await styles().compactMap { $0["uses"] as? Int } == [2])

    let forgetful = try await RunningProgram.run(
      ["paint", "picture1.png", "picture3.png", "--no-remember"] + Self.quick, in: folder.path)
    #expect(forgetful.exitCode == 0)
    #expect(try await styles().count == 1)
    let unknown = try await easel("paint", "picture1.png", "auver")
    #expect(unknown.exitCode != 0)
    #expect(unknown.errors.contains("auver: there is no such file, and no style called \"auver\" is remembered"))
  }
}

/// The daemon with the worker that paints.
@Suite(.serialized) struct RememberedStylesTests {
  private func names(_ daemon: TestDaemon) -> [String] {
    daemon.folder.names(in: "box/styles").filter { $0 != ".lock" }
  }

  private func uses(_ daemon: TestDaemon, _ name: String) throws -> Int? {
    let bytes = Data((daemon.text("styles/\(name)/style.json") ?? "").utf8)
    return (try JSONSerialization.jsonObject(with: bytes) as? [String: Any])?["uses"] as? Int
  }

  @Test func afterwardsOnlyPhotosAreDropped() async throws {
    let daemon = try TestDaemon(settings: "threads: 1", hasFakeWorker: false)
    try await daemon.start()
    try daemon.drop(painting: "auvers", variant: 1)
    try await daemon.waitUntilPublished(["auvers"])
    #expect(names(daemon) == ["auvers"])
    #expect(daemon.folder.names(in: "box/styles/auvers") == ["original.png", "style.json", "thumbnail.png"])
    #expect(
      FileManager.default.contents(atPath: daemon.box + "/styles/auvers/original.png")
        == (try SmallPictures.png(seed: 11)))

    let settings = SmallPictures.settings.dropLast() + ", style: auvers}"
    try daemon.folder.write(try SmallPictures.png(seed: 1), to: "box/inbox/again.content.png")
    try daemon.drop(String(settings), as: "again.yaml")
    try await daemon.waitUntilPublished(["again", "auvers"])
    #expect(
      FileManager.default.contents(atPath: daemon.outbox + "/again/again.png")
        == FileManager.default.contents(atPath: daemon.outbox + "/auvers/auvers.png"))
    #expect(
      daemon.folder.names(in: "box/outbox/again/inputs") == ["again.content.png", "again.yaml", "auvers.style.png"])
    #expect(daemon.text("outbox/again/report.json")?.contains("\"style\" : \"auvers\"") == true)
    #expect(try uses(daemon, "auvers") == 2)
    #expect(names(daemon) == ["auvers"])

    try daemon.drop("photo", as: "lost.content.png")
    try daemon.drop("style: auver", as: "lost.yaml")
    try await daemon.waitUntilPublished(["again", "auvers", "lost.failed"])
    let error = daemon.text("outbox/lost.failed/error.txt") ?? ""
    #expect(error.contains("lost.yaml: style: no style called \"auver\" is remembered; there are: auvers"))
    #expect(error.contains("easel styles add FILE"))
    await daemon.stop()
  }

  @Test func aFolderOfPhotosIsAJobForEach() async throws {
    let daemon = try TestDaemon(settings: "threads: 1\nworkers: 2", hasFakeWorker: false)
    try await daemon.start()
    for (number, photo) in ["a", "b", "c"].enumerated() {
      try daemon.folder.write(try SmallPictures.png(seed: number), to: "box/trip/\(photo).png")
    }
    try daemon.folder.write(try SmallPictures.png(seed: 20), to: "box/trip/style.png")
    try daemon.folder.write(
      String(SmallPictures.settings.dropLast()) + ", contents: all}", to: "box/trip/settings.yaml")
    try FileManager.default.moveItem(atPath: daemon.box + "/trip", toPath: daemon.inbox + "/trip")
    try await daemon.waitUntilPublished(["trip-a", "trip-b", "trip-c"])
    #expect(daemon.left == [])
    for photo in ["a", "b", "c"] {
      #expect(
        daemon.folder.names(in: "box/outbox/trip-\(photo)/inputs") == ["\(photo).png", "settings.yaml", "style.png"])
    }
    #expect(names(daemon) == ["trip"])
    #expect(try uses(daemon, "trip") == 3)
    await daemon.stop()
  }

  @Test func nothingIsRememberedWhenThatIsSwitchedOffOrThePictureIsBad() async throws {
    let daemon = try TestDaemon(settings: "threads: 1", hasFakeWorker: false)
    try daemon.folder.write(try SmallPictures.png(seed: 1), to: "box/inbox/bad.content.png")
    try daemon.drop("no picture", as: "bad.style.png")
    try daemon.drop(SmallPictures.settings, as: "bad.yaml")
    try await daemon.start()
    try await daemon.waitUntilPublished(["bad.failed"])
    #expect(names(daemon) == [])
    await daemon.stop()

    let forgetful = try TestDaemon(settings: "threads: 1\nremember_styles: false", hasFakeWorker: false)
    try forgetful.drop(painting: "auvers", variant: 1)
    try await forgetful.start()
    try await forgetful.waitUntilPublished(["auvers"])
    #expect(names(forgetful) == [])
    await forgetful.stop()
  }

  /// A library that cannot be written fails no picture, and the log says so.
  @Test func aLibraryThatIsInTheWayIsSaid() async throws {
    let daemon = try TestDaemon(settings: "threads: 1", hasFakeWorker: false)
    try daemon.folder.write("", to: "box/styles/.lock/file")
    try daemon.drop(painting: "auvers", variant: 1)
    try await daemon.start()
    try await daemon.waitUntilPublished(["auvers"])
    #expect(daemon.program.errors.contains("the style auvers is not remembered or its use not counted"))
    await daemon.stop()
  }
}
