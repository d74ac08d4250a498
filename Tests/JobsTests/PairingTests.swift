import Files
import Jobs
import Testing

@Suite struct PairingTests {
  @Test func threeFilesAreAJob() throws {
    let plan = try #require(pair(file("cat.content.jpg"), file("cat.style.png"), file("cat.yaml")).plan(of: "cat"))
    #expect(plan.inputs.content == "inputs/cat.content.jpg")
    #expect(plan.inputs.style == "inputs/cat.style.png")
    #expect(plan.inputs.settings == "inputs/cat.yaml")
    #expect(plan.moves.map(\.kind) == [.file, .file, .file])
    #expect(plan.fault == nil)
  }

  @Test(arguments: ["jpg", "jpeg", "png", "JPG", "Jpeg", "PNG"])
  func extensionsComeInAnyLetterCase(fileExtension: String) {
    let pairing = pair(file("a.Content.\(fileExtension)"), file("a.STYLE.\(fileExtension)"), file("a.yaml"))
    #expect(pairing.plan(of: "a") != nil)
  }

  @Test(arguments: ["yaml", "yml", "json", "YAML"])
  func settingsComeAsYAMLOrJSON(fileExtension: String) {
    let pairing = pair(file("a.content.jpg"), file("a.style.jpg"), file("a.\(fileExtension)"))
    #expect(pairing.plan(of: "a")?.inputs.settings == Path("inputs/a.\(fileExtension)"))
  }

  @Test func pairingWaitsForTheStyle() {
    let waits = pair(file("cat.content.jpg"), file("cat.yaml")).waits(of: "cat")
    #expect(waits == "a style picture: cat.style.jpg or .png")
  }

  @Test func pairingWaitsForBothPictures() {
    let waits = pair(file("cat.yaml")).waits(of: "cat")
    #expect(waits?.contains("cat.content.jpg") == true)
    #expect(waits?.contains("cat.style.jpg") == true)
  }

  @Test func anUnsettledPictureIsWaitedFor() {
    let pairing = pair(file("cat.content.jpg", settledAt: nil), file("cat.style.jpg"), file("cat.yaml"))
    #expect(pairing.state(of: "cat") == .settling(["cat.content.jpg"]))
    #expect(pairing.jobs.first?.problems == [])
  }

  @Test func settlingSaysWhatIsWrongWithAFile() {
    let pairing = pair(
      file("cat.content.jpg", settledAt: nil, problem: "empty so far"), file("cat.style.jpg"), file("cat.yaml"))
    #expect(pairing.state(of: "cat") == .settling(["cat.content.jpg (empty so far)"]))
    #expect(pairing.jobs.first?.problems == ["cat.content.jpg (empty so far)"])
  }

  @Test func twoPicturesWaitForTheirSettings() {
    let entries = [file("cat.content.jpg", settledAt: 5), file("cat.style.jpg", settledAt: 20)]
    let early = Pairing(entries: entries, now: .seconds(29.9), grace: .seconds(10))
    #expect(early.state(of: "cat") == .awaitingSettings(until: .seconds(30)))
    #expect(early.nextChange == .seconds(30))
    let late = Pairing(entries: entries, now: .seconds(30), grace: .seconds(10))
    #expect(late.plan(of: "cat")?.inputs.settings == nil)
    #expect(late.nextChange == nil)
  }

  @Test func settingsThatComeInTimeEndTheGrace() {
    let pairing = pair(file("cat.content.jpg", settledAt: 99), file("cat.style.jpg", settledAt: 99), file("cat.yaml"))
    #expect(pairing.plan(of: "cat") != nil)
  }

  @Test func settingsStillBeingWrittenAreWaitedFor() {
    let pairing = pair(file("cat.content.jpg"), file("cat.style.jpg"), file("cat.yaml", settledAt: nil))
    #expect(pairing.state(of: "cat") == .settling(["cat.yaml"]))
  }

  @Test func twoContentsAreOneTooMany() {
    let waits = pair(file("a.content.jpg"), file("a.content.png"), file("a.style.jpg")).waits(of: "a")
    #expect(waits == "one content picture instead of 2: a.content.jpg, a.content.png")
  }

  @Test func twoSettingsFilesAreOneTooMany() {
    let waits = pair(file("a.content.jpg"), file("a.style.jpg"), file("a.json"), file("a.yaml")).waits(of: "a")
    #expect(waits == "one settings file instead of 2: a.json, a.yaml")
  }

