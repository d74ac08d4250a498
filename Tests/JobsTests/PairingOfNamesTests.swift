import Files
import Jobs
import Testing

/// One letter with its accent, and a letter and an accent.
private let composed = "caf\u{E9}"
private let decomposed = "cafe\u{301}"

@Suite struct PairingAcrossSystemsTests {
  @Test("Names in settings are found however their accents are written", arguments: [composed, decomposed])
  func namedPictures(name: String) throws {
    let other = name.utf8.elementsEqual(composed.utf8) ? decomposed : composed
    let settings = file("a.yaml", sidecar: .naming(content: "\(name).jpg", style: "\(name).png"))
    let plan = try #require(pair(file("\(other).jpg"), file("\(other).png"), settings).plan(of: "a"))
    #expect(plan.moves.map(\.source).contains(FileName("\(other).jpg")))
    #expect(plan.inputs.content?.bytes == Array("inputs/\(other).jpg".utf8))
    let inFolder = file("settings.yaml", sidecar: .naming(content: "\(name).jpg"))
    let trip = pair(folder("trip", file("\(other).jpg"), file("style.jpg"), inFolder)).plan(of: "trip")
    #expect(trip?.inputs.content?.bytes == Array("inputs/\(other).jpg".utf8))
  }

  @Test("The style of photos: all is no photo in either form") func styleOfPhotos() {
    let settings = file("settings.yaml", sidecar: .naming(style: "\(composed).jpg", photos: .all))
    let pairing = pair(folder("trip", file("a.jpg"), file("\(decomposed).jpg"), settings))
    #expect(pairing.jobs.map(\.name) == ["trip-a"])
  }

  @Test("A copy of a remembered style in the folder is found in either form") func rememberedStyle() {
    let settings = file("a.yaml", sidecar: .naming(style: composed))
    let failed = folder("a.failed", inner: true, file("a.content.jpg"), file("\(decomposed).style.jpg"), settings)
    #expect(pair(failed).plan(of: "a")?.inputs.style?.bytes == Array("inputs/\(decomposed).style.jpg".utf8))
  }

  @Test("Of two files that read alike the one of the very bytes is meant", arguments: [composed, decomposed])
  func exactBytes(name: String) {
    let settings = file("a.yaml", sidecar: .naming(content: "\(name).jpg", style: "x.jpg"))
    let pairing = pair(file("\(composed).jpg"), file("\(decomposed).jpg"), file("x.jpg"), settings)
    #expect(pairing.plan(of: "a")?.inputs.content?.bytes == Array("inputs/\(name).jpg".utf8))
    #expect(pairing.leftovers.count == 1)
  }

  @Test("Where neither has the very bytes, both are told and none is taken") func ambiguous() {
    // Two accents, of which only one is part of the letter.
    let forms = ["\u{1ED9}", "o\u{323}\u{302}", "\u{1ECD}\u{302}"]
    let settings = file("a.yaml", sidecar: .naming(content: forms[0] + ".jpg", style: "x.jpg"))
    let waits = pair(file(forms[1] + ".jpg"), file(forms[2] + ".jpg"), file("x.jpg"), settings).waits(of: "a")
    #expect(
      waits == "one picture called \(forms[0]).jpg instead of 2: o%CC%A3%CC%82.jpg, %E1%BB%8D%CC%82.jpg")
    let twice = pair(file("\(forms[0]).content.jpg"), file("\(forms[1]).content.jpg")).waits(of: forms[0])
    #expect(twice?.contains("instead of 2: o%CC%A3%CC%82.content.jpg, %E1%BB%99.content.jpg") == true)
  }

  @Test("Jobs that read alike are two where each has files of its very name") func twoJobs() {
    let files = [composed, decomposed].flatMap { [file("\($0).content.jpg"), file("\($0).style.jpg")] }
    let pairing = Pairing(entries: files + [file("\(composed).yaml")], now: .seconds(100), grace: .seconds(10))
    let plans = pairing.jobs.compactMap { if case .ready(let plan) = $0.state { plan } else { nil } }
    #expect(plans.map { Set($0.moves.map { $0.source.bytes.starts(with: composed.utf8) }).count } == [1, 1])
    #expect(plans.map(\.moves.count).sorted() == [2, 3])
  }
}

