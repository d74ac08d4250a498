import Foundation
import Testing

extension IntakeCase {
  /// What servers of shared folders leave in the inbox, as seen of each; see `Documentation/Folders.md`.
  static let servers: [IntakeCase] = [
    IntakeCase(
      name: "Samba: a name of full rights and no bytes, until the client sends its first block",
      act: { daemon in
        try daemon.drop("", as: "cat.content.jpg")
        try daemon.drop("painting", as: "cat.style.jpg")
        try daemon.drop("size: 64", as: "cat.yaml")
        try await daemon.wait(for: "the log") { daemon.program.errors.contains("cat.content.jpg (empty so far)") }
        try await Task.sleep(for: .milliseconds(600))
        #expect(daemon.records.isEmpty && daemon.published.isEmpty)
        try daemon.drop("photo", as: "cat.content.jpg")
      },
      check: { #expect($0.text("outbox/cat/inputs/cat.content.jpg") == "photo") }),
    IntakeCase(
      name: "rsync: a folder that its group may not change, until its rights are put right", isPowerless: true,
      act: { daemon in
        for name in ["content.jpg", "style.jpg"] { try daemon.drop("picture", as: "cat/" + name) }
        try daemon.drop("size: 64", as: "cat/settings.yaml")
        let folder = daemon.inbox + "/cat"
        try #require(chown(folder, 65534, getegid()) == 0 && chmod(folder, 0o750) == 0)
        try await daemon.wait(for: "the log") {
          daemon.program.errors.contains(
            "Easel must be allowed to move it away: a folder's group may do so after chmod g+w")
        }
        #expect(daemon.published.isEmpty)
        try #require(chmod(folder, 0o770) == 0)
      }),
    IntakeCase(
      name: "nginx: a file that comes whole, by a rename from elsewhere",
      act: { daemon in
        for (name, text) in [("cat.content.jpg", "photo"), ("cat.style.jpg", "painting"), ("cat.yaml", "size: 64")] {
          let elsewhere = daemon.folder.path + "/0000000004"
          try Data(text.utf8).write(to: URL(filePath: elsewhere))
          try #require(rename(elsewhere, daemon.inbox + "/" + name) == 0)
        }
      },
      check: { #expect($0.text("outbox/cat/inputs/cat.content.jpg") == "photo") }),
    IntakeCase(
      name: "Syncthing and Nextcloud: hidden names until a file is whole", published: ["cat", "dog"],
      act: { daemon in
        for (job, hidden) in [("cat", ".syncthing.%@.tmp"), ("dog", ".%@.~5a3f")] {
          try daemon.drop("painting", as: job + ".style.jpg")
          try daemon.drop("size: 64", as: job + ".yaml")
          let temporary = hidden.replacing("%@", with: job + ".content.jpg")
          try daemon.drop("pho", as: temporary)
          try await Task.sleep(for: .milliseconds(600))
          #expect(daemon.records.isEmpty && !daemon.published.contains(job))
          try daemon.drop("photo", as: temporary)
          try #require(rename(daemon.inbox + "/" + temporary, daemon.inbox + "/\(job).content.jpg") == 0)
          try await daemon.wait(for: job) { daemon.published.contains(job) }
        }
      }),
  ]
}
