import Foundation
import Testing

import enum TestSupport.Python

/// Every command that takes pictures, with sizes and contents that nobody thought of: a clear error or a result, never a
/// signal. Once a long and narrow picture ended `easel evaluate` with SIGFPE.
@Suite(.serialized) struct OddPictureTests {
  static let pictures = ["dot.png", "tall.png", "wide.png", "clear.png"]

  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try Python.run(
      """
      import sys; from PIL import Image
      def gradient(width, height): return Image.linear_gradient('L').resize((width, height)).convert('RGB')
      for name, size in dict(sound=(60, 40), dot=(1, 1), tall=(8, 500), wide=(16384, 16), flat=(500, 8)).items():
        gradient(*size).save(f'{sys.argv[1]}/{name}.png')
      Image.new('RGBA', (60, 40), (0, 0, 0, 0)).save(sys.argv[1] + '/clear.png')
      """, folder.path)
  }

  private static let quick = [
    "--set", "size=48", "--set", "iterations=1", "--set", "evaluations_per_iteration=2", "--threads", "2",
  ]

  private func expectAnEnd(_ arguments: [String]) async throws {
    let run = try await RunningProgram.run(arguments, in: folder.path)
    #expect(!run.wasKilledBySignal, "\(arguments): \(run.exitCode)")
    if run.exitCode != 0 { #expect(run.errors.contains("Error: "), "\(arguments): \(run.errors)") }
  }

  @Test(arguments: pictures) func paintEnds(picture: String) async throws {
    try await expectAnEnd(["paint", picture, "sound.png"] + Self.quick)
    try await expectAnEnd(["paint", "sound.png", picture] + Self.quick)
    for task in ["content", "style"] {
      try await expectAnEnd(["paint", picture, picture, "--set", "task=\(task)"] + Self.quick)
    }
    try await expectAnEnd(["paint", picture, "sound.png", "--set", "scales=auto"] + Self.quick)
  }

  @Test(arguments: pictures + ["flat.png"]) func evaluateEnds(picture: String) async throws {
    // Else the painting would be as long as the widest picture, and far higher.
    let small = ["--style-size", "40x30"]
    try await expectAnEnd(["evaluate", "sound.png", "sound.png", picture] + small)
    try await expectAnEnd(["evaluate", picture, picture, "sound.png"])
    for task in ["content", "style"] {
      try await expectAnEnd(["evaluate", "sound.png", "sound.png", picture, "--set", "task=\(task)"] + small)
    }
  }

  @Test(arguments: pictures) func stylesAddEnds(picture: String) async throws {
    try await expectAnEnd(["styles", "add", picture])
  }

  @Test func evaluateNamesWhatIsTooNarrow() async throws {
    let flat = try await RunningProgram.run(["evaluate", "sound.png", "sound.png", "flat.png"], in: folder.path)
    #expect(
      flat.exitCode == 1 && flat.errors.contains("becomes 500x8 pixels, and layer block5_conv1 needs at least 16"))
    let style = try await RunningProgram.run(
      ["evaluate", "sound.png", "sound.png", "sound.png", "--style-size", "64x8"], in: folder.path)
    #expect(style.exitCode == 1 && style.errors.contains("sound.png: becomes 64x8 pixels"))
  }

  /// A painting that is as large as none may be is refused before anything of that size is made.
  @Test func whatCannotFitIsRefusedBeforeItIsResized() async throws {
    let limited = try RunningProgram(
      ["paint", "sound.png", "sound.png", "--set", "size=8192", "--set", "style_scale=4", "--set", "memory=2G"],
      in: folder.path, wrapper: ["/bin/sh", "-c", "ulimit -v 1500000; exec \"$0\" \"$@\""])
    let ending = await limited.ending()
    #expect(!ending.wasKilledBySignal && ending.exitCode == 1)
    #expect(ending.errors.contains("memory: 2048M is too little: 8192x5461 needs at least "), "\(ending.errors)")
  }
}
