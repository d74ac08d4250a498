import Foundation
import Jobs
import Testing

@Suite struct SettingsCommandTests {
  @Test func showPrintsASettingsFileThatIsRight() async throws {
    let folder = try TemporaryFolder()
    let shown = try await RunningProgram.run(["settings", "show"], in: folder.path)
    #expect(shown.exitCode == 0)
    #expect(shown.output == Settings.withoutAnyFile.yaml)
    try folder.write(shown.output, to: "shown.yaml")
    let checked = try await RunningProgram.run(["settings", "check", "shown.yaml"], in: folder.path)
    #expect(checked.output == "shown.yaml: right\n")
    #expect(checked.exitCode == 0)
  }

  @Test func showTakesAPreset() async throws {
    let folder = try TemporaryFolder()
    let shown = try await RunningProgram.run(["settings", "show", "preview"], in: folder.path)
    #expect(shown.output.contains("size: 192\n"))
  }

  @Test func showNamesThePresetsThatThereAre() async throws {
    let folder = try TemporaryFolder()
    let shown = try await RunningProgram.run(["settings", "show", "turner"], in: folder.path)
    #expect(shown.exitCode != 0)
    #expect(shown.errors.contains("lesson-transfer"))
  }

  @Test func checkTellsWhatIsWrongInEachFile() async throws {
    let folder = try TemporaryFolder()
    try folder.write("size: huge\ncolour: blue\n", to: "a.yaml")
    try folder.write("size: 300\n", to: "b.yaml")
    let checked = try await RunningProgram.run(["settings", "check", "a.yaml", "b.yaml", "c.yaml"], in: folder.path)
    #expect(checked.exitCode == 1)
    #expect(checked.output == "b.yaml: right\n")
    #expect(
      checked.errors.hasPrefix(
        """
        a.yaml:1: size: found 'huge'; allowed is a whole number from 32 to 8192
        a.yaml:2: colour: unknown key
        c.yaml: cannot be read: No such file or directory
        """))
  }

  @Test("The command, a job and `paint` read the same files") func everyoneReadsUTF16() async throws {
    let folder = try TemporaryFolder()
    let bytes = "\u{FEFF}size: 300\r\ncontent: cat #1.jpg\r\n".utf16.flatMap {
      [UInt8($0 & 0xFF), UInt8($0 >> 8)] as [UInt8]
    }
    try Data(bytes).write(to: URL(filePath: folder.path + "/cat.yaml"))
    let checked = try await RunningProgram.run(["settings", "check", "cat.yaml"], in: folder.path)
    #expect(checked.exitCode == 1)
    let complaint = "cat.yaml:2: content: found 'cat', since what follows # is a comment"
    #expect(checked.errors.hasPrefix(complaint))
    let painted = try await RunningProgram.run(
      ["paint", "a.jpg", "b.jpg", "-o", "results", "--settings", "cat.yaml"], in: folder.path)
    #expect(painted.exitCode != 0 && painted.errors.contains(complaint), "\(painted.errors)")
    #expect(Sidecar(reading: bytes, of: "cat.yaml") == .invalid(reason: String(checked.errors.dropLast())))
  }

  @Test func versionIsPrinted() async throws {
    let folder = try TemporaryFolder()
    let version = try await RunningProgram.run(["--version"], in: folder.path)
    #expect(
      version.output.wholeMatch(
        of: /[0-9]+\.[0-9]+\.[0-9]+(, commit [0-9a-z-]+)?, (portable|avx2|avx512) \(reads PNG, JPEG[A-Za-z, ]*\)\n/)
        != nil)
  }
}
