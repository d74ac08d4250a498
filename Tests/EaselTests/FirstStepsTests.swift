import Foundation
import Testing

/// The built program, as somebody meets it who has read nothing.
@Suite struct FirstStepsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func aloneItSaysHowToBegin() async throws {
    let run = try await RunningProgram.run([], in: folder.path)
    #expect(run.exitCode == 0)
    for command in ["easel demo", "easel paint PHOTO PAINTING", "easel watch", "easel doctor"] {
      #expect(run.output.contains(command))
    }
  }

  @Test func theDemoPaintsTheSampleAndSaysWhatToTryNext() async throws {
    let run = try await RunningProgram.run(["demo"], in: folder.path, environment: ["TMPDIR": folder.path])
    #expect(run.exitCode == 0, "\(run.errors)")
    let match = try #require(
      run.output.firstMatch(of: /Painted: (.*\/easel-demo-[^\/]*)\/cat\/cat.png\n/), "\(run.output)")
    for file in ["cat.png", "cat.gif", "report.html"] {
      #expect(FileManager.default.fileExists(atPath: "\(match.1)/cat/\(file)"))
    }
    #expect(match.1.hasPrefix(folder.path) && run.output.contains("Try next:"))
    #expect(run.errors.contains("iteration") || run.errors.contains("px"))
    #expect(folder.names().filter { !$0.hasPrefix(".") }.count == 1)
  }

  @Test func openingWithoutADesktopIsSaid() async throws {
    for (name, seed) in [("a.png", 1), ("b.png", 2)] {
      try SmallPictures.png(seed: seed).write(to: URL(filePath: "\(folder.path)/\(name)"))
    }
    let run = try await RunningProgram.run(
      [
        "paint", "a.png", "b.png", "--open", "--no-remember", "--set", "size=48", "--set", "iterations=1", "--set",
        "evaluations_per_iteration=1",
      ], in: folder.path, environment: ["PATH": "/nowhere"])
    #expect(run.exitCode == 0)
    #expect(
      run.errors.contains("--open: xdg-open is missing (Debian: apt install xdg-utils); the picture is ./a/a.png"))
  }

  @Test func openingHandsThePictureOver() async throws {
    try folder.write("#!/bin/sh\necho \"$1\" > opened\n", to: "bin/xdg-open")
    chmod(folder.path + "/bin/xdg-open", 0o755)
    for (name, seed) in [("a.png", 1), ("b.png", 2)] {
      try SmallPictures.png(seed: seed).write(to: URL(filePath: "\(folder.path)/\(name)"))
    }
    let run = try await RunningProgram.run(
      [
        "paint", "a.png", "b.png", "--open", "--no-remember", "--set", "size=48", "--set", "iterations=1", "--set",
        "evaluations_per_iteration=1",
      ], in: folder.path, environment: ["PATH": folder.path + "/bin:/usr/bin:/bin"])
    #expect(run.exitCode == 0 && folder.text("opened") == "./a/a.png\n", "\(run.errors)")
  }
}
