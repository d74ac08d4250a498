import Jobs
import Testing

/// A size above 512 pixels has few iterations where a smaller one was painted before it, and only there.
struct LargeSizeTests {
  private static let settings = """
    {preset: lesson-transfer, size: 600, scales: auto, ladder_style: full, style_scale: 0.2, iterations: 3, large_iterations: 1,
     evaluations_per_iteration: 2, gif: false}
    """

  private func settings(_ more: String = "{}") throws -> Settings {
    let document = try SettingsDocument(parsing: Self.settings.utf8, source: "base")
    return try Settings(validating: document.overlaid(by: SettingsDocument(parsing: more.utf8, source: "more")))
  }

  /// With a photo of that height and 600 pixels' width.
  private func painting(height: Int) throws -> SmallPainting {
    let painting = try SmallPainting()
    try painting.folder.write(SmallPainting.png(seed: 1, width: 600, height: height), to: "photo.png")
    return painting
  }

  @Test func theLargeSizeOfALadderHasFew() throws {
    let sizes = try painting(height: 70).paint(settings(), to: "out", cache: "a").report.iterations.map(\.size)
    #expect(sizes == [150, 150, 150, 300, 300, 300, 600])
  }

  /// `scales: auto` passes over sizes for which the photo is too flat.
  @Test func theOnlySizeThatIsPaintedHasAll() throws {
    let sizes = try painting(height: 20).paint(settings(), to: "out", cache: "a").report.iterations.map(\.size)
    #expect(sizes == [600, 600, 600])
  }

  @Test func aSearchFromAFinishedPictureHasAll() throws {
    let painting = try painting(height: 70)
    _ = try painting.paint(settings(), to: "first", cache: "a")
    let near = try painting.paint(settings("{init: nearest, style_weight: 2}"), to: "near", cache: "a").report
    #expect(near.reused?.kind == "picture" && near.iterations.map(\.size) == [600, 600, 600])
  }

  @Test func moreOfThemGoOnFromFewer() throws {
    let painting = try painting(height: 70)
    _ = try painting.paint(settings(), to: "one", cache: "a")
    let two = try painting.paint(settings("large_iterations: 2"), to: "two", cache: "a")
    let afresh = try painting.paint(settings("large_iterations: 2"), to: "afresh", cache: "b")
    #expect(two.report.reused?.evaluations == 14 && two.pictures == afresh.pictures)
  }
}
