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

  @Test func largeSizesHaveFewIterationsOverPixels() throws {
    func ladder(_ yaml: String) throws -> [String] {
      let settings = try settings(yaml)
      return settings.stages.map { "\($0.size): \($0.iterations), \(settings.at($0).pyramidLevels)" }
    }
    #expect(
      try ladder("preset: finest") == [
        "64: 8, 4", "128: 8, 4", "256: 8, 4", "512: 8, 4", "1024: 3, 0", "2048: 3, 0",
      ])
    #expect(try ladder("{size: 513, scales: [512]}") == ["512: 8, 4", "513: 3, 0"])
    #expect(
      try ladder("{size: 1024, scales: [600]}") == ["600: 8, 4", "1024: 3, 0"], "the smallest begins the picture")
    #expect(try ladder("{size: 1024, scales: none}") == ["1024: 8, 4"])
    #expect(try settings("size: 1024").stages(at: [1024]).map(\.iterations) == [8], "nothing smaller was painted")
    #expect(try ladder("{preset: fast, size: 1024, scales: [512]}") == ["512: 5, 0", "1024: 5, 0"])
    #expect(try ladder("{size: 1024, scales: [512], iterations: 2}") == ["512: 2, 4", "1024: 2, 0"])
    #expect(
      try ladder("{size: 1024, scales: [512], large_iterations: none}") == ["512: 8, 4", "1024: 8, 4"])
    #expect(
      try ladder("{size: 1024, scales: [512], ladder_style: late}") == ["512: 8, 4", "1024: 1, 0", "1024: 2, 0"])
  }

  @Test func easelHasTheWholeStyleAtEverySize() throws {
    let easel = try settings("size: 300")
    #expect(easel.stages == [75, 150, 300].map { Stage(size: $0, styleFactor: 1, iterations: easel.iterations) })
    let fast = try settings("preset: fast\nsize: 300")
    #expect(fast.levels == easel.levels && fast.evaluations < easel.evaluations)
  }
}
