import Files
import Jobs
import Testing

/// `photos: all` in a folder: each photo is a job.
@Suite struct PairingOfPhotosTests {
  private static let all = Settings.naming(photos: .all)

  private func identity(of name: String) -> FileIdentity {
    FileIdentity(
      device: 1, inode: UInt64(name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) }), sizeBytes: 10, modified: 0, changed: 0)
  }

  private func pair(
    _ names: [String], summary: Settings = all, inner: Bool = false, folder: String = "trip",
    unsettled: String? = nil, beside: [InboxEntry] = []
  ) -> Pairing {
    let files = names.map { file($0, settledAt: $0 == unsettled ? nil : 0) } + [file("settings.yaml", sidecar: summary)]
    let entry = InboxEntry(
      name: FileName(folder), kind: .folder(files, inner: inner), identity: identity(of: folder))
    return Pairing(entries: [entry] + beside, now: .seconds(100), grace: .seconds(10))
  }

  private func claim(_ name: String, in pairing: Pairing) -> ClaimPlan? {
    if case .ready(let plan)? = pairing.jobs.first(where: { $0.name == name })?.state { plan } else { nil }
  }

  @Test func eachPhotoLeavesTheFolderWithCopiesOfTheRest() throws {
    let pairing = pair(["b.jpg", "style.png", "a.content.png", "c.JPG", "notes.txt"])
    #expect(pairing.jobs.map(\.name) == ["trip-a", "trip-b", "trip-c"])
    let plan = try #require(claim("trip-a", in: pairing))
    let taken = Dictionary(uniqueKeysWithValues: plan.moves.map { ($0.source.description, $0) })
    #expect(taken.mapValues(\.kind) == ["a.content.png": .file, "settings.yaml": .copy, "style.png": .copy])
    #expect(taken.values.allSatisfy { $0.folder == Path("trip") })
    #expect(
      (plan.inputs.content, plan.inputs.style, plan.inputs.settings)
        == ("inputs/a.content.png", "inputs/style.png", "inputs/settings.yaml"))
    #expect(plan.style == StyleUse(StyleName(sanitising: "trip"), isNamed: false))
  }

  @Test func theLastPhotoTakesTheFolder() throws {
    let several = pair(["a.jpg", "b.jpg", "style.png"])
    #expect(
      several.jobs.last?.state == .waiting(for: ["its turn: the other photos in trip are taken first"]))
    let plan = try #require(claim("trip-b", in: pair(["b.jpg", "style.png", "notes.txt"])))
    #expect(plan.moves.map(\.kind) == [.folder])
    #expect(plan.moves[0].names?.map(\.description) == ["b.jpg", "style.png", "notes.txt", "settings.yaml"])
    #expect(plan.inputs.content == "inputs/b.jpg")
  }

  @Test func thePictureThatIsNamedAsStyleIsNoPhoto() throws {
    let summary = Settings.naming(style: "auvers.content.jpg", photos: .all)
    let pairing = pair(["a.jpg", "auvers.content.jpg", "b.jpg"], summary: summary)
    #expect(pairing.jobs.map(\.name) == ["trip-a", "trip-b"])
    #expect(claim("trip-a", in: pairing)?.inputs.style == "inputs/auvers.content.jpg")
  }

  @Test func aLooseStyleIsCopiedUntilTheLastPhoto() throws {
    let summary = Settings.naming(style: "auvers.jpg", photos: .all)
    let first = pair(["a.jpg", "b.jpg"], summary: summary, beside: [file("auvers.jpg")])
    let copy = try #require(claim("trip-a", in: first)?.moves.last)
    #expect(copy.source == FileName("auvers.jpg") && copy.kind == .copy && copy.folder == nil)
    let last = pair(["b.jpg"], summary: summary, beside: [file("auvers.jpg")])
    #expect(claim("trip-b", in: last)?.moves.map(\.kind) == [.folder, .file])
  }

  @Test func aRememberedStyleServesAll() throws {
    let summary = Settings.naming(style: "auvers", photos: .all)
    let plan = try #require(claim("trip-a", in: pair(["a.jpg", "b.jpg"], summary: summary)))
    #expect(plan.style == StyleUse(StyleName(sanitising: "auvers"), isNamed: true))
    #expect(plan.moves.map(\.source.description).sorted() == ["a.jpg", "settings.yaml"])
  }

  @Test func nothingIsTakenBeforeAllIsThere() {
    let pairing = pair(["a.jpg", "b.jpg", "style.png"], unsettled: "b.jpg")
    #expect(pairing.jobs.first?.state == .settling(["b.jpg"]))
    #expect(pairing.jobs.allSatisfy { if case .ready = $0.state { false } else { true } })
  }

  @Test func aPhotoThatCannotBeTakenHoldsUpNoneOfTheOthers() throws {
    let stuck = file("zero.jpg", problem: "empty so far")
    let photos = [file("a.jpg"), file("b.jpg"), stuck, file("style.png"), file("settings.yaml", sidecar: Self.all)]
    let folder = InboxEntry(
      name: FileName("trip"), kind: .folder(photos, inner: false), identity: identity(of: "trip"))
    let pairing = Pairing(entries: [folder], now: .seconds(100), grace: .seconds(10))
    #expect(pairing.jobs.map(\.name) == ["trip-a", "trip-b"])
    #expect(claim("trip-a", in: pairing) != nil)
    #expect(pairing.leftovers.contains(Leftover(name: "trip/zero.jpg", reason: "empty so far")))
  }

  @Test func aPictureThatIsNeededIsWaitedForHoweverLongItIsEmpty() {
    let empty = file("content.jpg", problem: "empty so far")
    let folder = InboxEntry(
      name: FileName("cat"), kind: .folder([empty, file("style.png"), file("settings.yaml")], inner: false),
      identity: identity(of: "cat"))
    let pairing = Pairing(entries: [folder], now: .seconds(1000), grace: .seconds(10))
    #expect(pairing.state(of: "cat") == .settling(["content.jpg (empty so far)"]))
  }

  @Test func namesThatDifferInTheirEndingAreTwoJobs() {
    #expect(pair(["a.jpg", "a.png", "c.jpg", "style.png"]).jobs.map(\.name) == ["trip-a", "trip-a-2", "trip-c"])
  }

  @Test func aFailedPhotoThatComesBackKeepsItsName() throws {
    let pairing = pair(["a.jpg", "style.png"], inner: true, folder: "trip-a.failed")
    #expect(claim("trip-a", in: pairing)?.moves.map(\.kind) == [.folderWithInputs])
    let several = pair(["a.jpg", "b.jpg", "style.png"], inner: true, folder: "trip.failed")
    #expect(claim("trip-a", in: several)?.moves.map(\.folder) == Array(repeating: Path("trip.failed/inputs"), count: 3))
  }

  @Test func aFolderWithoutPhotosSaysSo() {
    #expect(pair(["style.png"]).jobs.map(\.state) == [.waiting(for: ["photos in the folder: .jpg or .png"])])
  }

  @Test func looseFilesHaveOnePhoto() throws {
    let entries = [file("cat.content.jpg"), file("cat.style.jpg"), file("cat.yaml", sidecar: Self.all)]
    let pairing = Pairing(entries: entries, now: .seconds(100), grace: .seconds(10))
    #expect(claim("cat", in: pairing)?.fault?.message.hasPrefix("cat.yaml: photos: all is for a folder") == true)
  }
}
