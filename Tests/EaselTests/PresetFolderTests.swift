import Foundation
import Jobs
import Testing

/// The daemon with presets of its own and folders that apply them.
@Suite(.serialized) struct PresetFolderTests {
  private static let configuration = """
    presets: {tiny: {size: 40, iterations: 1, evaluations_per_iteration: 2, gif: false, threads: 1}}
    preset_folders: true
    """

  private static func published(_ daemon: TestDaemon, _ name: String) throws -> Settings {
    let yaml = daemon.text("outbox/\(name)/settings.yaml") ?? ""
    return try Settings(validating: SettingsDocument(parsing: yaml.utf8, source: "settings.yaml"))
  }

  @Test func whatIsDroppedThereIsPaintedByThePreset() async throws {
    let daemon = try TestDaemon(settings: Self.configuration, hasFakeWorker: false)
    try FileManager.default.createDirectory(atPath: daemon.inbox + "/tiny/dog", withIntermediateDirectories: true)
    try await daemon.start()
    try daemon.folder.write(try SmallPictures.png(seed: 2), to: "box/inbox/tiny/dog/style.png")
    try daemon.folder.write(try SmallPictures.png(seed: 1), to: "box/inbox/tiny/dog/content.png")
    try daemon.folder.write("size: 36", to: "box/inbox/tiny/dog/settings.yaml")
    try daemon.folder.write(try SmallPictures.png(seed: 2), to: "box/inbox/tiny/cat.style.png")
    try daemon.folder.write(try SmallPictures.png(seed: 1), to: "box/inbox/tiny/cat.content.png")
    try daemon.folder.write("{preset: tiny, size: 44}", to: "box/inbox/cat.yaml")
    try daemon.folder.write(try SmallPictures.png(seed: 2), to: "box/inbox/cat.style.png")
    try daemon.folder.write(try SmallPictures.png(seed: 1), to: "box/inbox/cat.content.png")
    try await daemon.waitUntilPublished(["cat", "cat-2", "dog"])
    #expect(try Set(["cat", "cat-2", "dog"].map { try Self.published(daemon, $0).size }) == [36, 40, 44])
    #expect(try Self.published(daemon, "dog").iterations == 1)
    #expect(daemon.left == ["tiny"], "the folder stays")
    let page = daemon.text("outbox/dog/report.html") ?? ""
    #expect(page.contains("href=\"inputs/content.png\"") && page.contains("src=\"dog.png\""))
    #expect(page.contains("<code>36</code>"))
    await daemon.stop()
  }

  @Test func aFailedJobIsTriedAgainInTheFolderThatItCameFrom() async throws {
    let folder = try TemporaryFolder()
    try folder.write("preset_folders: true", to: "easel.yaml")
    for (name, preset) in [("cow", "fast"), ("dog", "slow"), ("elk", "titu")] {
      try folder.write(
        "{\"message\": \"no\", \"presetFolder\": \"\(preset)\"}", to: "outbox/\(name).failed/report.json")
    }
    try folder.write("x", to: "inbox/fast/notes.txt")
    try folder.write("x", to: "inbox/slow/notes.txt")
    for name in ["cow", "dog", "elk"] {
      let ending = try await RunningProgram.run(["job", "retry", name, "--config", "easel.yaml"], in: folder.path)
      #expect(ending.exitCode == 0, "\(ending.errors)")
    }
    #expect(folder.names(in: "inbox/fast") == ["cow.failed", "notes.txt"])
    #expect(
      folder.names(in: "inbox") == ["dog.failed", "elk.failed", "fast", "slow"], "no preset or no folder of that name")
  }

  @Test func aConfigurationWithABadPresetIsRefusedWithItsLine() async throws {
    let daemon = try TestDaemon(settings: "presets:\n  tiny: {size: 1}")
    try daemon.launch()
    let ending = await daemon.program.ending()
    #expect(ending.exitCode == 78)
    #expect(ending.errors.contains("easel.yaml:2: presets.tiny.size: found '1'"), "\(ending.errors)")
  }

  @Test func settingsCommandsKnowOwnPresets() async throws {
    let folder = try TemporaryFolder()
    try folder.write("presets: {tiny: {size: 40}}", to: "easel.yaml")
    try folder.write("preset: tiny", to: "cat.yaml")
    let shown = try await RunningProgram.run(["settings", "show", "tiny", "--config", "easel.yaml"], in: folder.path)
    #expect(shown.output.contains("size: 40\n"), "\(shown.errors)")
    let checked = try await RunningProgram.run(
      ["settings", "check", "cat.yaml", "--config", "easel.yaml"], in: folder.path)
    #expect(checked.output == "cat.yaml: right\n")
    let schema = try await RunningProgram.run(["settings", "schema", "--config", "easel.yaml"], in: folder.path)
    let object = try JSONSerialization.jsonObject(with: Data(schema.output.utf8)) as? [String: Any]
    let properties = object?["properties"] as? [String: [String: Any]]
    #expect((properties?["preset"]?["enum"] as? [String])?.last == "tiny")
  }
}
