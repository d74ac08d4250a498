import Jobs
import Painter
import Testing

/// A run that was interrupted anywhere comes to the same files.
struct ResumeTests {
  @Test(arguments: [
    "{optimizer: adam, average: 0.9}", "{optimizer: adam, adam_warm_start: true, average: 0.8}",
    "{optimizer: lbfgs, ladder_style: full, initial_iterations: 3}",
  ])
  func goesOnToTheSameFiles(yaml: String) throws {
    let painting = try SmallPainting()
    let base = "{scales: [32], iterations: 2, gif: {width: 40}}"
    let document = try SettingsDocument(parsing: base.utf8, source: "base").overlaid(
      by: SettingsDocument(parsing: yaml.utf8, source: "test"))
    let settings = try settings(document.yaml)
    let whole = try painting.paint(settings, to: "whole", cache: "whole")
    for stop in [1, 4, 6, 7, 9] {
      let interrupted = try painting.paint(
        settings, to: "stop\(stop)", cache: "stop\(stop)", SmallPainting.Counter(stopsAt: stop))
      #expect(interrupted == whole, "stopped after \(stop) evaluations")
    }
  }

  /// Once a run that had begun its third iteration went on as one of two.
  @Test func aRunWithFewerIterationsDoesNotTakeAStateBeyondThem() throws {
    let painting = try SmallPainting()
    let counter = SmallPainting.Counter(stopsAt: 7)
    #expect(throws: Interruption.self) {
      try painting.paint(settings("{optimizer: adam, iterations: 4}"), to: "out", cache: "a", counter, goesOn: false)
    }
    let two = try painting.paint(settings("{optimizer: adam, iterations: 2}"), to: "out", cache: "a")
    #expect(two.report.evaluations == 6)
  }

  @Test func iterationsTellThePartsOfTheirLosses() throws {
    let painting = try SmallPainting()
    let files = try painting.paint(settings("{tv_weight: 0.1, iterations: 3}"), to: "out", cache: "a")
    for iteration in files.report.iterations {
      let losses = try #require(iteration.losses)
      #expect(losses.map(\.kind) == ["content"] + Array(repeating: "style", count: 5) + ["total variation"])
      #expect(losses.reduce(0) { $0 + $1.loss }.isNear(iteration.loss))
    }
  }
}

extension Double {
  fileprivate func isNear(_ other: Double) -> Bool { abs(self - other) < 1e-9 * abs(other) }
}