  @Test func jobsDoNotMix() {
    let pairing = pair(file("a.content.jpg"), file("b.style.jpg"), file("a.yaml"))
    #expect(pairing.jobs.map(\.name).sorted() == ["a", "b"])
    #expect(pairing.jobs.allSatisfy { if case .waiting = $0.state { true } else { false } })
  }

  @Test func namesMayHaveDotsAndSpaces() {
    let pairing = pair(file("My cat v1.2.content.jpg"), file("My cat v1.2.style.jpg"), file("My cat v1.2.yaml"))
    #expect(pairing.plan(of: "My cat v1.2") != nil)
  }

  @Test func namesMayDifferInUnicodeForm() {
    // A Mac writes é as e and an accent, other systems as one letter.
    let pairing = pair(file("caf\u{E9}.content.jpg"), file("cafe\u{301}.style.jpg"), file("caf\u{E9}.yaml"))
    #expect(pairing.jobs.count == 1)
    #expect(pairing.jobs.first.map { if case .ready = $0.state { true } else { false } } == true)
  }

  @Test func aNameThatIsNotUTF8IsAJobToo() throws {
    var content = file("x.content.jpg")
    content.name = FileName([0x78, 0xFF] + Array(".content.jpg".utf8))
    var style = file("x.style.jpg")
    style.name = FileName([0x78, 0xFF] + Array(".style.jpg".utf8))
    let plan = try #require(pair(content, style).plan(of: "x%FF"))
    #expect(plan.inputs.content == "inputs/x%FF.content.jpg")
    #expect(plan.moves.first?.source == content.name)
  }

  @Test func theOlderJobComesFirst() {
    let pairing = pair(
      file("a.content.jpg", settledAt: 50), file("a.style.jpg", settledAt: 50), file("z.content.jpg", settledAt: 3),
      file("z.style.jpg", settledAt: 3))
    #expect(pairing.jobs.map(\.name) == ["z", "a"])
  }

  @Test func strayFilesAreExplained() {
    let leftovers = pair(file("notes.txt"), file("holiday.jpg")).leftovers
    #expect(leftovers.map(\.name) == ["notes.txt", "holiday.jpg"])
    #expect(leftovers[0].reason.contains("neither a picture"))
    #expect(leftovers[1].reason.contains("no settings file names it"))
  }

  @Test func refusedFilesAreExplained() {
    var link = file("a.content.jpg")
    link.kind = .refused(reason: "a symbolic link")
    let pairing = pair(link, file("a.style.jpg"), file("a.yaml"))
    #expect(pairing.leftovers == [Leftover(name: "a.content.jpg", reason: "a symbolic link")])
    #expect(pairing.waits(of: "a")?.contains("content") == true)
  }
}

@Suite struct PairingBySettingsTests {
  @Test func aTaskMayNeedNoStyle() {
    let settings = file("a.yaml", sidecar: Settings(task: .content))
    let plan = pair(file("a.content.jpg"), settings).plan(of: "a")
    #expect(plan?.inputs.style == nil)
    #expect(plan?.inputs.content == "inputs/a.content.jpg")
  }

  @Test func aPictureThatIsNotNeededGoesAlong() {
    let settings = file("a.yaml", sidecar: Settings(task: .content))
    let plan = pair(file("a.content.jpg"), file("a.style.jpg"), settings).plan(of: "a")
    #expect(plan?.kinds["a.style.jpg"] == .file)
    #expect(plan?.inputs.style == nil)
  }

  @Test func settingsNameTheirPictures() {
    let settings = file("a.yaml", sidecar: Settings.naming(content: "holiday.jpg", style: "auvers.jpg"))
    let plan = pair(file("holiday.jpg"), file("auvers.jpg"), settings).plan(of: "a")
    #expect(plan?.inputs.content == "inputs/holiday.jpg")
    #expect(plan?.inputs.style == "inputs/auvers.jpg")
    #expect(plan?.kinds == ["a.yaml": .file, "holiday.jpg": .file, "auvers.jpg": .file])
  }

  @Test func aNamedPictureIsWaitedFor() {
    let settings = file("a.yaml", sidecar: Settings.naming(style: "auvers.jpg"))
    let waits = pair(file("a.content.jpg"), settings).waits(of: "a")
    #expect(waits == "the picture auvers.jpg, which a.yaml names as its style")
  }

