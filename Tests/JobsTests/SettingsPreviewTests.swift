import Jobs
import Testing

@Suite struct SettingsPreviewTests {
  @Test(arguments: [("preview: true", true), ("preview: off", false)])
  func thePreviewIsChosen(yaml: String, wanted: Bool) throws {
    let settings = try settings(yaml)
    #expect(settings.preview == wanted)
    #expect(settings.yaml.contains("preview: \(wanted)\n"))
  }

  @Test(arguments: ["", "preview: auto"]) func orLeftToTheDaemon(yaml: String) throws {
    let settings = try settings(yaml)
    #expect(settings.preview == nil)
    #expect(settings.yaml.contains("preview: auto\n"))
  }

  @Test func anythingElseIsRefused() {
    let error = #expect(throws: SettingsError.self) { try settings("preview: small") }
    #expect(error?.description == "cat.yaml:1: preview: found 'small'; allowed is true, false, or auto")
  }

  @Test func theQuickOneIsSmallAndShort() throws {
    let quick = try settings("preset: lesson-transfer\nsize: 2048\nscales: auto\nseed: 3\nstyle_scale: 0.1")
      .quickPreview
    #expect(quick.size == 160)
    #expect(quick.stages.map(\.size) == [160, 160])
    #expect(quick.evaluations == 30)
    #expect(quick.gif == nil)
    #expect(quick.seed == 3)
    #expect(try settings("preset: lesson-transfer\nsize: 2048").quickPreview.stages.map(\.size) == [80, 160, 160])
    // As little as a style may have.
    #expect(quick.styleSize(at: quick.size) == 16)
  }

  @Test(arguments: [
    ("iterations: 3\nevaluations_per_iteration: 1", 3), ("iterations: 1\nevaluations_per_iteration: 7", 5),
  ])
  func itTakesNoMoreThanTheJob(yaml: String, evaluations: Int) throws {
    let quick = try settings(yaml + "\nsize: 64").quickPreview
    #expect(quick.size == 64)
    #expect(quick.evaluations == evaluations)
  }
}
