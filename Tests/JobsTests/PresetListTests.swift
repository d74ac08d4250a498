import Jobs
import Testing

/// Presets of the daemon's configuration.
@Suite struct PresetListTests {
  private func presets(_ yaml: String) throws -> PresetList {
    let document = try SettingsDocument(parsing: yaml.utf8, source: "easel.yaml")
    return try PresetList(own: document["presets"]!, key: "presets")
  }

  private func mistakes(_ yaml: String) -> String {
    do {
      _ = try presets(yaml)
      return ""
    } catch {
      return "\(error)"
    }
  }

  private func settings(_ yaml: String, _ presets: PresetList) throws -> Settings {
    try Settings(validating: SettingsDocument(parsing: yaml.utf8, source: "cat.yaml"), presets: presets)
  }

  @Test func settingsBuildOnThem() throws {
    let own = try presets("presets:\n  draft: {size: 256, gif: {width: 100}}\n  poster: {preset: fine, output: jpeg}")
    #expect(own.names.suffix(2) == ["draft", "poster"] && own.names.contains("fast"))
    let draft = try settings("{preset: draft, iterations: 3, gif: {delay_ms: 50}}", own)
    #expect(draft.size == 256 && draft.iterations == 3)
    #expect(draft.gif?.width == 100 && draft.gif?.delayMilliseconds == 50)
    #expect(try settings("preset: draft\nsize: 64", own).size == 64)
    let poster = try settings("preset: poster", own)
    #expect(poster.size == 1024 && poster.largeIterations == 3 && poster.output == .jpeg)
  }

  @Test func otherNamesOfKeysAreUnderstood() throws {
    let own = try presets("presets: {quick: {min_improvement: 5}}")
    #expect(try settings("preset: quick", own).tolerance == 0.05)
    #expect(try settings("preset: quick\ntolerance: 0.1", own).tolerance == 0.1)
  }

  @Test func namesAreToldWhereAnotherIsAsked() throws {
    let own = try presets("presets: {draft: {size: 256}}")
    #expect(throws: SettingsError.self) { try settings("preset: drafts", own) }
    do {
      _ = try settings("preset: drafts", own)
    } catch {
      #expect("\(error)".hasSuffix(", fine, finest, gatys, neural-style, titu, pastiche, crowson, draft"), "\(error)")
    }
  }

  @Test(arguments: [
    (
      "presets: 3",
      "easel.yaml:1: presets: found '3'; allowed is a mapping of names to settings, as {draft: {size: 256}}"
    ),
    (
      "presets: [draft]",
      "easel.yaml:1: presets: found a list; allowed is a mapping of names to settings, as {draft: {size: 256}}"
    ),
    ("presets:\n  fast: {}", "easel.yaml:2: presets.fast: a preset of this name comes with Easel; choose another name"),
    (
      "presets:\n  a/b: {}",
      "easel.yaml:2: presets.a/b: found 'a/b' as a preset's name; allowed are up to 64 letters, digits, - and _"
    ),
    (
      "presets:\n  .hidden: {}",
      "easel.yaml:2: presets..hidden: found '.hidden' as a preset's name; allowed are up to 64 letters, digits, - and _"
    ),
    (
      "presets:\n  draft: small",
      "easel.yaml:2: presets.draft: found 'small'; allowed is a mapping of settings, as {size: 256}"
    ),
    (
      "presets:\n  draft:\n    sise: 64",
      "easel.yaml:3: presets.draft.sise: unknown key; did you mean size?"
    ),
    (
      "presets:\n  draft:\n    gif:\n      width: 3",
      "easel.yaml:4: presets.draft.gif.width: found '3'; allowed is a whole number from 16 to 4096"
    ),
    (
      "presets:\n  draft: {average: 0.9}",
      "easel.yaml:2: presets.draft.average: found '0.9'; allowed is 0, with optimizer: lbfgs; averages are of adam's steps"
    ),
    (
      "presets:\n  draft: {tolerance: 0.1, min_improvement: 2}",
      "easel.yaml:2: presets.draft.min_improvement: found beside tolerance, which says the same as a fraction; "
        + "leave one of them out"
    ),
  ])
  func mistakesHaveTheirLines(yaml: String, complaint: String) {
    #expect(mistakes(yaml) == complaint)
  }

  @Test func anOwnPresetDoesNotBuildOnAnother() {
    #expect(
      mistakes("presets:\n  a: {size: 64}\n  b: {preset: a}").hasPrefix(
        "easel.yaml:3: presets.b.preset: found 'a'; allowed is easel, lesson-transfer, "))
  }

  @Test func aNameTwiceIsToldByTheParser() {
    #expect(throws: SettingsError.self) { try presets("presets:\n  a: {size: 64}\n  a: {size: 65}") }
  }

  @Test func allMistakesAreToldAtOnce() {
    #expect(mistakes("presets:\n  a: {size: 1}\n  b: {size: 2}").split(separator: "\n").count == 2)
  }
}
