import Files
import Foundation
import Inbox
import Jobs
import Testing

/// When a folder is complete, in real folders.
@Suite(.serialized) struct FolderTests {
  private let inbox: WatchedInbox

  init() throws {
    inbox = try WatchedInbox()
    try inbox.makeFolder("trip")
    try inbox.write("x", to: "trip/content.jpg")
  }

  private func rename(_ old: String, _ new: String) throws {
    try FileManager.default.moveItem(atPath: inbox.path + "/" + old, toPath: inbox.path + "/" + new)
  }

  @Test("A temporary name is told until it gets its own") func temporaryName() async throws {
    try inbox.write("x", to: "trip/.zoo.jpg.Xa81bQ")
    try inbox.start { $0.transferPause = .seconds(600) }
    let snapshot = try await inbox.wait {
      $0.files(in: "trip").allSatisfy { $0.settledAt != nil } && !$0.entries.isEmpty
    }
    #expect(snapshot.files(in: "trip").map(\.name) == [FileName("content.jpg")])
    #expect(snapshot.entry("trip")?.aside.map(\.name) == [FileName(".zoo.jpg.Xa81bQ")])
    #expect(snapshot.entry("trip")?.aside.first?.settledAt == nil)
    try rename("trip/.zoo.jpg.Xa81bQ", "trip/zoo.jpg")
    try await inbox.wait { snapshot in
      snapshot.files(in: "trip").count == 2 && snapshot.files(in: "trip").allSatisfy { $0.settledAt != nil }
        && snapshot.entry("trip")?.aside.isEmpty == true
    }
  }

  @Test(
    "What was left behind holds nothing up for good",
    arguments: [".DS_Store", "Thumbs.db", ".picasa.ini", ".zoo.jpg.Xa81bQ", "zoo.jpg.crdownload"])
  func leftBehind(name: String) async throws {
    try inbox.write("x", to: "trip/" + name)
    try inbox.start { $0.transferPause = .milliseconds(200) }
    try await inbox.wait { $0.entry("trip")?.aside.first?.settledAt != nil }
  }

  @Test(
    "What can never be taken holds nothing up for good, and is told", arguments: ["empty.jpg", "notes.txt", "link"])
  func stuck(name: String) async throws {
    if name == "link" {
      try FileManager.default.createSymbolicLink(
        atPath: inbox.path + "/trip/link", withDestinationPath: inbox.path + "/trip/content.jpg")
    } else {
      try inbox.write("", to: "trip/" + name)
    }
    try inbox.start { $0.transferPause = .milliseconds(200) }
    let snapshot = try await inbox.wait { snapshot in
      snapshot.files(in: "trip").contains { $0.name == FileName(name) && $0.settledAt != nil }
    }
    let file = snapshot.files(in: "trip").first { $0.name == FileName(name) }
    #expect(file?.problem == (name == "link" ? "a link or a device; put the file itself here" : "empty so far"))
  }

  @Test("A change in a sub-folder is a change in the folder") func subfolders() async throws {
    try inbox.makeFolder("trip/raw/deep")
    try inbox.write("x", to: "trip/raw/deep/1.nef")
    try inbox.start()
    try await inbox.wait { $0.entry("trip")?.aside.first?.settledAt != nil }
    try inbox.write("xy", to: "trip/raw/deep/1.nef")
    try inbox.write("xy", to: "trip/notes.txt")
    try await inbox.wait { $0.files(in: "trip").count == 2 && $0.entry("trip")?.aside.first?.settledAt == nil }
    try await inbox.wait { $0.entry("trip")?.aside.first?.settledAt != nil }
  }

  @Test("The rest of a failed job's folder may still be on its way") func inputsOfAFailedJob() async throws {
    try inbox.makeFolder("cat.failed/inputs")
    try inbox.write("x", to: "cat.failed/inputs/content.jpg")
    try inbox.write("x", to: "cat.failed/.error.txt.Xa81bQ")
    try inbox.start { $0.transferPause = .seconds(600) }
    let snapshot = try await inbox.wait { $0.files(in: "cat.failed").first?.settledAt != nil }
    #expect(snapshot.entry("cat.failed")?.aside.map(\.settledAt) == [nil])
  }

  @Test("Folders of systems are not entered, though their coming is a change") func foldersOfSystems() async throws {
    try inbox.makeFolder("trip/@eaDir")
    try inbox.start()
    try await inbox.wait { $0.entry("trip")?.aside.first?.settledAt != nil }
    #expect(try await inbox.wait { _ in true }.entry("trip")?.namesInside.contains(FileName("@eaDir")) == true)
  }

  @Test("Who looks once tells of a fresh transfer too") func oneLook() throws {
    try inbox.write("x", to: "trip/.zoo.jpg.Xa81bQ")
    var configuration = InboxConfiguration(folder: Path(inbox.path)) { _, _ in .valid(Settings()) }
    #expect(try Inbox.look(configuration).first?.aside.map(\.settledAt) == [nil])
    configuration.transferPause = .zero
    #expect(try Inbox.look(configuration).first?.aside.contains { $0.settledAt == nil } == false)
  }

  @Test("A download is not complete before its companion has gone", arguments: ["aria2", "part", "crdownload", "!qB"])
  func companions(ending: String) async throws {
    try inbox.write(String(repeating: "\0", count: 1000), to: "zoo.jpg")
    try inbox.write("x", to: "zoo.jpg." + ending)
    try inbox.write("x", to: "trip/zoo.jpg")
    try inbox.start()
    let snapshot = try await inbox.wait {
      $0.files(in: "trip").allSatisfy { $0.settledAt != nil } && !$0.entries.isEmpty
    }
    #expect(snapshot.entry("zoo.jpg")?.problem == "still being downloaded: zoo.jpg.\(ending) is there")
    #expect(snapshot.entry("zoo.jpg")?.settledAt == nil)
    try inbox.remove("zoo.jpg." + ending)
    try await inbox.wait { $0.isSettled("zoo.jpg") }
  }
}