  @Test(arguments: [
    "../secret.jpg", "/etc/passwd.jpg", "sub/x.jpg", ".hidden.jpg", ".\u{301}./\u{301}secret.jpg",
  ])
  func aPathIsNotAPicture(name: String) throws {
    let settings = file("a.yaml", sidecar: Settings.naming(style: name))
    let plan = try #require(pair(file("a.content.jpg"), settings).plan(of: "a"))
    #expect(plan.fault?.message.contains("a path is not allowed") == true)
    #expect(plan.inputs.style == nil)
    #expect(plan.moves.map(\.source.description) == ["a.content.jpg", "a.yaml"])
  }

  @Test func aSharedPictureIsCopiedUntilItsLastJob() throws {
    let summary = Settings.naming(style: "auvers.jpg")
    let pairing = pair(
      file("auvers.jpg"), file("a.content.jpg"), file("a.yaml", sidecar: summary), file("b.content.jpg"),
      file("b.yaml", sidecar: summary))
    #expect(pairing.plan(of: "a")?.kinds["auvers.jpg"] == .copy)
    #expect(pairing.plan(of: "b")?.kinds["auvers.jpg"] == .file)
  }

  @Test func aSharedPictureStaysForAJobThatStillWaits() {
    let summary = Settings.naming(style: "auvers.jpg")
    let pairing = pair(
      file("auvers.jpg"), file("a.content.jpg"), file("a.yaml", sidecar: summary), file("b.yaml", sidecar: summary))
    #expect(pairing.plan(of: "a")?.kinds["auvers.jpg"] == .copy)
    #expect(pairing.waits(of: "b")?.contains("content") == true)
  }

  @Test func aPictureOfAnotherJobIsCopied() {
    let settings = file("dog.yaml", sidecar: Settings.naming(style: "cat.style.jpg"))
    let pairing = pair(file("cat.style.jpg"), file("dog.content.jpg"), settings)
    #expect(pairing.plan(of: "dog")?.kinds["cat.style.jpg"] == .copy)
    #expect(pairing.waits(of: "cat") != nil)
  }

  @Test func onePictureMayBeBothContentAndStyle() {
    let settings = file("a.yaml", sidecar: Settings.naming(content: "x.jpg", style: "x.jpg"))
    let plan = pair(file("x.jpg"), settings).plan(of: "a")
    #expect(plan?.inputs.content == plan?.inputs.style)
    #expect(plan?.moves.count == 2)
  }

  @Test func aRememberedStyleNeedsNoPicture() throws {
    let settings = file("cat.yaml", sidecar: Settings.naming(style: "auvers"))
    let plan = try #require(pair(file("cat.content.jpg"), settings).plan(of: "cat"))
    #expect(plan.style == StyleUse(StyleName(sanitising: "auvers"), isNamed: true))
    #expect(plan.inputs.style == nil && plan.fault == nil)
    #expect(plan.kinds == ["cat.content.jpg": .file, "cat.yaml": .file])
  }

  @Test(arguments: ["../auvers", "a/b", "auvers.bmp", "", "..", "/etc/passwd"])
  func aRememberedStyleIsNoPath(name: String) throws {
    let settings = file("cat.yaml", sidecar: Settings.naming(style: name))
    let plan = try #require(pair(file("cat.content.jpg"), settings).plan(of: "cat"))
    #expect(plan.fault?.message.contains("can be neither a picture's name nor a remembered style's") == true)
    #expect(plan.style == nil)
  }

  @Test(arguments: [("cat.style.png", "cat"), ("auvers.jpg", "auvers")])
  func aDroppedStyleIsToBeRememberedByItsFile(name: String, style: String) throws {
    let named = name == "cat.style.png" ? nil : name
    let settings = file("cat.yaml", sidecar: Settings.naming(style: named))
    let plan = try #require(pair(file("cat.content.jpg"), file(name), settings).plan(of: "cat"))
    #expect(plan.style == StyleUse(StyleName(sanitising: style), isNamed: false))
  }

  @Test func priorityComesFromTheSettings() {
    let settings = file("a.yaml", sidecar: Settings.naming(priority: 7, preview: true))
    let plan = pair(file("a.content.jpg"), file("a.style.jpg"), settings).plan(of: "a")
    #expect(plan?.settings.priority == 7)
    #expect(plan?.settings.preview == true)
  }

