import Jobs
import Testing

/// Keys of the search.
@Suite struct SettingsSearchTests {
  @Test(arguments: [
    ("90s", 90.0), ("90", 90), ("2m", 120), ("1h30m", 5400), ("1h", 3600), ("1.5s", 1.5), ("1m30s", 90),
    ("168h", 604_800),
  ])
  func timeLimitsAreRead(text: String, seconds: Double) throws {
    let settings = try settings("time_limit: \(text)")
    #expect(settings.timeLimitSeconds == seconds)
    #expect(try Settings(validating: settings.document) == settings)
  }

  @Test func noTimeLimitIsTheDefault() throws {
    #expect(try settings("time_limit: none").timeLimitSeconds == nil && settings("").timeLimitSeconds == nil)
  }

  @Test(arguments: ["0", "0.5s", "-3s", "169h", "soon", "1d", "90ms", "m", "[90s]", "1e3"])
  func timeLimitsThatAreNoneAreRefused(text: String) {
    let complaint = complaints("time_limit: \(text)")
    #expect(complaint.hasPrefix("cat.yaml:1: time_limit: found ") && !complaint.contains("\n"))
    #expect(complaint.hasSuffix("; allowed is a time from 1s to 168h, as 90s, 2m or 1h30m, or none"))
  }

  @Test func minImprovementIsToleranceInPercent() throws {
    #expect(try settings("min_improvement: 1").tolerance == 0.01)
    #expect(try settings("min_improvement: 0").tolerance == 0)
    #expect(try settings("preset: fast\nmin_improvement: 50").tolerance == 0.5)
    #expect(
      complaints("tolerance: 0.01\nmin_improvement: 1")
        == "cat.yaml:2: min_improvement: found beside tolerance, which says the same as a fraction; leave one of them out"
    )
    for wrong in ["101", "-1", "1%", "little"] {
      #expect(
        complaints("min_improvement: \(wrong)")
          == "cat.yaml:1: min_improvement: found '\(wrong)'; allowed is a number of percent from 0 to 100")
    }
    #expect(complaints("min_improvment: 1") == "cat.yaml:1: min_improvment: unknown key; did you mean min_improvement?")
  }

  @Test func averagesAreOfAdam() throws {
    #expect(try settings("{optimizer: adam, average: 0.99}").average == 0.99)
    #expect(
      complaints("average: 0.99")
        == "cat.yaml:1: average: found '0.99'; allowed is 0, with optimizer: lbfgs; averages are of adam's steps")
    for wrong in ["1", "-0.1", "0.99999", "yes"] {
      #expect(
        complaints("{optimizer: adam, average: \(wrong)}")
          == "cat.yaml:1: average: found '\(wrong)'; allowed is a number from 0 to 0.9999")
    }
  }

  @Test func warmStartsAreOfAdam() throws {
    #expect(try settings("{optimizer: adam, adam_warm_start: true}").adamWarmStart)
    #expect(
      complaints("adam_warm_start: true")
        == "cat.yaml:1: adam_warm_start: found 'true'; allowed is false, with optimizer: lbfgs")
    #expect(
      complaints("{optimizer: adam, adam_warm_start: warm}")
        == "cat.yaml:1: adam_warm_start: found 'warm'; allowed is true or false")
  }

  @Test(arguments: ["initial_iterations", "large_iterations"])
  func iterationsOfSomeSizesAreANumberOrNone(key: String) throws {
    #expect(try settings("initial_iterations: 20").initialIterations == 20)
    #expect(try settings("large_iterations: 20").largeIterations == 20)
    #expect(try settings("large_iterations: none").largeIterations == nil)
    for wrong in ["0", "1001", "all", "2.5"] {
      #expect(
        complaints("\(key): \(wrong)")
          == "cat.yaml:1: \(key): found '\(wrong)'; allowed is a whole number from 1 to 1000, or none")
    }
  }

  @Test func theSmallestSizeMayHaveIterationsOfItsOwn() throws {
    let ladder = try settings("{scales: [128, 256], ladder_style: full, iterations: 5, initial_iterations: 9}").stages
    #expect(ladder.map(\.size) == [128, 256, 512] && ladder.map(\.iterations) == [9, 5, 5])
    #expect(ladder.allSatisfy { $0.styleFactor == 1 })
    #expect(try settings("{scales: none, iterations: 5, initial_iterations: 9}").stages.map(\.iterations) == [5])
    let late = try settings("{scales: [128, 256], ladder_style: late, iterations: 5, initial_iterations: 9}").stages
    #expect(late.map(\.iterations) == [9, 5, 2, 3] && late.map(\.styleFactor) == [0.01, 0.1, 0.1, 1])
    #expect(complaints("ladder_style: early") == "cat.yaml:1: ladder_style: found 'early'; allowed is late, full")
  }
}
