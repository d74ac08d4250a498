import Files
import Foundation
import Jobs
import Spool
import Testing

/// The built program opens what the version before has written; `Fixtures/formats` holds it.
@Suite struct FormatTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let fixtures = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
      .appending(path: "Fixtures/formats")
    for name in ["outbox", "cache", "styles", "settings.yaml"] {
      try FileManager.default.copyItem(atPath: fixtures.appending(path: name).path, toPath: "\(folder.path)/\(name)")
    }
    try FileManager.default.moveItem(atPath: folder.path + "/outbox/jobs", toPath: folder.path + "/outbox/.jobs")
  }

  private func easel(_ arguments: String...) async throws -> String {
    let run = try await RunningProgram.run(arguments, in: folder.path)
    #expect(run.exitCode == 0, "\(arguments): \(run.output)\(run.errors)")
    return run.output
  }

  @Test func aJobOfBeforeIsPainted() async throws {
    #expect(try await easel("status").contains("dog  held"))
    _ = try await easel("job", "release", "dog")
    _ = try await easel("watch", "--once")
    #expect(FileManager.default.fileExists(atPath: folder.path + "/outbox/dog/dog.png"))
  }

  @Test func aStyleOfBeforeIsKnownWithItsUses() async throws {
    let styles = try await easel("styles")
    #expect(styles.contains(/cat +32x32 +698 +2026-11-27 +1\s/), "\(styles)")
  }

  @Test func theCacheOfBeforeIsSound() async throws {
    #expect(try await easel("cache", "verify") == "1 entries, 0 damaged\n")
  }

  @Test func settingsOfBeforeAreRight() async throws {
    #expect(try await easel("settings", "check", "settings.yaml") == "settings.yaml: right\n")
  }

  @Test func filesHaveNumbers() async throws {
    try SmallPictures.png(seed: 1).write(to: URL(filePath: folder.path + "/night.png"))
    _ = try await easel("styles", "add", "night.png")
    #expect(folder.text("styles/night/style.json")?.contains("\"format\" : 1") == true)
    let directory = JobDirectory(Path(folder.path + "/outbox/.jobs/1795758849245-npgr"))
    let record = try directory.readRecord()
    try directory.write(record)
    #expect(folder.text("outbox/.jobs/1795758849245-npgr/job.json")?.contains("\"format\" : 2") == true)
    #expect(try await easel("settings", "schema").contains("\"$comment\" : \"format 1\""))
  }

  /// It may mean something else by then: it is left alone, and said.
  @Test func aJobOfALaterVersionIsLeftAlone() async throws {
    let path = "outbox/.jobs/1795758849245-npgr/job.json"
    let later = try #require(folder.text(path)).replacing(
      "{\n  \"attempt\"", with: "{\n  \"format\" : 99,\n  \"attempt\"")
    try folder.write(later, to: path)
    #expect(throws: JSONFileError.self) {
      try JobDirectory(Path(folder.path + "/outbox/.jobs/1795758849245-npgr")).readRecord()
    }
    let run = try await RunningProgram.run(["watch", "--once"], in: folder.path)
    #expect(
      run.errors.contains("it has format 99, and this Easel knows formats up to 2; install the later one again"),
      "\(run.errors)")
    #expect(folder.text(path) == later)
  }
}
