import Foundation
import Testing

/// What bash offers behind a half-written command line, with the program's own script.
@Suite struct CompletionTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func offered(_ line: String) throws -> [String] {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["--noprofile", "--norc", "-c", Self.script, "bash", line]
    process.currentDirectoryURL = URL(filePath: folder.path)
    let programs = URL(filePath: RunningProgram.path).deletingLastPathComponent().path
    process.environment = ProcessInfo.processInfo.environment.merging(["PATH": "\(programs):/usr/bin:/bin"]) { $1 }
    let output = Pipe()
    process.standardOutput = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return said.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// As readline calls it: the words, which of them is being written, and how far.
  private static let script = #"""
    . /usr/share/bash-completion/bash_completion 2>/dev/null
    eval "$(easel --generate-completion-script bash)"
    COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=9
    read -r -a COMP_WORDS <<< "$1"
    case $1 in *" ") COMP_WORDS+=("") ;; esac
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _easel easel "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
    printf '%s\n' "${COMPREPLY[@]}"
    """#

  @Test func commandsAreOffered() throws {
    let words = try offered("easel d")
    #expect(Set(words).isSuperset(of: ["demo", "doctor"]) && !words.contains("watch"))
  }

  @Test func presetsAreOffered() throws {
    #expect(try Set(offered("easel settings show ")).isSuperset(of: ["easel", "fast", "neural-style", "titu"]))
  }

  @Test func keysOfSettingsAreOfferedWithTheirWords() throws {
    let words = try Set(offered("easel paint a.jpg b.jpg --set "))
    #expect(
      words.isSuperset(of: [
        "preset=fast", "style_loss=gram", "size=", "balance=false", "output=jpeg", "output_depth=16",
      ]))
  }

  @Test func paintingsAreStylesAndPictures() throws {
    try SmallPictures.png(seed: 1).write(to: URL(filePath: folder.path + "/night.png"))
    try folder.write("x", to: "notes.txt")
    let words = try Set(offered("easel paint a.jpg "))
    #expect(words.contains("night.png") && !words.contains("notes.txt"))
  }

  @Test func rememberedStylesAreOffered() async throws {
    try SmallPictures.png(seed: 1).write(to: URL(filePath: folder.path + "/night.png"))
    let added = try await RunningProgram.run(["styles", "add", "night.png", "--name", "auvers"], in: folder.path)
    #expect(added.exitCode == 0)
    #expect(try offered("easel styles remove ") == ["auvers"])
    #expect(try offered("easel paint a.jpg ").contains("auvers"))
  }

  @Test func jobsAreThoseThatWait() throws {
    try folder.write("x", to: "inbox/cat.content.jpg")
    try FileManager.default.createDirectory(atPath: folder.path + "/outbox", withIntermediateDirectories: true)
    #expect(try offered("easel job cancel ") == ["cat"])
  }

  @Test(arguments: ["bash", "zsh", "fish"]) func everyShellHasAScript(shell: String) async throws {
    let run = try await RunningProgram.run(["--generate-completion-script", shell], in: folder.path)
    #expect(run.exitCode == 0 && run.output.contains("easel") && run.output.contains("paint"))
  }
}
