import Foundation
import Testing

import enum TestSupport.Python

/// The built program paints small pictures of noise-free gradients, with the real network.
@Suite(.serialized) struct PaintTests {
  private static let quick = [
    "--set", "preset=lesson-transfer", "--set", "size=48", "--set", "iterations=3", "--set",
    "evaluations_per_iteration=4", "--threads", "2",
  ]

  private static func folderWithPictures() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try Python.run(
      """
      import sys; from PIL import Image
      photo = Image.linear_gradient('L').resize((60, 40))
      Image.merge('RGB', (photo, photo.rotate(180), photo.rotate(90).resize((60, 40)))).save(sys.argv[1] + '/photo.png')
      Image.radial_gradient('L').resize((50, 50)).convert('RGB').save(sys.argv[1] + '/painting.jpg', quality=95)
      """, folder.path)
    return folder
  }

  private static func report(_ folder: TemporaryFolder, _ path: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(filePath: "\(folder.path)/\(path)"))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test func paintWritesAPictureAnAnimationAndAReportThatAgree() async throws {
    let folder = try Self.folderWithPictures()
    let run = try await RunningProgram.run(["paint", "photo.png", "painting.jpg"] + Self.quick, in: folder.path)
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(run.output.hasPrefix("./photo/photo.png: loss "))
    #expect(
      try Python.run(
        """
        import sys; from PIL import Image
        picture = Image.open(sys.argv[1] + '/photo/photo.png'); gif = Image.open(sys.argv[1] + '/photo/photo.gif')
        print(picture.format, picture.mode, picture.size, gif.format, gif.size, gif.n_frames, gif.info['loop'])
        """, folder.path) == "PNG RGB (48, 32) GIF (48, 32) 4 0\n")

    let report = try Self.report(folder, "photo/report.json")
    #expect(report["evaluations"] as? Int == 12)
    #expect(report["stopReason"] as? String == "all 12 evaluations were done")
    let iterations = try #require(report["iterations"] as? [[String: Any]])
    let losses = iterations.compactMap { $0["loss"] as? Double }
    #expect(losses.count == 3 && losses == losses.sorted(by: >))
    let norms = try #require(report["gradientNorms"] as? [String: Double])
    #expect(norms.keys.sorted() == (1...5).map { "block\($0)_conv2" })
    #expect(norms.values.allSatisfy { $0 > 0 })

    let evaluation = try await RunningProgram.run(
      ["evaluate", "photo.png", "painting.jpg", "photo/photo.png", "--json", "--set", "preset=lesson-transfer"],
      in: folder.path)
    let json = try #require(try JSONSerialization.jsonObject(with: Data(evaluation.output.utf8)) as? [String: Any])
    let evaluated = try #require(json["loss"] as? Double)
    let written = try #require(report["writtenLoss"] as? Double)
    #expect(abs(evaluated - written) < 1e-4 * written)
  }

  @Test func aLadderIsCountedAndTracedAsOneRun() async throws {
    let folder = try Self.folderWithPictures()
    let run = try await RunningProgram.run(
      ["paint", "photo.png", "painting.jpg"] + Self.quick
        + ["--set", "size=128", "--set", "scales=auto", "--trace", "trace.csv"], in: folder.path)
    #expect(run.exitCode == 0, "\(run.errors)")
    let report = try Self.report(folder, "photo/report.json")
    #expect(report["evaluations"] as? Int == 24)
    #expect(report["stopReason"] as? String == "all 24 evaluations were done")
    let iterations = try #require(report["iterations"] as? [[String: Any]])
    #expect(iterations.compactMap { $0["size"] as? Int } == [64, 64, 64, 128, 128, 128])
    #expect(iterations.compactMap { $0["iteration"] as? Int } == Array(1...6))
    #expect(iterations.compactMap { $0["evaluations"] as? Int } == (1...6).map { $0 * 4 })

    let text = try String(contentsOf: URL(filePath: "\(folder.path)/trace.csv"), encoding: .utf8)
    let lines = text.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
    #expect(lines.first == ["evaluation", "size", "style_factor", "seconds", "loss", "loss_8bit"])
    let rows = lines.dropFirst().map { $0.compactMap(Double.init) }
    #expect(rows.map { $0[0] } == (1...24).map(Double.init) + [24])
    #expect(rows.map { $0[2] } == (0..<25).map { $0 < 16 ? 0.1 : 1 })
    #expect(zip(rows, rows.dropFirst()).allSatisfy { $0[3] < $1[3] })
    #expect(rows.allSatisfy { $0[5] > 0.99 * $0[4] }, "the settings' own weights are the larger ones")
    let written = try #require(report["writtenLoss"] as? Double)
    #expect(abs(rows[24][5] - written) < 1e-6 * written)
    #expect(rows[16...23].contains { abs($0[5] - written) < 1e-4 * written }, "the picture is one of those evaluated")
  }

  /// Once a long and narrow photo was refused where the ladder's smallest size left its deepest layer no pixel.
  @Test func autoPassesOverSizesThatAreTooNarrow() async throws {
    let folder = try Self.folderWithPictures()
    try Python.run(
      """
      import sys; from PIL import Image
      Image.linear_gradient('L').resize((160, 24)).convert('RGB').save(sys.argv[1] + '/photo.png')
      """, folder.path)
    let arguments = ["paint", "photo.png", "painting.jpg"] + Self.quick + ["--set", "size=128"]
    let run = try await RunningProgram.run(arguments + ["--set", "scales=auto"], in: folder.path)
    #expect(run.exitCode == 0, "\(run.errors)")
    let iterations = try #require(try Self.report(folder, "photo/report.json")["iterations"] as? [[String: Any]])
    #expect(iterations.compactMap { $0["size"] as? Int } == [128, 128, 128])
    let named = try await RunningProgram.run(arguments + ["--set", "scales=[64]"], in: folder.path)
    #expect(named.exitCode != 0 && named.errors.contains("becomes 64x10 pixels"), "\(named.errors)")
  }

  @Test func sameSeedGivesTheSameBytesAndTargetsComeFromTheCache() async throws {
    let folder = try Self.folderWithPictures()
    for _ in 0..<2 {
      let run = try await RunningProgram.run(
        ["paint", "photo.png", "painting.jpg", "--set", "force=true"] + Self.quick, in: folder.path)
      #expect(run.exitCode == 0, "\(run.errors)")
    }
    for ending in ["png", "gif"] {
      let first = FileManager.default.contents(atPath: "\(folder.path)/photo/photo.\(ending)")
      #expect(first != nil && first == FileManager.default.contents(atPath: "\(folder.path)/photo-2/photo.\(ending)"))
    }
    let cold = try #require(try Self.report(folder, "photo/report.json")["cache"] as? [String: Any])
    let warm = try #require(try Self.report(folder, "photo-2/report.json")["cache"] as? [String: Any])
    #expect(cold["misses"] as? Int == 6)
    #expect(warm["misses"] as? Int == 0)
  }

  /// In the stage of the small size, and in the first of two at the size of the result.
  @Test(arguments: ["48 px 2/4", "64 px 1/4"]) func interruptedPaintGoesOnToTheSameBytes(place: String) async throws {
    let folder = try Self.folderWithPictures()
    let long = [
      "paint", "photo.png", "painting.jpg", "--set", "size=64", "--set", "iterations=4", "--set",
      "evaluations_per_iteration=15", "--set", "scales=[48]", "--set", "force=true",
    ]
    let whole = try await RunningProgram.run(long, in: folder.path)
    #expect(whole.exitCode == 0, "\(whole.errors)")
    let cut = try RunningProgram(long, in: folder.path)
    try await cut.wait(for: place, limit: .seconds(60)) { cut.errors.contains(place) }
    cut.send(SIGINT)
    let interrupted = await cut.ending()
    #expect(interrupted.exitCode == 130)
    #expect(interrupted.errors.contains("Start the same command again to go on from here"))
    #expect(FileManager.default.fileExists(atPath: "\(folder.path)/photo-2") == false)
    try Python.run(
      """
      import sys; from safetensors.numpy import load_file
      saved = load_file(sys.argv[1])
      assert saved["optimizer.x"].dtype == "f4"
      pairs = [saved[name] for name in saved if name.startswith(("optimizer.step", "optimizer.change"))]
      assert all(vector.dtype == "i2" and abs(vector).max() == 32767 for vector in pairs), pairs
      """, "\(folder.path)/.photo.painting/checkpoint")
    let resumed = try await RunningProgram.run(long, in: folder.path)
    #expect(resumed.exitCode == 0, "\(resumed.errors)")
    #expect(!resumed.errors.contains("48 px 1/4"))
    for file in ["photo.png", "photo.gif"] {
      let expected = FileManager.default.contents(atPath: "\(folder.path)/photo/\(file)")
      #expect(expected != nil && expected == FileManager.default.contents(atPath: "\(folder.path)/photo-2/\(file)"))
    }
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/.photo.painting"))
  }

  /// Once a kept state was found by the photo's name alone, and a larger picture of that name was written past its end.
  @Test func stateOfOtherPicturesIsNotGoneOnFrom() async throws {
    let folder = try Self.folderWithPictures()
    let cut = try RunningProgram(
      ["paint", "photo.png", "painting.jpg", "--set", "size=64", "--set", "iterations=900"], in: folder.path)
    try await cut.wait(for: "an iteration", limit: .seconds(60)) { cut.errors.contains("iteration 1/900") }
    cut.send(SIGINT)
    #expect(await cut.ending().exitCode == 130)
    try Python.run(
      """
      import sys; from PIL import Image
      Image.linear_gradient('L').resize((60, 60)).convert('RGB').save(sys.argv[1] + '/photo.png')
      """, folder.path)
    let other = try await RunningProgram.run(["paint", "photo.png", "painting.jpg"] + Self.quick, in: folder.path)
    #expect(other.exitCode == 0, "\(other.errors)")
    #expect(other.errors.contains("iteration 1/3"))
    #expect(try Self.report(folder, "photo/report.json")["height"] as? Int == 48)
  }

  @Test func aFolderThatCannotBeMadeIsNamed() async throws {
    let folder = try Self.folderWithPictures()
    let run = try await RunningProgram.run(
      ["paint", "photo.png", "painting.jpg", "-o", "photo.png/results"] + Self.quick, in: folder.path)
    #expect(run.exitCode != 0)
    #expect(
      run.errors.contains("the output folder photo.png/results (-o) cannot be used: photo.png is a file, not a folder"))
    let threads = try await RunningProgram.run(
      ["paint", "photo.png", "painting.jpg", "--threads", "99999999"], in: folder.path)
    #expect(threads.errors.contains("--threads: expected 1 to 1024, found 99999999"))
  }

  @Test(arguments: ["content", "style"]) func reconstructionsTakeOnePicture(task: String) async throws {
    let folder = try Self.folderWithPictures()
    let run = try await RunningProgram.run(
      ["paint", "photo.png", "painting.jpg", "--set", "task=\(task)"] + Self.quick, in: folder.path)
    #expect(run.exitCode == 0, "\(run.errors)")
    let name = task == "content" ? "photo" : "painting"
    let report = try Self.report(folder, "\(name)/report.json")
    let inputs = try #require(report["inputs"] as? [[String: Any]])
    #expect(inputs.compactMap { $0["role"] as? String } == [task])
    let losses = try #require(report["losses"] as? [[String: Any]])
    #expect(
      losses.compactMap { $0["layer"] as? String }
        == (task == "content" ? ["block5_conv1"] : ["block1_conv1", "block2_conv1"]))
  }

  @Test func picturesThatAreNoneAreNamedWithTheReason() async throws {
    let folder = try Self.folderWithPictures()
    try folder.write("this is no picture\n", to: "notes.jpg")
    let run = try await RunningProgram.run(["paint", "notes.jpg", "painting.jpg"] + Self.quick, in: folder.path)
    #expect(run.exitCode != 0)
    #expect(run.errors.contains("notes.jpg: looks like"))
    #expect(run.errors.contains("save it as PNG or JPEG"))
    let narrow = try await RunningProgram.run(
      ["paint", "photo.png", "painting.jpg", "--set", "size=32", "--set", "style_scale=0.5"], in: folder.path)
    #expect(narrow.exitCode == 0, "\(narrow.errors)")
    try Python.run(
      "import sys; from PIL import Image; Image.new('RGB', (400, 20)).save(sys.argv[1] + '/strip.png')", folder.path)
    let strip = try await RunningProgram.run(["paint", "strip.png", "painting.jpg"] + Self.quick, in: folder.path)
    #expect(strip.exitCode != 0)
    #expect(strip.errors.contains("strip.png: becomes 48x2 pixels, and layer block5_conv2 needs at least 16"))
  }

  @Test func missingWeightsAreOneClearError() async throws {
    let folder = try Self.folderWithPictures()
    let run = try await RunningProgram.run(
      ["paint", "photo.png", "painting.jpg"] + Self.quick, in: folder.path, environment: ["EASEL_WEIGHTS": folder.path])
    #expect(run.exitCode != 0)
    #expect(run.errors.contains("vgg16.safetensors: the weights of vgg16 were not found; looked for \(folder.path)"))
  }

  @Test func benchPrintsItsFiguresAsJSON() async throws {
    let folder = try TemporaryFolder()
    let run = try await RunningProgram.run(["bench", "--size", "64", "--repeats", "1", "--json"], in: folder.path)
    let figures = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    #expect(figures["size"] as? Int == 64)
    for key in ["seconds_per_evaluation", "effective_gflops", "peak_gflops", "rss_bytes"] {
      let value = try #require(figures[key] as? Double, "\(key)")
      #expect(value > 0, "\(key)")
    }
  }

  /// From dropped files to a published folder, with the real worker.
  @Test func daemonPaintsWhatIsDropped() async throws {
    let folder = try Self.folderWithPictures()
    for name in ["inbox", "outbox", "cache"] {
      try FileManager.default.createDirectory(atPath: "\(folder.path)/\(name)", withIntermediateDirectories: true)
    }
    let daemon = try RunningProgram(["watch"], in: folder.path)
    try folder.write("{size: 48, iterations: 2, evaluations_per_iteration: 3}\n", to: "inbox/trip.yaml")
    try FileManager.default.copyItem(
      atPath: "\(folder.path)/photo.png", toPath: "\(folder.path)/inbox/trip.content.png")
    try FileManager.default.copyItem(
      atPath: "\(folder.path)/painting.jpg", toPath: "\(folder.path)/inbox/trip.style.jpg")
    try await daemon.wait(for: "outbox/trip", limit: .seconds(60)) {
      FileManager.default.fileExists(atPath: "\(folder.path)/outbox/trip")
    }
    let published = try FileManager.default.subpathsOfDirectory(atPath: "\(folder.path)/outbox/trip").sorted()
    #expect(
      published == [
        "inputs", "inputs/trip.content.png", "inputs/trip.style.jpg", "inputs/trip.yaml", "report.html", "report.json",
        "settings.yaml", "trip.gif", "trip.png",
      ])
    daemon.send(SIGTERM)
    #expect(await daemon.ending().exitCode == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/inbox").isEmpty)
  }
}
