import Kernels
import StyleTransfer
import Testing

struct LBFGSTests {
  private static func centres(_ range: ClosedRange<Double>) -> [Double] {
    var random = Random(seed: 3)
    return (0..<50).map { _ in .random(in: range, using: &random) }
  }

  // MARK: Minima

  @Test(arguments: [50.0...200.0, -300.0...600.0])
  func quadraticsAreMinimisedInsideOfTheBox(range: ClosedRange<Double>) {
    let centres = Self.centres(range)
    let minimum = Problem.restOfChain(centres: centres)
    let atBounds = minimum.count { $0 == 0 || $0 == 255 }
    #expect(range.upperBound == 200 ? atBounds == 0 : atBounds > 10 && atBounds < 40)
    var search = LBFGS(start: [Float](repeating: 128, count: 50))
    search.minimise(Problem.chain(centres: centres).function(), evaluations: 300)
    #expect(search.distance(to: minimum) < 0.01)
  }

  @Test func rosenbrockIsMinimisedInsideOfTheBox() {
    var search = LBFGS(start: [20, 200])
    search.minimise(Problem.rosenbrock(a: 1).function(), evaluations: 100)
    #expect(search.distance(to: [100, 100]) < 0.01)
  }

  @Test func rosenbrockOutsideEndsAtTheBound() {
    // With y at 255: the derivative -2 (3 - u) - 400 u (2.55 - u²) of what is left changes its sign at the minimum.
    var (low, high) = (1.5, 2.0)
    for _ in 0..<60 {
      let u = (low + high) / 2
      if -2 * (3 - u) - 400 * u * (2.55 - u * u) < 0 { low = u } else { high = u }
    }
    var search = LBFGS(start: [20, 200])
    search.minimise(Problem.rosenbrock(a: 3).function(), evaluations: 100)
    #expect(search.distance(to: [100 * low, 255]) < 0.01)
  }

  @Test func iteratesNeverLeaveTheBox() {
    for problem in [Problem.chain(centres: Self.centres(-300...600)), .rosenbrock(a: 3)] {
      var outside = 0
      let function = problem.function { x, _ in outside += x.count { !(0...255).contains($0) } }
      var search = LBFGS(start: [Float](repeating: -20, count: problem.count))
      search.minimise(function, evaluations: 100)
      #expect(outside == 0)
    }
  }

  @Test func acceptedStepsSatisfyTheWolfeConditions() {
    var search = LBFGS(start: [20, 200])
    let function = Problem.rosenbrock(a: 1).function()
    var steps = 0
    while search.evaluations < 100 && search.loss > 1e-8 {
      let before = search
      #expect(search.step(budget: 20, function) == .moved)
      guard before.loss.isFinite else { continue }
      steps += 1
      let step = zip(search.x, before.x).map { Double($0) - Double($1) }
      let slope = zip(before.gradient, step).reduce(0) { $0 + Double($1.0) * $1.1 }
      let slopeAfter = zip(search.gradient, step).reduce(0) { $0 + Double($1.0) * $1.1 }
      #expect(slope < 0)
      #expect(search.loss <= before.loss + 1e-4 * slope)
      #expect(abs(slopeAfter) <= 0.9001 * abs(slope))
    }
    #expect(steps > 10 && search.loss <= 1e-8)
  }

  @Test(arguments: [8.0, 2.0])
  func firstStepHasTheAskedSize(firstStep: Double) {
    let problem = Problem.chain(centres: Self.centres(50...200))
    var points: [[Float]] = []
    var search = LBFGS(start: [Float](repeating: 128, count: 50), firstStep: firstStep)
    _ = search.step(budget: 2, problem.function { x, _ in points.append(x) })
    let square = points[1].reduce(0) { $0 + (Double($1) - 128) * (Double($1) - 128) }
    #expect(abs((square / 50).squareRoot() - firstStep) < 1e-3)
  }

  // MARK: Ends

