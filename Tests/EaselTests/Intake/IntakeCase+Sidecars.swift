import Foundation
import Testing

extension IntakeCase {
  /// The settings file, early, late, never, twice.
  static let sidecars: [IntakeCase] = [
    IntakeCase(
      name: "first",
      act: { daemon in
        try daemon.drop("size: 64", as: "cat.yaml")
        try await Task.sleep(for: .milliseconds(400))
        try daemon.drop(job: "cat", settings: nil)
      },
      check: { #expect($0.text("outbox/cat/inputs/cat.yaml") == "size: 64") }),
    IntakeCase(
      name: "last", settings: "sidecar_grace: 60s",
      act: { daemon in
        try daemon.drop(job: "cat", settings: nil)
        try await Task.sleep(for: .milliseconds(400))
        #expect(daemon.records.isEmpty)
        try daemon.drop("size: 64", as: "cat.yaml")
      },
      check: { #expect($0.text("outbox/cat/inputs/cat.yaml") == "size: 64") }),
    IntakeCase(name: "never", act: { try $0.drop(job: "cat", settings: nil) }),
    IntakeCase(
      name: "written twice", settings: "sidecar_grace: 60s",
      act: { daemon in
        try daemon.drop("size: 6400000", as: "cat.yaml")
        try await Task.sleep(for: .milliseconds(200))
        try daemon.drop("size: 64", as: "cat.yaml")
        try daemon.drop(job: "cat", settings: nil)
      },
      check: { #expect($0.text("outbox/cat/inputs/cat.yaml") == "size: 64") }),
    IntakeCase(
      name: "two of them",
      act: { daemon in
        try daemon.drop("{}", as: "cat.json")
        try daemon.drop(job: "cat")
        try await Task.sleep(for: .milliseconds(800))
        #expect(daemon.records.isEmpty && daemon.published.isEmpty)
        let status = try await RunningProgram.run(
          ["status", "--inbox", daemon.inbox, "--outbox", daemon.outbox], in: daemon.folder.path)
        #expect(status.output.contains("one settings file instead of 2: cat.json, cat.yaml"))
        try FileManager.default.removeItem(atPath: daemon.inbox + "/cat.json")
      }),
    IntakeCase(
      name: "rewritten while the job is queued", published: ["cat", "wait"], left: ["cat.yaml"],
      act: { daemon in
        try await queueCat(daemon)
        try daemon.drop("size: 128", as: "cat.yaml")
        try await endWaiting(daemon)
      },
      check: { daemon in
        #expect(daemon.text("outbox/cat/inputs/cat.yaml") == "size: 64")
        #expect(daemon.text("inbox/cat.yaml") == "size: 128")
      }),
    IntakeCase(
      name: "naming files elsewhere", published: ["a.failed", "b.failed", "c.failed"],
      act: { daemon in
        try daemon.folder.write("secret", to: "box/secret.jpg")
        for (name, path) in [("a", "../secret.jpg"), ("b", "/etc/passwd.jpg"), ("c", ".hidden.jpg")] {
          try daemon.drop("style: \"\(path)\"", as: name + ".yaml")
          try daemon.drop("photo", as: name + ".content.jpg")
        }
      },
      check: { daemon in
        for name in ["a", "b", "c"] {
          let error = daemon.text("outbox/\(name).failed/error.txt") ?? ""
          #expect(error.contains("without any folder") || error.contains("a path is not allowed"))
          #expect(daemon.folder.names(in: "box/outbox/\(name).failed/inputs").count == 2)
        }
        #expect(daemon.text("secret.jpg") == "secret")
      }),
    IntakeCase(
      name: "made to fill the memory", published: ["deep.failed", "huge.failed", "laughs.failed"],
      act: { daemon in
        try daemon.drop(job: "deep", settings: "size: " + String(repeating: "[", count: 60_000))
        try daemon.drop(job: "huge", settings: String(repeating: "# no end\n", count: 40_000))
        let laughs = (1...9).map { "l\($0): &l\($0) [\(String(repeating: "*l\($0 - 1), ", count: 9))]" }
        try daemon.drop(job: "laughs", settings: "l0: &l0 lol\n" + laughs.joined(separator: "\n"))
      }),
  ]
}
