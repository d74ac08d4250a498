import Jobs
import Testing

@Suite struct SettingsLadderTests {
  private typealias Stage = LadderStep

  @Test(arguments: ["lesson-transfer", "lesson-content", "lesson-style"])
  func theLessonsWayHasOneStage(preset: String) throws {
    let settings = try settings("preset: \(preset)")
    #expect(settings.stages == [Stage(size: 512, styleFactor: 1, iterations: 10)])
    #expect(settings.evaluations == 200)
  }

  @Test(arguments: [
    (300, [75, 150, 300]), (512, [64, 128, 256, 512]), (128, [64, 128]), (127, [127]), (32, [32]),
  ])
  func autoHalvesDownToSixtyFourPixels(size: Int, levels: [Int]) throws {
    #expect(try settings("{size: \(size), scales: auto}").levels == levels)
  }

  @Test func autoLeavesTheStyleSixteenPixels() throws {
    #expect(try settings("{size: 512, scales: auto, style_scale: 0.125}").levels == [128, 256, 512])
    #expect(try settings("{size: 512, scales: auto, style_scale: 0.1}").levels == [256, 512])
    #expect(try settings("{task: content, size: 512, scales: auto}").levels == [64, 128, 256, 512])
  }

  @Test func theStyleComesInTowardsTheEnd() throws {
    let settings = try settings("{preset: lesson-transfer, size: 300, scales: auto, iterations: 5}")
    #expect(
      settings.stages == [
        Stage(size: 75, styleFactor: 0.01, iterations: 5), Stage(size: 150, styleFactor: 0.1, iterations: 5),
        Stage(size: 300, styleFactor: 0.1, iterations: 2), Stage(size: 300, styleFactor: 1, iterations: 3),
      ])
    let weights = settings.stages.map { settings.at($0).styleWeight }
    #expect(weights == [0.01, 0.1, 0.1, 1])
    #expect(settings.stages.allSatisfy { settings.at($0).contentWeight == 0.1 })
  }

  @Test(arguments: [1, 2, 7]) func everySizeTakesAllIterationsAndTheLastEndsWithTheWholeStyle(iterations: Int) throws {
    for scales in ["auto", "[64]", "[64, 100, 200, 250]"] {
      let settings = try settings("{preset: lesson-transfer, size: 300, scales: \(scales), iterations: \(iterations)}")
      for size in settings.levels {
        #expect(settings.stages.filter { $0.size == size }.reduce(0) { $0 + $1.iterations } == iterations)
      }
      #expect(settings.stages.last?.styleFactor == 1)
      #expect(settings.stages.allSatisfy { $0.iterations > 0 })
    }
  }

  @Test(arguments: ["content", "style"]) func reconstructionsHaveTheirOwnWeightAtEverySize(task: String) throws {
    let stages = try settings("{task: \(task), size: 300, scales: auto}").stages
    #expect(stages == [75, 150, 300].map { Stage(size: $0, styleFactor: 1, iterations: 10) })
  }

  @Test func easelHasTheWholeStyleAtEverySize() throws {
    let easel = try settings("size: 300")
    #expect(easel.stages == [75, 150, 300].map { Stage(size: $0, styleFactor: 1, iterations: easel.iterations) })
    let fast = try settings("preset: fast\nsize: 300")
    #expect(fast.levels == easel.levels && fast.evaluations < easel.evaluations)
  }
}
