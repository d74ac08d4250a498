import Files
import Foundation
import Inbox
import Jobs
import Testing

/// With the real watcher in real folders.
@Suite(.serialized) struct InboxTests {
  private let inbox: WatchedInbox

  init() throws { inbox = try WatchedInbox() }

  @Test func whatIsThereBeforeTheStartIsFound() async throws {
    try inbox.write("x", to: "cat.content.jpg")
    try inbox.start()
    try await inbox.wait { $0.isSettled("cat.content.jpg") }
  }

  @Test func whatIsDroppedMovedOrLinkedInIsFound() async throws {
    try inbox.start()
    try await inbox.wait { $0.entries.isEmpty }
    try inbox.write("x", to: "a.content.jpg")
    try await inbox.wait { $0.isSettled("a.content.jpg") }
    let outside = try inbox.folder.write("x".utf8, to: "outside.jpg")
    try FileManager.default.moveItem(atPath: outside, toPath: inbox.path + "/b.style.jpg")
    try await inbox.wait { $0.isSettled("b.style.jpg") }
    try FileManager.default.linkItem(atPath: inbox.path + "/b.style.jpg", toPath: inbox.path + "/c.style.jpg")
    try await inbox.wait { $0.isSettled("c.style.jpg") }
    try inbox.remove("a.content.jpg")
    try await inbox.wait { !$0.names.contains("a.content.jpg") }
  }

  @Test func anEmptyPictureIsNotComplete() async throws {
    try inbox.write("", to: "a.content.jpg")
    try inbox.write("x", to: "b.content.jpg")
    try inbox.start()
    let snapshot = try await inbox.wait { $0.isSettled("b.content.jpg") }
    #expect(snapshot.entry("a.content.jpg")?.problem == "empty so far")
    try inbox.write("x", to: "a.content.jpg")
    try await inbox.wait { $0.isSettled("a.content.jpg") }
  }

  @Test func anEmptySettingsFileIsBelievedLate() async throws {
    try inbox.write("", to: "a.yaml")
    try inbox.write("x", to: "b.yaml")
    try inbox.start { $0.sidecarGrace = .seconds(1) }
    let snapshot = try await inbox.wait { $0.isSettled("b.yaml") }
    #expect(!snapshot.isSettled("a.yaml"))
    try await inbox.wait { $0.isSettled("a.yaml") }
  }

  @Test func settingsAreReadWheneverTheyAreComplete() async throws {
    try inbox.write("bad", to: "a.yaml")
    try inbox.start()
    try await inbox.wait { $0.entry("a.yaml")?.sidecar == .invalid(reason: "bad") }
    try inbox.write("good", to: "a.yaml")
    try await inbox.wait { $0.entry("a.yaml")?.sidecar == .valid(Settings()) }
  }

  @Test func settingsAreHandedOverAsTheyAreOnDisk() async throws {
    let bytes: [UInt8] = [0xFF, 0xFE, 0x62, 0x00]
    try Data(bytes).write(to: URL(filePath: inbox.path + "/a.yaml"))
    try inbox.start { $0.readSidecar = { .invalid(reason: "\($0) \($1)") } }
    let snapshot = try await inbox.wait { $0.isSettled("a.yaml") }
    #expect(snapshot.entry("a.yaml")?.sidecar == .invalid(reason: "a.yaml \(bytes)"))
  }

  @Test func hugeSettingsAreInvalid() async throws {
    try Data(count: 300 << 10).write(to: URL(filePath: inbox.path + "/b.yaml"))
    try inbox.start()
    let snapshot = try await inbox.wait { $0.isSettled("b.yaml") }
    guard case .invalid(let reason)? = snapshot.entry("b.yaml")?.sidecar else {
      Issue.record("a huge settings file was taken")
      return
    }
    #expect(reason.contains("has more than 256 KiB"))
  }

  @Test func aFolderThatIsCalledLikeAPresetIsAnInboxOfItsOwn() async throws {
    var draft = Settings()
    draft.size = 77
    try inbox.makeFolder("draft")
    try inbox.makeFolder("other")
    try inbox.start { [draft] configuration in
      let folder = InboxConfiguration.PresetFolder(defaults: draft) { name, _ in .invalid(reason: "read \(name) there")
      }
      configuration.presetFolders = [FileName("draft"): folder, FileName("cat"): folder]
    }
    try await inbox.wait { $0.entry("draft")?.kind == .presetFolder([], defaults: draft) }
    try inbox.makeFolder("draft/cat")
    try inbox.write("x", to: "draft/a.yaml")
    try inbox.write("x", to: "draft/cat/content.jpg")
    try inbox.write("x", to: "draft/cat/settings.yaml")
    let snapshot = try await inbox.wait { snapshot in
      guard case .presetFolder(let entries, _)? = snapshot.entry("draft")?.kind else { return false }
      guard case .folder(let files, _)? = entries.first(where: { $0.name == FileName("cat") })?.kind else {
        return false
      }
      return entries.contains { $0.sidecar == .invalid(reason: "read a.yaml there") }
        && files.contains { $0.sidecar == .invalid(reason: "read settings.yaml there") }
    }
    #expect(snapshot.entry("other")?.kind == .folder([], inner: false))
  }