@Suite struct PairingOfOtherProgramsTests {
  @Test("Side files do not hold up photos: all, and are told once") func sideFiles() {
    let settings = file("settings.yaml", sidecar: .naming(photos: .all))
    let names = ["a.jpg", "a.jpg.json", "a.jpg.xmp", "metadata.json", "style.jpg", "style.jpg.json"]
    let files = names.map { file($0) } + [settings]
    let trip = InboxEntry(
      name: FileName("trip"), kind: .folder(files, inner: false), identity: files[0].identity)
    let pairing = pair(trip)
    #expect(pairing.plan(of: "trip-a")?.inputs.settings == "inputs/settings.yaml")
    #expect(
      pairing.leftovers.map(\.name) == [
        "trip/a.jpg.json", "trip/a.jpg.xmp", "trip/metadata.json", "trip/style.jpg.json",
      ])
    #expect(pairing.leftovers[0].reason.contains("what another program has written about pictures"))
    #expect(pairing.leftovers[1].reason.contains("neither a picture"))
  }

  @Test("A loose side file is told, and belongs to no job") func looseSideFile() {
    let pairing = pair(file("cat.content.jpg"), file("cat.style.jpg"), file("cat.content.jpg.json"))
    #expect(pairing.plan(of: "cat")?.inputs.settings == nil)
    #expect(pairing.leftovers.map(\.name) == ["cat.content.jpg.json"])
    #expect(pairing.jobs.count == 1)
  }

  /// PhotoPrism writes a YAML file for each picture, under its name without ending.
  @Test("settings.yaml comes before YAML files of other names") func settingsFirst() {
    let files = [file("content.jpg"), file("IMG_1.jpg"), file("style.jpg"), file("IMG_1.yml"), file("settings.yaml")]
    let trip = InboxEntry(name: FileName("trip"), kind: .folder(files, inner: false), identity: files[0].identity)
    #expect(pair(trip).plan(of: "trip")?.inputs.settings == "inputs/settings.yaml")
    #expect(pair(trip).leftovers.map(\.name) == ["trip/IMG_1.jpg", "trip/IMG_1.yml"])
    #expect(pair(trip).leftovers[1].reason.contains("not the settings of this folder"))
  }

  @Test(
    "A folder's settings may be called like it or its pictures, and YAML as one likes",
    arguments: [("trip.json", true), ("cat.json", true), ("look.yaml", true), ("look.json", false)])
  func namesInFolders(name: String, isSettings: Bool) {
    let plan = pair(folder("trip", file("cat.content.jpg"), file("style.jpg"), file(name))).plan(of: "trip")
    #expect((plan?.inputs.settings != nil) == isSettings)
  }

  @Test("A file under way holds up its folder, another ignored one does not") func filesUnderWay() {
    var trip = folder("trip", file("content.jpg"), file("style.jpg"), file("settings.yaml"))
    trip.aside = [file(".DS_Store"), file(".zoo.jpg.Xa81bQ", settledAt: nil)]
    #expect(pair(trip).state(of: "trip") == .settling([".zoo.jpg.Xa81bQ (still being transferred)"]))
    trip.aside[1].settledAt = .zero
    let plan = pair(trip).plan(of: "trip")
    #expect(
      plan?.moves[0].names?.map(\.description) == [
        "content.jpg", "style.jpg", "settings.yaml", ".DS_Store", ".zoo.jpg.Xa81bQ",
      ])
  }
}

