import Files
import Jobs
import Testing

/// Pictures that a job can do without.
@Suite struct PairingOfMasksTests {
  private func pairing(_ names: [String], _ settings: Settings? = nil) -> Pairing {
    let files = names.map { file($0) } + (settings.map { [file("cat.yaml", sidecar: $0)] } ?? [])
    return Pairing(entries: files, now: .seconds(100), grace: .seconds(10))
  }

  private let pair = ["cat.content.jpg", "cat.style.jpg"]
  private let two = ["cat.content.jpg", "cat.style1.jpg", "cat.style2.jpg"]

  private func paintings(_ plan: ClaimPlan?, _ role: InputRole) -> [String] {
    (plan?.inputs.pictures[role] ?? []).map { "\($0.painting ?? 0) \($0.file.map { "\($0.lastName)" } ?? "none")" }
  }

  @Test func theyAreTakenAlongWhereTheyAreThere() throws {
    let others = ["cat.mask2.png", "cat.style_mask1.png", "cat.content_mask.png", "cat.color_mask.png", "cat.init.png"]
    let pairing = pairing(two + others)
    let plan = try #require(pairing.plan(of: "cat"))
    #expect(paintings(plan, .mask) == ["2 cat.mask2.png"])
    #expect(paintings(plan, .styleMask) == ["1 cat.style_mask1.png"])
    #expect(plan.inputs.files(.contentMask) == ["inputs/cat.content_mask.png"])
    #expect(plan.inputs.files(.colourMask) == ["inputs/cat.color_mask.png"])
    #expect(plan.inputs.files(.initial) == ["inputs/cat.init.png"])
    #expect(plan.moves.count == 8 && pairing.leftovers == [] && plan.fault == nil)
    #expect(self.pairing(two).plan(of: "cat")?.moves.count == 3)
  }

  @Test func inAFolderTheyNeedNoName() throws {
    let files = [
      "content.jpg", "style.jpg", "mask.png", "style_mask.png", "content_mask.png", "color_mask.png", "init.png",
      "notes.png",
    ]
    let trip = InboxEntry(
      name: FileName("trip"), kind: .folder(files.map { file($0) }, inner: false), identity: identity(of: "trip"))
    let pairing = Pairing(entries: [trip], now: .seconds(100), grace: .seconds(10))
    let plan = try #require(pairing.plan(of: "trip"))
    #expect(paintings(plan, .mask) == ["1 mask.png"] && paintings(plan, .styleMask) == ["1 style_mask.png"])
    #expect(plan.inputs.files(.contentMask) == ["inputs/content_mask.png"])
    #expect(plan.inputs.files(.colourMask) == ["inputs/color_mask.png"])
    #expect(plan.inputs.files(.initial) == ["inputs/init.png"])
    #expect(pairing.leftovers.map(\.name) == ["trip/notes.png"])
  }

  @Test func oneThatIsStillBeingWrittenIsWaitedFor() {
    let files = pair.map { file($0) } + [file("cat.mask.png", settledAt: nil)]
    let pairing = Pairing(entries: files, now: .seconds(100), grace: .seconds(10))
    #expect(pairing.state(of: "cat") == .settling(["cat.mask.png"]))
  }

  @Test func thoseThatSettingsNameAreWaitedFor() throws {
    var settings = Settings()
    settings.style = OneOrMore([
      Settings.Style("a.jpg", mask: "left.png"), Settings.Style("auvers", styleMask: "sky.png"),
    ])
    settings.contentMask = "keep.png"
    settings.start = .file("begin.jpg")
    let names = ["cat.content.jpg", "a.jpg"]
    #expect(
      pairing(names, settings).waits(of: "cat") == """
        the picture left.png, which cat.yaml names as its mask; the picture sky.png, which cat.yaml names as its style mask; \
        the picture keep.png, which cat.yaml names as its content mask; the picture begin.jpg, which cat.yaml names as its init
        """)
    let complete = pairing(names + ["left.png", "sky.png", "keep.png", "begin.jpg", "cat.mask2.png"], settings)
    let plan = try #require(complete.plan(of: "cat"))
    #expect(paintings(plan, .mask) == ["1 left.png", "2 cat.mask2.png"])
    #expect(paintings(plan, .styleMask) == ["2 sky.png"])
    #expect(plan.inputs.files(.initial) == ["inputs/begin.jpg"] && complete.leftovers == [])
  }

  @Test func theHighestMaskTellsHowManyPaintingsComeStill() {
    #expect(
      pairing(["cat.content.jpg", "cat.style1.jpg", "cat.mask2.png"]).waits(of: "cat")
        == "a style picture: cat.style2.jpg or .png, since there is a mask of that number")
  }

  @Test func aMaskOfNoPaintingIsAMistakeInWords() {
    var settings = Settings()
    settings.style = OneOrMore([Settings.Style("auvers"), Settings.Style("night")])
    #expect(
      pairing(["cat.content.jpg", "cat.mask3.png"], settings).plan(of: "cat")?.fault?.message
        == "cat.mask3.png: it is the mask of painting 3, and there are 2 paintings; give it the number of one of them")
    #expect(
      pairing(two + ["cat.mask.png"]).plan(of: "cat")?.fault?.message
        == "cat.mask.png: of 2 paintings each mask has its painting's number: cat.mask1, cat.mask2 and so on")
    #expect(
      pairing(pair + ["cat.style_mask0.png"]).plan(of: "cat")?.fault?.message
        == "cat.style_mask0.png: it is the style mask of painting 0, and there is 1 painting; give it the number of one of them"
    )
    #expect(
      pairing(pair + ["cat.mask.png", "cat.mask1.png"]).plan(of: "cat")?.fault?.message
        == "painting 1 has 2 mask pictures: cat.mask.png, cat.mask1.png; keep one")
  }

  @Test func twoPicturesToBeginWithAreAContradiction() {
    var settings = Settings()
    settings.start = .nearest
    #expect(
      pairing(pair + ["cat.init.png"], settings).plan(of: "cat")?.fault?.message
        == "cat.init.png is a picture to begin with, and cat.yaml says init: nearest; leave one of the two out")
    #expect(
      pairing(pair + ["cat.init.png", "cat.init.jpg"]).waits(of: "cat")
        == "one init picture instead of 2: cat.init.png, cat.init.jpg")
  }

  @Test func whatATaskHasNoUseForIsTold() {
    let settings = file("settings.yaml", sidecar: Settings(task: .content))
    let trip = pairOf(folder("trip", file("content.jpg"), file("mask1.png"), settings))
    #expect(trip.plan(of: "trip")?.inputs.pictures[.mask] == [])
    #expect(trip.leftovers == [Leftover(name: "trip/mask1.png", reason: "the job has no use for a mask picture")])
  }

  @Test func eachOfSeveralPhotosHasThem() {
    let settings = file("settings.yaml", sidecar: .naming(photos: .all))
    let trip = pairOf(folder("trip", file("a.jpg"), file("b.jpg"), file("style.jpg"), file("mask.png"), settings))
    #expect(trip.jobs.map(\.name) == ["trip-a", "trip-b"])
    #expect(trip.plan(of: "trip-a")?.kinds["mask.png"] == .copy)
    #expect(paintings(trip.plan(of: "trip-a"), .mask) == ["1 mask.png"])
  }

  private func pairOf(_ entry: InboxEntry) -> Pairing {
    Pairing(entries: [entry], now: .seconds(100), grace: .seconds(10))
  }
}
