import Files
import Jobs
import Testing

/// Several paintings for one photo.
@Suite struct PairingOfPaintingsTests {
  private func weights(_ weights: [Double]) -> Settings {
    var settings = Settings()
    settings.styleWeights = weights
    return settings
  }

  @Test func numberedPaintingsAreOneJobInTheirOrder() throws {
    let pairing = pair(file("cat.style2.png"), file("cat.style10.jpg", settledAt: 1), file("cat.content.jpg"))
    #expect(
      pairing.waits(of: "cat")?.contains("a style picture: cat.style1.jpg or .png, since there is a style10") == true)
    let pictures = (1...10).map { file("cat.style\($0).jpg") } + [file("cat.content.jpg")]
    let complete = Pairing(entries: pictures.shuffled(), now: .seconds(100), grace: .seconds(10))
    let plan = try #require(complete.plan(of: "cat"))
    #expect(plan.inputs.files(.style) == (1...10).map { Path("inputs/cat.style\($0).jpg") })
    #expect(plan.inputs.pictures[.style].map(\.style?.name).prefix(3) == ["cat", "cat-2", "cat-3"])
    #expect(plan.moves.count == 11 && complete.leftovers == [])
  }

  @Test func inAFolderTheyNeedNoName() throws {
    let plan = try #require(
      pair(folder("cat", file("style2.jpg"), file("content.jpg"), file("STYLE1.png"))).plan(of: "cat"))
    #expect(plan.inputs.files(.style) == ["inputs/STYLE1.png", "inputs/style2.jpg"])
  }

  @Test func aSingleOneMayHaveANumber() {
    #expect(
      pair(file("cat.style1.jpg"), file("cat.content.jpg")).plan(of: "cat")?.inputs.style == "inputs/cat.style1.jpg")
  }

  @Test func asManyAreWaitedForAsThereAreWeights() {
    let settings = file("cat.yaml", sidecar: weights([2, 1]))
    #expect(
      pair(file("cat.style1.jpg"), file("cat.content.jpg"), settings).waits(of: "cat")
        == "a style picture: cat.style2.jpg or .png, since style_weights has 2 numbers")
    #expect(
      pair(file("cat.style1.jpg"), file("cat.style2.jpg"), file("cat.content.jpg"), settings).plan(of: "cat")?.inputs
        .files(.style).count == 2)
  }

  @Test func moreThanThereAreWeightsForAreToldInWords() {
    let names = ["cat.style1.jpg", "cat.style2.jpg", "cat.style3.jpg", "cat.content.jpg"].map { file($0) }
    let pairing = Pairing(
      entries: names + [file("cat.yaml", sidecar: weights([2, 1]))], now: .seconds(100), grace: .seconds(10))
    #expect(pairing.waits(of: "cat") == "as many style_weights as paintings: there are 2, and a style3")
  }

  @Test func oneWithoutANumberBesideThemIsAContradiction() {
    #expect(
      pair(file("cat.style.jpg"), file("cat.style1.jpg"), file("cat.content.jpg")).waits(of: "cat")
        == "a number in the name of cat.style.jpg: of several, each is called cat.style1, cat.style2 and so on")
  }

  @Test func theyAreCountedFromOne() {
    #expect(
      pair(file("cat.style0.jpg"), file("cat.style1.jpg"), file("cat.content.jpg")).waits(of: "cat")
        == "another number for cat.style0.jpg: of several, each is called cat.style1, cat.style2 and so on")
    #expect(
      pair(file("cat.style17.jpg"), file("cat.content.jpg")).waits(of: "cat")
        == "fewer paintings: there is a style17, and a job may have 16")
  }

  @Test func twoOfOneNumberAreTooMany() {
    #expect(
      pair(file("cat.style1.jpg"), file("cat.style2.png"), file("cat.style2.jpg"), file("cat.content.jpg"))
        .waits(of: "cat") == "one style 2 picture instead of 2: cat.style2.png, cat.style2.jpg")
  }

  @Test func rememberedAndDroppedOnesMix() throws {
    var settings = Settings()
    settings.style = OneOrMore([Settings.Style("auvers", weight: 2), Settings.Style("night.jpg")])
    let pairing = pair(file("cat.content.jpg"), file("night.jpg"), file("cat.yaml", sidecar: settings))
    let styles = try #require(pairing.plan(of: "cat")).inputs.pictures[.style]
    #expect(styles.map(\.file) == [nil, "inputs/night.jpg"])
    #expect(
      styles.map(\.style) == [
        StyleUse(StyleName(sanitising: "auvers"), isNamed: true),
        StyleUse(StyleName(sanitising: "night"), isNamed: false),
      ])
    #expect(
      pair(file("cat.content.jpg"), file("cat.yaml", sidecar: settings)).waits(of: "cat")
        == "the picture night.jpg, which cat.yaml names as its style")
  }
}