  @Test func aMinimumStalls() {
    let problem = Problem(count: 4) { x, gradient in
      for index in x.indices { gradient[index] = x[index] - 100 }
      return gradient.reduce(0) { $0 + $1 * $1 / 2 }
    }
    var search = LBFGS(start: [100, 100, 100, 100])
    #expect(search.step(budget: 20, problem.function()) == .stalled)
    #expect(search.x == [100, 100, 100, 100] && search.evaluations == 1)
    search = LBFGS(start: [20, 90, 130, 250])
    #expect(search.minimise(problem.function(), evaluations: 200) == .stalled)
    #expect(search.distance(to: [100, 100, 100, 100]) < 1e-3 && search.evaluations < 100)
  }

  @Test func aLossThatNeverFallsStalls() {
    let flat = Problem(count: 3) { _, gradient in
      gradient = [1, -1, 1]
      return 5
    }
    var search = LBFGS(start: [10, 20, 30])
    #expect(search.step(budget: 100, flat.function()) == .stalled)
    #expect(search.x == [10, 20, 30] && search.loss == 5)
  }

  @Test(arguments: [Double.nan, .infinity])
  func stepsIntoTheUndefinedAreMadeSmaller(value: Double) {
    let problem = Problem.chain(centres: [Double](repeating: 102, count: 50))
    var search = LBFGS(start: [Float](repeating: 100, count: 50))
    search.minimise(problem.broken(beyond: 3, of: 100, value: value).function(), evaluations: 200)
    #expect(search.distance(to: [Double](repeating: 102, count: 50)) < 0.01)
  }

  @Test func lossesThatAreNeverFiniteAreReported() {
    let never = Problem(count: 3) { _, gradient in
      gradient = [1, 1, 1]
      return .nan
    }
    var search = LBFGS(start: [10, 20, 30])
    #expect(search.step(budget: 20, never.function()) == .notFinite)
    #expect(search.step(budget: 20, never.function()) == .notFinite)
    #expect(search.evaluations == 2)
    let onlyThere = Problem.chain(centres: [50, 50, 50]).broken(beyond: 0, of: 20)
    search = LBFGS(start: [20, 20, 20])
    #expect(search.step(budget: 20, onlyThere.function()) == .notFinite)
    #expect(search.x == [20, 20, 20] && search.loss.isFinite)
  }

  @Test func gradientsThatAreNotFiniteAreReported() {
    let problem = Problem(count: 2) { x, gradient in
      gradient = [.nan, 1]
      return x[0]
    }
    var search = LBFGS(start: [10, 20])
    #expect(search.step(budget: 20, problem.function()) == .notFinite)
  }

  // MARK: Budget

  @Test(arguments: 1...6)
  func noStepTakesMoreThanItsBudget(budget: Int) {
    var calls = 0
    let function = Problem.rosenbrock(a: 3).function { _, _ in calls += 1 }
    var search = LBFGS(start: [20, 200])
    while search.evaluations < 60 {
      let before = calls
      guard search.step(budget: budget, function) != .stalled else { break }
      #expect(calls - before <= budget && calls > before)
      #expect(search.evaluations == calls)
    }
  }

  /// The second look, along the gradient alone, used to have a budget of its own.
  @Test func aStepThatLooksTwiceKeepsToItsBudget() {
    var calls = 0
    let honest = Problem.chain(centres: Self.centres(50...200)).function { _, _ in calls += 1 }
    let rising: LossFunction = { x, gradient in honest(x, gradient) + 1e12 }
    var search = LBFGS(start: [Float](repeating: 128, count: 50))
    for _ in 0..<3 { _ = search.step(budget: 20, honest) }
    #expect(!search.pairs.isEmpty)
    var free = search
    calls = 0
    #expect(free.step(budget: 100, rising) == .stalled && free.pairs.isEmpty)
    let budget = calls - 1
    calls = 0
    #expect(search.step(budget: budget, rising) == .outOfBudget && search.pairs.isEmpty)
    #expect(calls == budget)
  }

