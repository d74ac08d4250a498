import Foundation
import Jobs
import Testing

extension IntakeCase {
  /// The ways by which finished files arrive.
  static let arrivals: [IntakeCase] = [
    IntakeCase(name: "there before the start", before: { try $0.drop(job: "cat") }),
    IntakeCase(
      name: "an old date",
      act: { daemon in
        try daemon.drop(job: "cat")
        try setDates(daemon, to: Date(timeIntervalSince1970: 1_000_000_000))
      }),
    IntakeCase(
      name: "a date to come",
      act: { daemon in
        try daemon.drop(job: "cat")
        try setDates(daemon, to: Date(timeIntervalSince1970: 4_000_000_000))
      }),
    IntakeCase(
      name: "moved in",
      act: { daemon in
        for name in catFiles {
          try FileManager.default.moveItem(atPath: aside(daemon, name), toPath: inside(daemon, name))
        }
      }),
    IntakeCase(
      name: "hard-linked in",
      act: { daemon in
        for name in catFiles {
          try FileManager.default.linkItem(atPath: aside(daemon, name), toPath: inside(daemon, name))
        }
      }),
    IntakeCase(
      name: "a folder moved in",
      act: { daemon in
        try daemon.folder.write("photo", to: "aside/cat/content.jpg")
        try daemon.folder.write("painting", to: "aside/cat/style.jpg")
        try daemon.folder.write("size: 64", to: "aside/cat/settings.yaml")
        try FileManager.default.moveItem(atPath: daemon.folder.path + "/aside/cat", toPath: daemon.inbox + "/cat")
      },
      check: { #expect($0.folder.names(in: "box/outbox/cat/inputs") == ["content.jpg", "settings.yaml", "style.jpg"]) }),
    IntakeCase(
      name: "a folder filled in place", settings: "sidecar_grace: 10s",
      act: { daemon in
        try FileManager.default.createDirectory(atPath: daemon.inbox + "/cat", withIntermediateDirectories: false)
        for name in ["content.jpg", "style.jpg", "settings.yaml"] {
          try await Task.sleep(for: .milliseconds(250))
          #expect(daemon.records.isEmpty)
          try daemon.drop(name == "settings.yaml" ? "size: 64" : name, as: "cat/" + name)
        }
      },
      check: { #expect($0.folder.names(in: "box/outbox/cat/inputs") == ["content.jpg", "settings.yaml", "style.jpg"]) }),
    IntakeCase(
      name: "the same pair twice", published: ["cat", "cat-2"],
      act: { daemon in
        try daemon.drop(job: "cat")
        try await daemon.waitUntilPublished(["cat"])
        try daemon.drop(job: "cat")
      }),
    IntakeCase(
      name: "a picture replaced while its job is queued", published: ["cat", "wait"], left: ["cat.content.jpg"],
      act: { daemon in
        try await queueCat(daemon)
        try daemon.drop("another photo", as: "cat.content.jpg")
        try await endWaiting(daemon)
      },
      check: { daemon in
        #expect(daemon.text("outbox/cat/inputs/cat.content.jpg") == "cat.content.jpg")
        #expect(daemon.text("inbox/cat.content.jpg") == "another photo")
      }),
  ]

  private static let catFiles = ["cat.content.jpg", "cat.style.jpg", "cat.yaml"]

  /// A file on the same file system, ready to come in.
  private static func aside(_ daemon: TestDaemon, _ name: String) throws -> String {
    try daemon.folder.write(name.hasSuffix(".yaml") ? "size: 64" : name, to: "aside/" + name)
    return daemon.folder.path + "/aside/" + name
  }

  private static func inside(_ daemon: TestDaemon, _ name: String) -> String { daemon.inbox + "/" + name }

  private static func setDates(_ daemon: TestDaemon, to date: Date) throws {
    for name in catFiles where FileManager.default.fileExists(atPath: inside(daemon, name)) {
      // It may be taken just now.
      try? FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: inside(daemon, name))
    }
  }

  /// Has the only worker busy and the job `cat` queued behind it.
  static func queueCat(_ daemon: TestDaemon) async throws {
    try daemon.drop(job: "wait")
    try await daemon.wait(for: "the worker") { daemon.calls.count == 1 }
    try daemon.drop(job: "cat")
    try await daemon.wait(for: "cat to be queued") {
      daemon.records.contains { $0.name == "cat" && $0.state == .queued }
    }
  }

  static func endWaiting(_ daemon: TestDaemon) async throws {
    try await Task.sleep(for: .milliseconds(300))
    try daemon.folder.write("", to: "go")
  }
}
