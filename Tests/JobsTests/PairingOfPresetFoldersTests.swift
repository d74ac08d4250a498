import Files
import Jobs
import Testing

/// Folders of the inbox that are called like a preset.
@Suite struct PairingOfPresetFoldersTests {
  private static let draft = Settings(task: .transfer, size: 77)

  private func preset(_ name: String, _ entries: InboxEntry...) -> InboxEntry {
    InboxEntry(
      name: FileName(name), kind: .presetFolder(entries, defaults: Self.draft), identity: identity(of: name))
  }

  @Test func whatLiesInOneIsPairedAsInTheInbox() throws {
    let pairing = pair(preset("draft", file("cat.content.jpg"), file("cat.style.jpg"), file("dog.content.jpg")))
    #expect(pairing.jobs.map(\.name) == ["draft/cat", "draft/dog"])
    #expect(pairing.jobs[0].files == ["draft/cat.content.jpg", "draft/cat.style.jpg"])
    let plan = try #require(pairing.plan(of: "draft/cat"))
    #expect(plan.name == "cat" && plan.settings == Self.draft)
    #expect(plan.moves.allSatisfy { $0.folder == Path("draft") && $0.kind == .file })
    #expect(plan.inputs.content == "inputs/cat.content.jpg")
    #expect(pairing.waits(of: "draft/dog") == "a style picture: dog.style.jpg or .png")
  }

  @Test func aSettingsFileInOneCountsAsItWasRead() throws {
    let own = Settings(task: .transfer, size: 99)
    let pairing = pair(
      preset("draft", file("cat.content.jpg"), file("cat.style.jpg"), file("cat.yaml", sidecar: own)))
    #expect(pairing.plan(of: "draft/cat")?.settings == own)
  }

  /// A preset may say what a settings file says, where there is none.
  @Test func presetsThatNamePicturesOrAskForAFolderAreToldByName() {
    func pairing(_ defaults: Settings, _ entries: InboxEntry...) -> Pairing {
      pair(
        InboxEntry(
          name: FileName("draft"), kind: .presetFolder(entries, defaults: defaults), identity: identity(of: "draft")))
    }
    let all = pairing(.naming(photos: .all), file("cat.content.jpg"))
    #expect(all.jobs.map(\.name) == ["draft/cat"])
    #expect(
      pairing(.naming(photos: .all), file("cat.content.jpg"), file("cat.style.jpg")).plan(of: "draft/cat")?.fault?
        .message.hasPrefix("the preset draft: photos: all is for a folder") == true)
    let naming = pairing(.naming(style: "auvers.jpg"), file("cat.content.jpg"))
    #expect(naming.waits(of: "draft/cat")?.contains("the picture auvers.jpg, which the preset draft names") == true)
    var nearest = Settings()
    nearest.start = .nearest
    #expect(
      pairing(nearest, file("cat.content.jpg"), file("cat.style.jpg"), file("cat.init.png")).plan(of: "draft/cat")?
        .fault?.message.contains("and the preset draft says init: nearest") == true)
  }

  @Test func sameNamesInTwoPlacesAreTwoJobs() {
    let pairing = pair(
      file("cat.content.jpg"), file("cat.style.jpg"),
      preset("draft", file("cat.content.jpg"), file("cat.style.jpg")))
    #expect(pairing.jobs.map(\.name) == ["cat", "draft/cat"])
    #expect(pairing.plan(of: "cat")?.settings == .withoutAnyFile)
    #expect(pairing.plan(of: "cat")?.moves.allSatisfy { $0.folder == nil } == true)
  }

  @Test func namedPicturesAreLookedForInThatFolder() {
    let naming = Settings.naming(style: "auvers.jpg")
    let pairing = pair(
      file("auvers.jpg"), preset("draft", file("cat.content.jpg"), file("cat.yaml", sidecar: naming)))
    #expect(pairing.waits(of: "draft/cat")?.contains("the picture auvers.jpg") == true)
  }

  @Test func foldersInOneAreJobsToo() throws {
    let pairing = pair(preset("draft", folder("cat", file("content.jpg"), file("style.jpg"))))
    let plan = try #require(pairing.plan(of: "draft/cat"))
    #expect(plan.name == "cat" && plan.settings == Self.draft)
    #expect(plan.moves.map(\.kind) == [.folder] && plan.moves[0].folder == Path("draft"))
  }

  @Test func eachPhotoOfAFolderInOneComesFromThere() throws {
    let all = Settings.naming(photos: .all)
    let pairing = pair(
      preset(
        "draft", folder("trip", file("a.jpg"), file("b.jpg"), file("style.png"), file("settings.yaml", sidecar: all))))
    let plan = try #require(pairing.plan(of: "draft/trip-a"))
    #expect(plan.moves.allSatisfy { $0.folder == Path("draft/trip") })
  }

  @Test func leftoversAreToldWithTheFolder() {
    let pairing = pair(preset("draft", file("notes.txt"), file("holiday.jpg")))
    #expect(pairing.leftovers.map(\.name).sorted() == ["draft/holiday.jpg", "draft/notes.txt"])
  }

  @Test func anEmptyOneIsNoJobAndNoLeftover() {
    let pairing = pair(preset("draft"))
    #expect(pairing.jobs.isEmpty && pairing.leftovers.isEmpty)
  }
}

extension Settings {
  fileprivate init(task: Task, size: Int) {
    self.init(task: task)
    self.size = size
  }
}