  @Test func aFolderIsWatchedToo() async throws {
    try inbox.start()
    try await inbox.wait { $0.entries.isEmpty }
    try inbox.makeFolder("cat")
    try await inbox.wait { $0.names == ["cat"] }
    try inbox.write("x", to: "cat/content.jpg")
    try await inbox.wait { $0.files(in: "cat").first?.settledAt != nil }
    try inbox.remove("cat")
    try await inbox.wait { $0.entries.isEmpty }
    // The library tells the old watch of a folder that was made again; its events must arrive all the same.
    try inbox.makeFolder("cat")
    try await inbox.wait { $0.names == ["cat"] }
    try inbox.write("x", to: "cat/style.jpg")
    try await inbox.wait { $0.files(in: "cat").first?.name == FileName("style.jpg") }
  }

  @Test func theInputsOfAFailedJobAreFound() async throws {
    try inbox.makeFolder("cat.failed/inputs")
    try inbox.write("x", to: "cat.failed/inputs/cat.content.jpg")
    try inbox.write("x", to: "cat.failed/error.txt")
    try inbox.start()
    let snapshot = try await inbox.wait { !$0.entries.isEmpty }
    #expect(snapshot.files(in: "cat.failed").map(\.name) == [FileName("cat.content.jpg")])
  }

  @Test func linksPipesAndIgnoredNamesAreRefused() async throws {
    try inbox.write("x", to: "real.jpg")
    try inbox.write("x", to: "half.jpg.part")
    try inbox.makeFolder("x.jpg")
    let link = inbox.path + "/link.content.jpg"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/etc/passwd")
    mkfifo(inbox.path + "/pipe.style.jpg", 0o600)
    try inbox.start()
    let snapshot = try await inbox.wait { $0.isSettled("real.jpg") }
    #expect(snapshot.names == ["link.content.jpg", "pipe.style.jpg", "real.jpg", "x.jpg"])
    #expect(snapshot.entry("link.content.jpg")?.kind == .refused(reason: "a symbolic link; put the file itself here"))
    #expect(snapshot.entry("pipe.style.jpg")?.kind == .refused(reason: "neither a file nor a folder"))
    #expect(snapshot.entry("x.jpg")?.kind == .folder([], inner: false))
  }

  @Test func namesNeedNotBeText() async throws {
    let name = FileName([0x61, 0xFF] + Array(".content.jpg".utf8))
    let descriptor = Path(inbox.path).appending(name).withCString { open($0, O_WRONLY | O_CREAT, 0o600) }
    #expect(Foundation.write(descriptor, "x", 1) == 1)
    close(descriptor)
    try inbox.start()
    let snapshot = try await inbox.wait { $0.entries.first?.settledAt != nil }
    #expect(snapshot.entries.map(\.name) == [name])
  }

  @Test func aVanishedInboxIsWaitedFor() async throws {
    try inbox.write("x", to: "a.content.jpg")
    try inbox.start()
    try await inbox.wait { $0.isSettled("a.content.jpg") }
    try FileManager.default.moveItem(atPath: inbox.path, toPath: inbox.path + ".moved")
    let snapshot = try await inbox.wait { $0.trouble != nil }
    #expect(snapshot.trouble?.contains("the inbox cannot be read") == true)
    try FileManager.default.moveItem(atPath: inbox.path + ".moved", toPath: inbox.path)
    try await inbox.wait { $0.trouble == nil && $0.isSettled("a.content.jpg") }
    try inbox.write("x", to: "b.content.jpg")
    try await inbox.wait { $0.isSettled("b.content.jpg") }
  }

  @Test func pollingNeedsNoEvents() async throws {
    try inbox.start {
      $0.polling = .on
      $0.pollingInterval = .milliseconds(30)
    }
    try await inbox.wait { $0.entries.isEmpty }
    try inbox.write("x", to: "a.content.jpg")
    try await inbox.wait { $0.isSettled("a.content.jpg") }
  }

  @Test func theDoorbellRings() async throws {
    let doorbell = inbox.folder.path("doorbell")
    try FileManager.default.createDirectory(atPath: doorbell, withIntermediateDirectories: true)
    try inbox.start { $0.doorbell = Path(doorbell) }
    let before = try await inbox.wait { $0.doorbell != 0 }.doorbell
    try await Task.sleep(for: .milliseconds(20))
    try inbox.folder.write([], to: "doorbell/ring")
    try await inbox.wait { $0.doorbell > before }
  }

  @Test func manyFilesAtOnceAreAllFound() async throws {
    try inbox.start()
    try await inbox.wait { $0.entries.isEmpty }
    for number in 0..<1000 { try inbox.write("x", to: "job\(number).content.jpg") }
    try await inbox.wait { $0.entries.count == 1000 && $0.entries.allSatisfy { $0.settledAt != nil } }
  }

  @Test func workersDoNotInheritTheWatch() async throws {
    let before = try openDescriptors()
    try inbox.start()
    try await inbox.wait { _ in true }
    let new = try openDescriptors().subtracting(before)
    #expect(!new.isEmpty)
    // Some may be closed again by now.
    #expect(new.allSatisfy { fcntl($0, F_GETFD) < 0 || fcntl($0, F_GETFD) & FD_CLOEXEC != 0 })
  }

  private func openDescriptors() throws -> Set<Int32> {
    Set(try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { Int32($0) })
  }
}
