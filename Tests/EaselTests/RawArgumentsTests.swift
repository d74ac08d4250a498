import Files
import Foundation
import Testing

/// Folders whose names are not UTF-8, on the command line and where the program runs.
@Suite struct RawArgumentsTests {
  private static let oddName = FileName(Array("odd".utf8) + [0xff])

  /// Runs the real program and worker in such a folder, where `$odd` is such a name.
  private func run(_ command: String, in folder: TemporaryFolder) async throws -> RunningProgram.Ending {
    let script = #"odd=$(printf 'odd\377'); mkdir -p "$odd"; cd "$odd"; easel=$0; \#(command)"#
    return try await RunningProgram([], in: folder.path, wrapper: ["/bin/sh", "-c", script]).ending()
  }

  private func folderWithPictures() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(try SmallPictures.png(seed: 1), to: "cat.content.png")
    try folder.write(try SmallPictures.png(seed: 11), to: "cat.style.png")
    try folder.write(SmallPictures.settings, to: "cat.yaml")
    return folder
  }

  private func names(_ path: Path) throws -> [String] { try path.names().map(\.description) }

  @Test func aJobGoesThroughFoldersOfAnyName() async throws {
    let folder = try folderWithPictures()
    let run = try await run(
      #"mkdir in"$odd"; mv ../cat.* in"$odd"; "$easel" watch --once --inbox in"$odd" --outbox="out$odd" --cache "c$odd""#,
      in: folder)
    #expect(run.exitCode == 0, "\(run.errors)")
    let place = Path(folder.path).appending(Self.oddName)
    func inner(_ prefix: String) -> Path {
      place.appending(FileName(Array(prefix.utf8) + Self.oddName.bytes))
    }
    #expect(try inner("in").names().isEmpty)
    #expect(try names(inner("out").appending("cat")).contains("cat.png"))
    #expect(try place.names().count { !$0.bytes.starts(with: [UInt8(ascii: ".")]) } == 4, "in, out, c and styles")
  }

  @Test func picturesOfAnyNameArePainted() async throws {
    let folder = try folderWithPictures()
    let run = try await run(
      #"mv ../cat.content.png "p$odd.png"; "$easel" paint "p$odd.png" ../cat.style.png --settings ../cat.yaml -o "r$odd""#,
      in: folder)
    #expect(run.exitCode == 0, "\(run.errors)")
    let results = FileName(Array("r".utf8) + Self.oddName.bytes)
    #expect(try Path(folder.path).appending(Self.oddName).appending(results).names().count == 1)
  }

  @Test func whatTextCannotTellApartIsRefused() async throws {
    let folder = try folderWithPictures()
    let run = try await run(
      #""$easel" evaluate "$(printf 'a\376')" "$(printf 'a\377')" ../cat.style.png"#, in: folder)
    #expect(run.exitCode == 64)
  }
}
