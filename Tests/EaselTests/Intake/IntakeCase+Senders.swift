import Files
import Foundation
import Testing

extension IntakeCase {
  /// Programs that send files, and what they and other systems leave beside them.
  static let senders: [IntakeCase] = [
    IntakeCase(
      name: "rsync into a folder", published: ["trip-a", "trip-zoo"],
      act: { daemon in
        for name in ["trip/a.jpg", "trip/settings.yaml", "trip/style.jpg"] { try send(name, to: daemon) }
        try await sendSlowly("trip/zoo.jpg", to: daemon)
      },
      check: { #expect($0.text("outbox/trip-zoo/inputs/zoo.jpg") == "zoozoozoozoo") }),
    IntakeCase(
      name: "a photo that comes after its folder", published: ["trip"], left: ["trip"],
      act: { daemon in
        for name in ["trip/content.jpg", "trip/style.jpg"] { try send(name, to: daemon) }
        try await daemon.waitUntilPublished(["trip"])
        try send("trip/late.jpg", to: daemon)
        try await daemon.wait(for: "the log") {
          daemon.program.errors.contains("trip/late.jpg: not used: no settings file names it")
        }
        try await expectStatus(of: daemon, "trip  waiting     for a content picture: content.jpg or .png")
      },
      check: { #expect($0.text("inbox/trip/late.jpg") == "trip/late.jpg") }),
    IntakeCase(
      name: "a download into a file of full size",
      act: { daemon in
        try daemon.drop("control", as: "cat.content.jpg.aria2")
        try daemon.drop(String(repeating: "\0", count: 100), as: "cat.content.jpg")
        try daemon.drop("painting", as: "cat.style.jpg")
        try daemon.drop("size: 64", as: "cat.yaml")
        try await daemon.wait(for: "the log") {
          daemon.program.errors.contains("still being downloaded: cat.content.jpg.aria2 is there")
        }
        try await expectStatus(of: daemon, "cat.content.jpg (still being downloaded: cat.content.jpg.aria2 is there)")
        #expect(daemon.records.isEmpty && daemon.published.isEmpty)
        try daemon.drop("photo", as: "cat.content.jpg")
        try FileManager.default.removeItem(atPath: daemon.inbox + "/cat.content.jpg.aria2")
      },
      check: { #expect($0.text("outbox/cat/inputs/cat.content.jpg") == "photo") }),
    IntakeCase(
      name: "names from a Mac", published: ["caf\u{E9}"],
      act: { daemon in
        try write("photo", as: "cafe\u{301}.jpg", to: daemon)
        try write("painting", as: "cafe\u{301}.style.jpg", to: daemon)
        try write("content: caf\u{E9}.jpg", as: "caf\u{E9}.yaml", to: daemon)
      },
      check: { daemon in
        let inputs = try Path("\(daemon.outbox)/caf\u{E9}/inputs").names()
        #expect(inputs.contains(FileName("cafe\u{301}.jpg")))
      }),
    IntakeCase(
      name: "a settings file with a hidden ending", left: ["cat.yaml.txt"],
      act: { daemon in
        try daemon.drop("size: 64", as: "cat.yaml.txt")
        try daemon.drop(job: "cat", settings: nil)
      },
      check: { daemon in
        let log = daemon.program.errors
        #expect(log.contains("cat.yaml.txt: not used: it looks like a settings file; call it cat.yaml"))
        #expect(log.contains("cat: is painted with the default settings: cat.yaml.txt looks like a settings file"))
      }),
    IntakeCase(
      name: "side files of photo services", published: ["trip-a", "trip-b"],
      act: { daemon in
        for name in [
          "a.jpg", "b.jpg", "style.jpg", "a.jpg.json", "b.jpg.xmp", "metadata.json", "b.jpg:Zone.Identifier",
        ] {
          try daemon.drop("{\"title\": 1}", as: "trip/" + name)
        }
        try daemon.drop("photos: all", as: "trip/settings.yaml")
      },
      check: { daemon in
        for name in ["a.jpg.json", "b.jpg.xmp", "metadata.json"] {
          let lines = daemon.program.errors.split(separator: "\n").filter { $0.contains("trip/\(name): not used: ") }
          #expect(lines.count == 1, "\(name)")
        }
        #expect(daemon.folder.names(in: "box/outbox/trip-b/inputs").count == 7)
      }),
    IntakeCase(
      name: "pictures before the settings that name them", settings: "sidecar_grace: 10s",
      act: { daemon in
        for name in ["holiday.jpg", "auvers.jpg"] { try daemon.drop("picture", as: name) }
        try await Task.sleep(for: .milliseconds(500))
        try daemon.drop("{content: holiday, style: auvers.jpg}", as: "cat.yaml")
      },
      check: { #expect(!$0.program.errors.contains("not used")) }),
    IntakeCase(
      name: "a picture of another name than the settings say",
      act: { daemon in
        try daemon.drop("{content: holiday.jpg, style: auvers.jpg}", as: "cat.yaml")
        for name in ["Holiday.JPG", "auvers.jpg"] { try daemon.drop("picture", as: name) }
        try await daemon.wait(for: "the guess") { daemon.program.errors.contains("did you mean Holiday.JPG?") }
        try await expectStatus(of: daemon, "which cat.yaml names as its content; did you mean Holiday.JPG?")
        try FileManager.default.moveItem(
          atPath: daemon.inbox + "/Holiday.JPG", toPath: daemon.inbox + "/holiday.jpg")
      }),
  ]

  /// As rsync does: under a temporary name first.
  private static func send(_ name: String, to daemon: TestDaemon) throws {
    let temporary = temporaryName(name)
    try daemon.drop(name.hasSuffix(".yaml") ? "photos: all" : name, as: temporary)
    try #require(rename(daemon.inbox + "/" + temporary, daemon.inbox + "/" + name) == 0)
  }

  /// With pauses that are longer than any file needs to settle.
  private static func sendSlowly(_ name: String, to daemon: TestDaemon) async throws {
    let temporary = temporaryName(name)
    try daemon.drop("zoo", as: temporary)
    let file = try FileHandle(forWritingTo: URL(filePath: daemon.inbox + "/" + temporary))
    try file.seekToEnd()
    for _ in 0..<3 {
      try await Task.sleep(for: .milliseconds(800))
      #expect(daemon.records.isEmpty && daemon.published.isEmpty)
      try file.write(contentsOf: Data("zoo".utf8))
    }
    try await Task.sleep(for: .milliseconds(800))
    try await expectStatus(of: daemon, ".zoo.jpg.Xa81bQ (still being transferred)")
    try file.close()
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1_000_000_000)], ofItemAtPath: daemon.inbox + "/" + temporary)
    #expect(rename(daemon.inbox + "/" + temporary, daemon.inbox + "/" + name) == 0)
  }

  private static func temporaryName(_ name: String) -> String {
    let path = Path(name)
    return "\(path.folder)/.\(path.lastName).Xa81bQ"
  }

  private static func expectStatus(of daemon: TestDaemon, _ words: String) async throws {
    let status = try await RunningProgram.run(
      ["status", "--inbox", daemon.inbox, "--outbox", daemon.outbox], in: daemon.folder.path)
    #expect(status.output.contains(words), "\(status.output)")
  }

  /// By the name's very bytes.
  private static func write(_ text: String, as name: String, to daemon: TestDaemon) throws {
    try FileSystem.replace(Path(daemon.inbox).appending(FileName(name)), with: Array(text.utf8))
  }
}
