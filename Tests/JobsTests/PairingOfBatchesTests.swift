import Files
import Jobs
import Testing

/// `styles: each` in a folder: one claim, of which a job for each photo in each painting comes.
@Suite struct PairingOfBatchesTests {
  private static func each(_ photos: Settings.Photos = .all, style: [Settings.Style] = []) -> Settings {
    var settings = Settings()
    (settings.photos, settings.styles) = (photos, .each)
    if !style.isEmpty { settings.style = OneOrMore(style) }
    return settings
  }

  private func pair(
    _ names: [String], _ settings: Settings = each(), folder: String = "trip", inner: Bool = false,
    beside: [InboxEntry] = [], also: [InboxEntry] = []
  ) -> Pairing {
    let files = names.map { file($0) } + also + [file("settings.yaml", sidecar: settings)]
    let entry = InboxEntry(
      name: FileName(folder), kind: .folder(files, inner: inner), identity: identity(of: folder))
    return Pairing(entries: [entry] + beside, now: .seconds(100), grace: .seconds(10))
  }

  private func cells(_ pairing: Pairing, _ name: String = "trip") -> [String]? {
    pairing.plan(of: name)?.batch?.cells.map(\.name)
  }

  @Test func aFolderIsTakenWholeForAllCombinations() throws {
    let pairing = pair(["b.jpg", "style2.png", "a.content.png", "style1.jpg", "notes.txt"])
    #expect(pairing.jobs.map(\.name) == ["trip"])
    let plan = try #require(pairing.plan(of: "trip"))
    #expect(plan.moves.map(\.kind) == [.folder] && plan.moves[0].names?.count == 6)
    #expect(
      plan.batch?.cells == [
        .init(name: "trip-a-style1", photo: 0, painting: 0), .init(name: "trip-a-style2", photo: 0, painting: 1),
        .init(name: "trip-b-style1", photo: 1, painting: 0), .init(name: "trip-b-style2", photo: 1, painting: 1),
      ])
    #expect(plan.inputs.files(.content) == ["inputs/a.content.png", "inputs/b.jpg"])
    #expect(pairing.leftovers.map(\.name) == ["trip/notes.txt"])
  }

  @Test func onePhotoIsPaintedInEachPaintingToo() {
    #expect(
      cells(pair(["content.jpg", "style1.jpg", "style2.jpg"], Self.each(.one))) == ["trip-style1", "trip-style2"])
    #expect(cells(pair(["content.jpg", "style.jpg"], Self.each(.one))) == ["trip-style"])
    #expect(pair(["a.jpg", "b.jpg", "style1.jpg"], Self.each(.one)).plan(of: "trip") == nil)
  }

  @Test func paintingsMayHaveNamesInPlaceOfNumbers() {
    let names = ["a.jpg", "night.style.jpg", "auvers.style.jpg", "style10.jpg", "style2.jpg"]
    #expect(cells(pair(names)) == ["trip-a-style2", "trip-a-style10", "trip-a-auvers", "trip-a-night"])
  }

  @Test func namedAndRememberedPaintingsTakePart() throws {
    let settings = Self.each(style: [.init("auvers"), .init("night.jpg"), .init("loose.png")])
    let pairing = pair(["a.jpg", "night.jpg", "b.jpg"], settings, beside: [file("loose.png")])
    #expect(
      cells(pairing) == [
        "trip-a-auvers", "trip-a-night", "trip-a-loose", "trip-b-auvers", "trip-b-night", "trip-b-loose",
      ])
    let plan = try #require(pairing.plan(of: "trip"))
    #expect(plan.kinds == ["trip": .folder, "loose.png": .file])
    #expect(plan.inputs.pictures[.style].map(\.file) == [nil, "inputs/night.jpg", "inputs/loose.png"])
  }

  @Test func namesThatWouldBeTheSameGetNumbers() {
    let names = ["a.jpg", "a.png", "style.png"]
    #expect(cells(pair(names)) == ["trip-a-style", "trip-a-style-2"])
    let long = String(repeating: "x", count: 220)
    let cells = cells(pair(["\(long)1.jpg", "\(long)2.jpg", "style.png"])) ?? []
    #expect(cells.count == 2 && Set(cells).count == 2 && cells.allSatisfy { $0.utf8.count < 210 })
  }

  @Test func withoutAPhotoEachPaintingIsAJob() {
    var settings = Settings(task: .style)
    settings.styles = .each
    let plan = pair(["style1.jpg", "style2.jpg"], settings).plan(of: "trip")
    #expect(plan?.batch?.cells.map(\.photo) == [nil, nil])
  }

  @Test func oneThatCannotBeTakenHoldsUpNoneOfTheOthers() {
    let stuck = [file("zero.jpg", problem: "empty so far"), file("style2.jpg", problem: "empty so far")]
    let pairing = pair(["a.jpg", "style1.jpg"], also: stuck)
    #expect(cells(pairing) == ["trip-a-style1"])
    #expect(pairing.leftovers.map(\.name).sorted() == ["trip/style2.jpg", "trip/zero.jpg"])
  }

  @Test func whatIsMissingOrTooMuchIsSaid() {
    #expect(pair(["style1.jpg"]).waits(of: "trip") == "photos in the folder: .jpg or .png")
    #expect(
      pair(["a.jpg"]).waits(of: "trip")
        == "paintings in the folder, called style1.jpg, style2.jpg or NAME.style.jpg")
    let paintings = (1...17).map { "style\($0).jpg" }
    #expect(pair(["a.jpg"] + paintings).waits(of: "trip") == "fewer paintings: there are 17, and a job may have 16")
    let photos = (1...101).map { "photo\($0).jpg" }
    #expect(
      pair(photos + paintings.prefix(10)).waits(of: "trip")
        == "fewer pictures: 101 photos in 10 paintings would be 1010 jobs, and a folder may have 1000")
    #expect(
      pair(["a.jpg", "style2.jpg", "style3.jpg", "mask2.png"]).waits(of: "trip")
        == "paintings called style1, style2 and so on without a gap, since mask2.png has a number")
  }

  @Test func looseFilesAreNoFolder() {
    let entries = [file("cat.content.jpg"), file("cat.style.jpg"), file("cat.yaml", sidecar: Self.each(.one))]
    let pairing = Pairing(entries: entries, now: .seconds(100), grace: .seconds(10))
    #expect(
      pairing.plan(of: "cat")?.fault?.message
        == "cat.yaml: styles: each is for a folder: put photos, paintings and settings into one")
    #expect(pairing.plan(of: "cat")?.batch == nil)
  }

  @Test func aFolderThatComesBackIsAllOfItAgain() throws {
    let plan = try #require(pair(["a.jpg", "style1.jpg"], folder: "trip.failed", inner: true).plan(of: "trip"))
    #expect(plan.moves.map(\.kind) == [.folderWithInputs] && plan.batch?.cells.map(\.name) == ["trip-a-style1"])
  }
}