@Suite struct PairingOfMistakesTests {
  @Test("Spaces and dots at the end of a name, which Windows does not show, are told") func hiddenEnds() {
    let pairing = pair(file("cat.content.jpg "), file("cat.style.jpg."))
    #expect(
      pairing.leftovers.map(\.reason) == [
        "its name ends with a space or a dot; call it cat.content.jpg",
        "its name ends with a space or a dot; call it cat.style.jpg",
      ])
  }

  @Test("Settings that are nearly called so are told, and hold the job for the grace time") func nearSettings() throws {
    let entries = [file("cat.content.jpg"), file("cat.style.jpg"), file("cat.yaml.txt", settledAt: 5)]
    let early = Pairing(entries: entries, now: .seconds(14), grace: .seconds(10))
    #expect(early.state(of: "cat") == .awaitingSettings(until: .seconds(15)))
    let hint = "looks like a settings file; call it cat.yaml"
    #expect(early.jobs[0].hints == ["cat.yaml.txt " + hint])
    #expect(early.leftovers == [Leftover(name: "cat.yaml.txt", reason: "it " + hint)])
    let late = Pairing(entries: entries, now: .seconds(15), grace: .seconds(10))
    #expect(late.plan(of: "cat")?.inputs.settings == nil)
  }

  /// Windows and macOS take both names for the same.
  @Test("Settings in other letter case hold the job for the grace time, and jobs are not mixed") func letterCase() {
    let settings = file("Cat.yaml", settledAt: 95)
    let early = pair(file("cat.content.jpg"), file("cat.style.jpg"), settings)
    #expect(early.state(of: "cat") == .awaitingSettings(until: .seconds(105)))
    #expect(
      early.jobs.first { $0.name == "cat" }?.hints == ["Cat.yaml looks like a settings file; call it cat.yaml"])
    let other = file("Cat.content.jpg")
    let jobs = pair(file("cat.content.jpg"), file("cat.style.jpg"), settings, other).jobs
    #expect(jobs.flatMap(\.hints).isEmpty)
  }

  @Test("So they do in a folder") func nearSettingsOfAFolder() {
    let trip = folder("trip", file("content.jpg"), file("style.jpg"), file("settings.txt", settledAt: 95))
    #expect(pair(trip).state(of: "trip") == .awaitingSettings(until: .seconds(105)))
    #expect(pair(trip).jobs[0].hints == ["settings.txt looks like a settings file; call it settings.yaml"])
    let settled = pair(trip, now: 105)
    #expect(settled.plan(of: "trip") != nil)
    #expect(settled.leftovers.map(\.name) == ["trip/settings.txt"])
  }

  @Test("Beside good settings they are only told") func nearSettingsBesideGoodOnes() {
    let pairing = pair(file("cat.content.jpg"), file("cat.style.jpg"), file("cat.yaml"), file("cat.yaml.bak"))
    #expect(pairing.plan(of: "cat")?.inputs.settings == "inputs/cat.yaml")
    #expect(pairing.jobs[0].hints.isEmpty)
  }

  @Test("A picture is told as not used when its settings have had their time") func pictureBeforeItsSettings() {
    let photo = file("holiday.jpg", settledAt: 95)
    #expect(pair(photo).leftovers.isEmpty)
    #expect(pair(photo).nextChange == .seconds(105))
    #expect(pair(photo, now: 105).leftovers.map(\.name) == ["holiday.jpg"])
    #expect(pair(photo, now: 105).nextChange == nil)
    #expect(pair(file("new.jpg", settledAt: nil)).leftovers.isEmpty)
    #expect(pair(file("empty.jpg", settledAt: nil, problem: "empty so far")).leftovers.map(\.name) == ["empty.jpg"])
  }

  @Test("An ending that was left out is found where there is one such picture") func noEnding() {
    let settings = file("a.yaml", sidecar: .naming(content: "holiday", style: "x.jpg"))
    let one = pair(file("holiday.jpg"), file("x.jpg"), settings)
    #expect(one.plan(of: "a")?.inputs.content == "inputs/holiday.jpg")
    #expect(one.leftovers.isEmpty)
    let two = pair(file("holiday.jpg"), file("holiday.png"), file("x.jpg"), settings)
    #expect(two.waits(of: "a") == "one picture called holiday instead of 2: holiday.jpg, holiday.png")
    let inFolder = file("settings.yaml", sidecar: .naming(content: "holiday"))
    let trip = pair(folder("trip", file("holiday.png"), file("style.jpg"), inFolder))
    #expect(trip.plan(of: "trip")?.inputs.content == "inputs/holiday.png")
  }

  @Test(
    "A picture that does not come is guessed after the grace time",
    arguments: [
      ("holiday.jpg", "Holiday.JPG"), ("holiday.jpg", "holiday.jpeg"), ("holiday.jpg", "hoilday.jpg"),
      ("our holiday.jpg", "our  holiday.jpg"), ("IMG_1234.jpg", "IMG_1243.jpg"),
    ])
  func guesses(name: String, file other: String) {
    let settings = file("a.yaml", settledAt: 95, sidecar: .naming(content: name, style: "x.jpg"))
    let early = pair(file(other), file("x.jpg"), file("elephant.jpg"), settings)
    let missing = "the picture \(name), which a.yaml names as its content"
    #expect(early.waits(of: "a") == missing)
    #expect(early.nextChange == .seconds(105))
    let late = pair(file(other), file("x.jpg"), file("elephant.jpg"), settings, now: 105)
    #expect(late.waits(of: "a") == missing + "; did you mean \(other)?")
    #expect(late.nextChange == nil)
  }

  @Test("Nothing is guessed where nothing is near") func noGuess() {
    let settings = file("a.yaml", sidecar: .naming(content: "holiday.jpg"))
    #expect(pair(file("elephant.jpg"), file("a.style.jpg"), settings).waits(of: "a")?.hasSuffix("content") == true)
  }
}
