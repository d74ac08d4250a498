import Jobs
import Painter
import Testing

/// With a clock on which an evaluation takes a second.
struct TimeLimitTests {
  private let painting: SmallPainting

  init() throws { painting = try SmallPainting() }

  @Test func endsAtThePictureThatTheEvaluationsSoFarGive() throws {
    let limited = try painting.paint(
      settings("{optimizer: adam, iterations: 6, time_limit: 5s}"), to: "limited", cache: "a")
    let short = try painting.paint(
      settings("{optimizer: adam, iterations: 1, evaluations_per_iteration: 5}"), to: "short", cache: "b")
    #expect(limited.pictures == short.pictures)
    #expect(limited.report.stopReason == "the time limit of 5s was over at 48 px, after 5 evaluations")
    #expect(limited.report.iterations.map(\.evaluations) == [3, 5] && limited.report.iterations.last?.iteration == 2)
    #expect(limited.report.loss == short.report.loss)
  }

  @Test(arguments: [1, 2, 4, 7])
  func noStepOfLBFGSIsCutInHalf(limit: Int) throws {
    let limited = try painting.paint(settings("{iterations: 6, time_limit: \(limit)s}"), to: "limited", cache: "a")
    #expect(limited.report.evaluations >= 1 && limited.report.evaluations <= limit)
    #expect(limited.report.loss.isFinite && limited.report.stopReason.hasPrefix("the time limit of \(limit)s was over"))
  }

  @Test func aCutPictureIsNotTakenForACompleteOneAndMoreTimeGoesOn() throws {
    let yaml = "{optimizer: adam, iterations: 4}"
    _ = try painting.paint(settings("{optimizer: adam, iterations: 4, time_limit: 5s}"), to: "limited", cache: "shared")
    // Of the second iteration only two evaluations were done: that is no search of one iteration.
    let one = try painting.paint(settings("{optimizer: adam, iterations: 1}"), to: "one", cache: "shared")
    #expect(one.report.evaluations == 3 && one.report.reused == nil)
    let whole = try painting.paint(settings(yaml), to: "whole", cache: "shared")
    let fresh = try painting.paint(settings(yaml), to: "fresh", cache: "own")
    #expect(whole.pictures == fresh.pictures && whole.report.iterations == fresh.report.iterations)
    #expect(whole.report.reused?.kind == "search" && fresh.report.reused == nil)
  }

  @Test func aPictureThatWasThereInTimeServesJobsWithoutALimit() throws {
    let limited = try painting.paint(settings("{time_limit: 1h}"), to: "limited", cache: "shared")
    let free = try painting.paint(settings(""), to: "free", cache: "shared")
    #expect(free.report.reused?.kind == "result" && free.pictures == limited.pictures)
    #expect(limited.report.stopReason == "all 6 evaluations were done")
  }

  @Test func aLadderSharesTheTimeOutByWork() throws {
    let limited = try painting.paint(
      settings("{optimizer: adam, scales: [32], ladder_style: full, iterations: 20, time_limit: 10s}"), to: "limited",
      cache: "a")
    // 32² : 48² is 3.08 s : 6.92 s.
    let ends = [32, 48].map { size in limited.report.iterations.last { $0.size == size }?.evaluations }
    #expect(ends == [4, 10])
    #expect(limited.report.stopReason == "the time limit of 10s was over at 32, 48 px, after 10 evaluations")
  }

  @Test(arguments: [1, 3, 5, 8])
  func anInterruptedRunHasTheTimeThatWasLeft(stop: Int) throws {
    let yaml = "{optimizer: adam, scales: [32], iterations: 20, average: 0.5, time_limit: 10s, gif: {width: 40}}"
    let whole = try painting.paint(settings(yaml), to: "whole", cache: "a")
    let interrupted = try painting.paint(
      settings(yaml), to: "interrupted", cache: "b", SmallPainting.Counter(stopsAt: stop))
    #expect(interrupted.pictures == whole.pictures)
    #expect(interrupted.report.iterations == whole.report.iterations)
    #expect(interrupted.report.stopReason == whole.report.stopReason)
  }
}