  /// Each step used to begin its search anew, and with one evaluation a step it found nothing, for ever.
  @Test func aSearchGoesOnWhereTheBudgetEnded() {
    let steep = Problem(count: 4) { x, gradient in
      for index in x.indices { gradient[index] = 100 * (x[index] - 128) }
      return gradient.reduce(0) { $0 + $1 * $1 / 200 }
    }
    var search = LBFGS(start: [129, 127, 129, 129])
    #expect(search.step(budget: 1, steep.function()) == .outOfBudget)
    let start = search.loss
    for _ in 0..<6 { _ = search.step(budget: 1, steep.function()) }
    #expect(search.loss < start / 10)
  }

  // MARK: State

  @Test func runsAreTheSameBitForBit() {
    func trace() -> [[Float]] {
      var points: [[Float]] = []
      var search = LBFGS(start: [Float](repeating: 128, count: 50))
      search.minimise(
        Problem.chain(centres: Self.centres(-300...600)).function { x, _ in points.append(x) }, evaluations: 60)
      return points
    }
    #expect(trace() == trace())
  }

  @Test func runsAreTheSameWithAnyNumberOfThreads() {
    let problem = Problem.chain(centres: (0..<150_001).map { Double($0 * 37 % 400) - 70 })
    func end(threads: Int) -> OptimizerState {
      let arithmetic = VectorArithmetic(Engine(threads: threads))
      var search = LBFGS(start: [Float](repeating: 128, count: problem.count), arithmetic: arithmetic)
      search.minimise(problem.function(), evaluations: 12)
      return search.state
    }
    let alone = end(threads: 1)
    #expect(alone == end(threads: 2) && alone == end(threads: 7))
  }

  @Test(arguments: 1...4)
  func aSavedSearchGoesOnAsTheOriginalWould(budget: Int) throws {
    let function = Problem.chain(centres: Self.centres(-300...600)).function()
    var search = LBFGS(start: [Float](repeating: 128, count: 50))
    for _ in 0..<40 {
      var saved = try #require(LBFGS(search.state))
      #expect(search.step(budget: budget, function) == saved.step(budget: budget, function))
      #expect(search.state == saved.state)
    }
    #expect(search.pairs.count == 10 || budget == 1)
  }

  @Test func whatIsNoStateOfASearchIsNotTaken() {
    let function = Problem.chain(centres: Self.centres(-300...600)).function()
    var search = LBFGS(start: [Float](repeating: 128, count: 50))
    for _ in 0..<4 { _ = search.step(budget: 3, function) }
    #expect(search.pairs.count > 1 && LBFGS(search.state) != nil)
    for name in ["x", "gradient"] {
      var state = search.state
      state.vectors[name]?.removeLast()
      #expect(LBFGS(state) == nil, "\(name)")
      state.vectors[name] = nil
      #expect(LBFGS(state) == nil, "\(name)")
    }
    for (name, value) in [("evaluations", Double.nan), ("evaluations", -1), ("historySize", 0.5)] {
      var state = search.state
      state.numbers[name] = value
      #expect(LBFGS(state) == nil, "\(name) \(value)")
    }
    var state = search.state
    state.compactVectors["change1"] = CompactVector([1, 2])
    #expect(LBFGS(state) == nil)
  }

  @Test func retreatingForgetsAndShortensTheNextStep() {
    var points: [[Float]] = []
    let function = Problem.chain(centres: Self.centres(50...200)).function { x, _ in points.append(x) }
    var search = LBFGS(start: [Float](repeating: 128, count: 50))
    for _ in 0..<3 { _ = search.step(budget: 20, function) }
    let place = search.x
    search.retreat(evaluations: 1000)
    #expect(search.pairs.isEmpty && search.x == place && search.evaluations == 1000)
    points = []
    _ = search.step(budget: 1, function)
    let square = zip(points[0], place).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    #expect(abs((square / 50).squareRoot() - 2) < 1e-3)
  }
}