  @Test func invalidSettingsFailWithTheirPictures() {
    let pairing = pair(file("a.content.jpg"), file("a.style.jpg"), invalid("a.yaml", "a.yaml:1: sise: unknown key"))
    #expect(pairing.plan(of: "a")?.fault?.message == "a.yaml:1: sise: unknown key")
    #expect(pairing.plan(of: "a")?.moves.count == 3)
  }

  @Test func invalidSettingsWaitAWhileForTheirPictures() {
    let settings = invalid("a.yaml", "bad", settledAt: 50)
    #expect(pair(settings, now: 59).waits(of: "a") != nil)
    // Or nobody looks again then, and the job is stuck until something else happens.
    #expect(pair(settings, now: 59).nextChange == .seconds(60))
    #expect(pair(settings, now: 60).plan(of: "a")?.fault?.message == "bad")
    #expect(pair(settings, now: 60).nextChange == nil)
  }
}

@Suite struct PairingOfFoldersTests {
  @Test func aFolderIsAJob() {
    let pairing = pair(folder("cat", file("content.jpg"), file("style.png"), file("settings.yaml")))
    let plan = pairing.plan(of: "cat")
    #expect(plan?.inputs.content == "inputs/content.jpg")
    #expect(plan?.inputs.settings == "inputs/settings.yaml")
    #expect(plan?.kinds == ["cat": .folder])
  }

  @Test func aFolderWaitsForWhatIsMissing() {
    let waits = pair(folder("cat", file("content.jpg"))).waits(of: "cat")
    #expect(waits == "a style picture: style.jpg or .png")
  }

  @Test func aFolderWaitsForAllItsFiles() {
    let pairing = pair(
      folder("cat", file("content.jpg"), file("style.jpg"), file("settings.yaml"), file("x.txt", settledAt: nil)))
    #expect(pairing.state(of: "cat") == .settling(["x.txt"]))
  }

  @Test func aFailedFolderComesBackUnderItsOldName() {
    let inputs = [file("cat.content.jpg"), file("cat.style.jpg"), file("cat.yaml")]
    let plan = pair(folder("cat.failed", inner: true, inputs[0], inputs[1], inputs[2])).plan(of: "cat")
    #expect(plan?.kinds == ["cat.failed": .folderWithInputs])
    #expect(plan?.inputs.content == "inputs/cat.content.jpg")
  }

  @Test func aFolderNamesPicturesInItselfFirst() {
    let settings = file("settings.yaml", sidecar: Settings.naming(style: "auvers.jpg"))
    let pairing = pair(file("auvers.jpg"), folder("cat", file("content.jpg"), file("auvers.jpg"), settings))
    #expect(pairing.plan(of: "cat")?.kinds == ["cat": .folder])
    #expect(pairing.leftovers.map(\.name) == ["auvers.jpg"])
  }

  @Test func aFolderNamesPicturesBesideIt() {
    let settings = file("settings.yaml", sidecar: Settings.naming(style: "auvers.jpg"))
    let pairing = pair(file("auvers.jpg"), folder("cat", file("content.jpg"), settings))
    #expect(pairing.plan(of: "cat")?.kinds == ["cat": .folder, "auvers.jpg": .file])
    #expect(pairing.plan(of: "cat")?.inputs.style == "inputs/auvers.jpg")
  }

  @Test func aFolderMayKeepItsOwnCopyOfAStyle() {
    let settings = file("cat.yaml", sidecar: Settings.naming(style: "auvers"))
    let plan = pair(
      folder("cat.failed", inner: true, file("a.jpg"), file("content.jpg"), file("auvers.style.jpg"), settings)
    )
    .plan(of: "cat")
    #expect(plan?.inputs.style == "inputs/auvers.style.jpg")
    #expect(plan?.style == StyleUse(StyleName(sanitising: "auvers"), isNamed: true))
  }

  @Test func aFolderAndFilesOfOneNameAreTwoJobs() {
    let pairing = pair(
      folder("cat", file("content.jpg"), file("style.jpg")), file("cat.content.jpg"), file("cat.style.jpg"))
    #expect(pairing.jobs.count == 2)
    #expect(pairing.jobs.allSatisfy { if case .ready = $0.state { true } else { false } })
  }
}
