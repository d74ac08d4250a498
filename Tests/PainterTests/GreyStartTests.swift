import Files
import Images
import Jobs
import Painter
import TestSupport
import Testing

/// `init: gray`.
struct GreyStartTests {
  private let painting: SmallPainting
  /// Only the picture that the search begins with is looked at, and then written.
  private static let start = "size: 60\niterations: 1\nevaluations_per_iteration: 1\n"

  init() throws { painting = try SmallPainting() }

  private func paint(_ name: String, _ yaml: String) throws -> RGBImage {
    _ = try painting.paint(settings(yaml), to: name, cache: "a")
    return try ImageDecoder.decode(path: Path(painting.folder.path("\(name)/photo/photo.png"))).image
  }

  @Test(arguments: ["transfer", "content"]) func itIsOneGreyWithoutNoise(task: String) throws {
    let picture = try paint("grey", Self.start + "task: \(task)\ninit: gray")
    #expect(picture.pixels.allSatisfy { $0 == 128 })
  }

  @Test func noiseIsMixedIntoIt() throws {
    let means = [123.68, 116.779, 103.939]
    for seed in 0...1 {
      let picture = try paint("mixed\(seed)", Self.start + "init: gray\ninit_blend: 0.5\nseed: \(seed)")
      for (index, value) in picture.pixels.enumerated() {
        #expect(abs(Double(value) - (64 + means[index % 3] / 2)) <= 1.25 + 0.51)
      }
    }
  }

  /// The search finds its way from there, and the seed makes no difference.
  @Test(arguments: ["lbfgs", "adam"]) func itIsPaintedFrom(optimizer: String) throws {
    let base = "size: 60\niterations: 3\noptimizer: \(optimizer)\n"
    let grey = try painting.paint(settings(base + "init: gray"), to: "grey", cache: "a")
    let seeded = try painting.paint(settings(base + "init: gray\nseed: 5"), to: "seeded", cache: "a")
    let noise = try painting.paint(settings(base), to: "noise", cache: "a")
    #expect(seeded.report.reused?.kind == "result" && seeded.pictures == grey.pictures)
    #expect(noise.pictures != grey.pictures)
    let first = try #require(grey.report.iterations.first?.loss)
    #expect(grey.report.loss < first && grey.report.loss < 2 * noise.report.loss)
  }
}