/// The job of one photo in one painting.
@Suite struct CellPlanTests {
  private func plan(_ settings: Settings, _ inputs: JobInputs, photo: Int? = 0, painting: Int) throws -> ClaimPlan {
    ClaimPlan(
      .init(name: "trip-a", photo: photo, painting: painting), settings: settings, inputs: inputs, in: "/box/1-a",
      presetFolder: nil, identity: { $0.lastName == FileName("gone.jpg") ? nil : identity(of: $0.text) })
  }

  private func inputs(_ pictures: (InputRole, JobInput)...) -> JobInputs {
    var inputs = JobInputs(settings: "inputs/settings.yaml")
    for (role, picture) in pictures { inputs.pictures.append(picture, as: role) }
    return inputs
  }

  @Test func itsSettingsAreThoseOfAPlainJob() throws {
    var all = Settings()
    (all.photos, all.styles, all.size, all.start) = (.all, .each, 64, .file("begin.png"))
    all.style = OneOrMore([.init("auvers"), .init("night.jpg", mask: "left.png")])
    let auvers = StyleUse(StyleName(sanitising: "auvers"), isNamed: true)
    let night = StyleUse(StyleName(sanitising: "night"), isNamed: false)
    let inputs = inputs(
      (.content, JobInput(file: "inputs/a.jpg")), (.content, JobInput(file: "inputs/b.jpg")),
      (.style, JobInput(file: "inputs/auvers.style.jpg", style: auvers)),
      (.style, JobInput(file: "inputs/night.jpg", style: night)),
      (.mask, JobInput(file: "inputs/left.png", painting: 2)), (.initial, JobInput(file: "inputs/begin.png")),
      (.contentMask, JobInput(file: "inputs/keep.png")))

    let first = try plan(all, inputs, photo: 1, painting: 0)
    #expect(
      first.moves.map(\.destination) == [
        "inputs/b.jpg", "inputs/auvers.style.jpg", "inputs/content_mask.png", "inputs/init.png",
      ])
    #expect(first.moves.allSatisfy { $0.kind == .copy && $0.folder == "/box/1-a/inputs" })
    #expect(first.settings.content == "b.jpg" && first.settings.style?.values == [.init("auvers")])
    #expect(first.inputs.pictures[.style].map(\.style) == [auvers])

    let second = try plan(all, inputs, painting: 1)
    #expect(second.moves.map(\.source.description) == ["a.jpg", "night.jpg", "left.png", "keep.png", "begin.png"])
    #expect(second.inputs.pictures[.mask] == [JobInput(file: "inputs/mask.png", painting: 1)])
    var expected = Settings()
    (expected.content, expected.size, expected.start) = ("a.jpg", 64, .file("init.png"))
    expected.style = OneOrMore([.init("night.jpg")])
    #expect(second.settings == expected)
    #expect(try settings(second.settings.yaml) == expected)
  }

  /// As it would be when it has failed and is moved back into the inbox.
  @Test func itsInputsAloneAreTheSameJob() throws {
    var all = Settings()
    (all.photos, all.styles) = (.all, .each)
    let inputs = inputs(
      (.content, JobInput(file: "inputs/a.jpg")), (.style, JobInput(file: "inputs/style1.jpg")),
      (.style, JobInput(file: "inputs/style2.jpg")), (.mask, JobInput(file: "inputs/mask2.png", painting: 2)))
    let cell = try plan(all, inputs, painting: 1)
    let files = cell.moves.map {
      file(FileName(Array($0.destination.utf8.dropFirst("inputs/".utf8.count))).description)
    }
    let folder = InboxEntry(
      name: FileName("trip-a.failed"),
      kind: .folder(files + [file("settings.yaml", sidecar: cell.settings)], inner: true), identity: identity(of: "t"))
    let again = try #require(pair(folder).plan(of: "trip-a"))
    #expect(again.fault == nil && again.batch == nil)
    #expect(again.inputs.pictures.map(\.file) == cell.inputs.pictures.map(\.file))
    #expect(again.inputs.pictures[.mask].map(\.painting) == [1])
  }

  @Test func aPictureThatHasVanishedIsItsFault() throws {
    let inputs = inputs((.content, JobInput(file: "inputs/a.jpg")), (.style, JobInput(file: "inputs/gone.jpg")))
    let plan = try plan(Settings(), inputs, painting: 0)
    #expect(plan.fault?.message == "gone.jpg is no longer a file in the job of its folder")
    #expect(plan.moves.map(\.source.description) == ["a.jpg"])
  }
}
