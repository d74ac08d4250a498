import NeuralNetwork
import StyleTransfer
import TestSupport
import Testing

struct SearchTests {
  private static let count = 3 * 5 * 4

  private static var noise: [Float] {
    PlanarPicture.noise(width: 5, height: 4, amplitude: 40, means: [100, 110, 120], seed: 1).values
  }

  private func search(
    _ function: @escaping LossFunction, start: [Float] = Self.noise, iterations: Int = 10, evaluations: Int = 5,
    tolerance: Double = 0
  ) -> Search {
    Search(
      width: 5, height: 4, optimizer: LBFGS(start: start), iterations: iterations,
      evaluationsPerIteration: evaluations, tolerance: tolerance, loss: function)
  }

  private static let chain = Problem.chain(centres: (0..<count).map { Double($0 * 37 % 400) - 70 })

  // MARK: The loop

  @Test(arguments: [1, 2, 3, 7])
  func everyIterationTakesItsEvaluationsAndNoMore(evaluations: Int) throws {
    var calls = 0
    var (watched, iterates): ([Int], [Iterate]) = ([], [])
    var search = search(Self.chain.function { _, _ in calls += 1 }, iterations: 6, evaluations: evaluations)
    let reason = try search.run { seen, _ in
      watched.append(seen)
    } body: {
      iterates.append($1)
    }
    #expect(reason == .evaluations(6 * evaluations))
    #expect("\(reason)" == "all \(6 * evaluations) evaluations were done")
    #expect(calls == 6 * evaluations && watched == Array(1...calls))
    #expect(iterates.map(\.iteration) == Array(1...6))
    #expect(iterates.map(\.evaluations) == (1...6).map { $0 * evaluations })
    for (before, after) in zip(iterates, iterates.dropFirst()) { #expect(after.loss <= before.loss) }
    #expect(iterates[5].loss < iterates[0].loss)
    var gradient = [Double](repeating: 0, count: Self.count)
    #expect(iterates[5].loss == Self.chain.loss(iterates[5].picture.values.map(Double.init), &gradient))
  }

  @Test func smallImprovementsEndARunOnlyWithATolerance() throws {
    var patient = search(Self.chain.function(), iterations: 12)
    #expect(try patient.run { _, _ in } == .evaluations(60))
    var hasty = search(Self.chain.function(), iterations: 12, tolerance: 0.01)
    guard case .tolerance(let improvement) = try hasty.run(body: { _, _ in }) else {
      Issue.record("the tolerance didn't end it")
      return
    }
    #expect(improvement < 0.01 && hasty.iteration < 12)
  }

  /// A loss that rises used to count as an improvement below a tolerance of 0.
  @Test func aRisingLossDoesNotEndARunWithoutTolerance() throws {
    var losses: [Double] = []
    var search = Search(
      width: 5, height: 4, optimizer: Adam(start: Self.noise, learningRate: 60), iterations: 10,
      evaluationsPerIteration: 1, tolerance: 0, loss: Self.chain.function())
    #expect(try search.run { losses.append($1.loss) } == .evaluations(10))
    #expect(zip(losses, losses.dropFirst()).contains { $0 < $1 })
  }

  @Test func aMinimumEndsTheRun() throws {
    let bowls = Problem(count: Self.count) { x, gradient in
      for index in x.indices { gradient[index] = x[index] - Double(index) }
      return gradient.reduce(0) { $0 + $1 * $1 / 2 }
    }
    var search = search(bowls.function(), iterations: 100)
    #expect(try search.run { _, _ in } == .stalled)
    #expect(search.iteration < 30 && search.optimizer.loss < 1e-6)
  }

  @Test func whoeverWatchesMayStopARunAndItGoesOnTheSame() throws {
    struct Stop: Error {}
    var (whole, stopped) = (search(Self.chain.function()), search(Self.chain.function()))
    _ = try whole.run { _, _ in }
    #expect(throws: Stop.self) {
      try stopped.run { evaluations, _ in
        if evaluations == 23 { throw Stop() }
      } body: { _, _ in
      }
    }
    #expect(stopped.iteration == 4 && stopped.optimizer.evaluations < 23)
    var resumed = Search(
      width: 5, height: 4, optimizer: try #require(LBFGS(stopped.optimizer.state)), iteration: stopped.iteration,
      iterations: 10,
      evaluationsPerIteration: 5, tolerance: 0, loss: Self.chain.function())
    _ = try resumed.run { _, _ in }
    #expect(resumed.optimizer.state == whole.optimizer.state)
  }

  /// Once the loss at the interruption was taken for that at the beginning of the iteration: too little seemed to be won.
  @Test func anInterruptionWithinAnIterationDoesNotEndARunWithATolerance() throws {
    struct Stop: Error {}
    var whole = search(Self.chain.function(), iterations: 12, tolerance: 0.05)
    let end = try whole.run { _, _ in }
    #expect(whole.iteration > 2 && whole.iteration < 12)
    for interruption in 2..<whole.optimizer.evaluations {
      var stopped = search(Self.chain.function(), iterations: 12, tolerance: 0.05)
      #expect(throws: Stop.self) {
        try stopped.run { evaluations, _ in
          if evaluations == interruption { throw Stop() }
        } body: { _, _ in
        }
      }
      var resumed = Search(
        width: 5, height: 4, optimizer: try #require(LBFGS(stopped.optimizer.state)), iteration: stopped.iteration,
        lossBefore: stopped.lossBefore, iterations: 12, evaluationsPerIteration: 5, tolerance: 0.05,
        loss: Self.chain.function())
      #expect(try resumed.run { _, _ in } == end, "interrupted at evaluation \(interruption)")
      #expect(resumed.optimizer.state == whole.optimizer.state, "interrupted at evaluation \(interruption)")
    }
  }

  /// Who keeps the search after its last iteration is to know that it was the last.
  @Test func theEndIsKnownWhenTheLastIterationIsTold() throws {
    var search = search(Self.chain.function(), iterations: 12, tolerance: 0.05)
    var ends: [StopReason?] = []
    let end = try search.run { search, _ in ends.append(search.end) }
    #expect(ends.dropLast().allSatisfy { $0 == nil } && ends.last == end)
  }

  // MARK: Losses that go wrong

  @Test func aLossThatIsNeverFiniteEndsWithTheReason() throws {
    let never = Problem(count: Self.count) { _, _ in .nan }
    var search = search(never.function())
    let error = #expect(throws: SearchError.self) { try search.run { _, _ in } }
    #expect(
      "\(try #require(error))" == """
        after 4 evaluations the loss was not a finite number, also with smaller steps from the last good picture; use \
        smaller content_weight, style_weight or tv_weight, or start with init: content
        """)
  }

  @Test func aSearchLeavesTheUndefinedAndGoesOn() throws {
    let bowls = Problem(count: Self.count) { x, gradient in
      for index in x.indices { gradient[index] = x[index] - 102 - Double(index % 2) }
      return gradient.reduce(0) { $0 + $1 * $1 / 2 }
    }
    var calls = 0
    let function = bowls.broken(beyond: 3.5, of: 100).function { _, _ in calls += 1 }
    let start = (0..<Self.count).map { 100 + Float($0 % 2) }
    var search = search(function, start: start, iterations: 10, evaluations: 1)
    _ = try search.run { _, _ in }
    #expect(search.optimizer.loss < 1e-3)
    #expect(search.optimizer.evaluations == calls && calls <= 10 + 3)
  }

  @Test func badStepsCostAtMostThreeEvaluationsMore() throws {
    for evaluations in 1...6 {
      var calls = 0
      let chain = Self.chain.function()
      let moody: LossFunction = { x, gradient in
        calls += 1
        let loss = chain(x, gradient)
        return calls % 4 == 1 ? loss : .nan
      }
      var search = search(moody, iterations: 5, evaluations: evaluations)
      var iterates: [Iterate] = []
      do {
        _ = try search.run { iterates.append($1) }
      } catch let error as SearchError {
        #expect(error == .notFinite(evaluations: calls))
      }
      #expect(calls <= 5 * evaluations + 3 && search.optimizer.x.allSatisfy { (0...255).contains($0) })
      for iterate in iterates { #expect(iterate.evaluations <= iterate.iteration * evaluations + 3) }
    }
  }

  /// Steps used to become smaller for good, until none moved the picture and the run ended as if all were well.
  @Test func aLossThatEndsInOneColourIsRefused() throws {
    let smooth: LossFunction = { x, gradient in
      for index in 0..<Self.count { gradient[index] = 0 }
      return TotalVariationLoss(weight: 100).evaluate(x, height: 4, width: 5, gradient: gradient)
    }
    var search = search(smooth, iterations: 100)
    var last: Iterate?
    let error = #expect(throws: SearchError.self) { try search.run { last = $1 } }
    let text = "\(try #require(error))"
    #expect(
      text.hasPrefix("after ") && text.hasSuffix("use a smaller tv_weight, or larger content_weight or style_weight"))
    #expect(text.contains("the picture had become a single colour"))
    #expect(last?.picture.isConstant == false)
  }

  @Test func aStartOfOneColourIsAllowed() throws {
    let bowl = Problem(count: Self.count) { x, gradient in
      for index in x.indices { gradient[index] = x[index] - 200 }
      return gradient.reduce(0) { $0 + $1 * $1 / 2 }
    }
    var search = search(bowl.function(), start: [Float](repeating: 100, count: Self.count))
    #expect(try search.run { _, _ in } == .stalled)
    #expect(search.iterate.picture.values.allSatisfy { abs($0 - 200) < 1e-3 })
  }

  // MARK: The real loss

  @Test func aStyleTransferConverges() throws {
    let studio = try Studio()
    let objective = studio.objective(try #require(Studio.tasks["transfer"]))
    let start = PlanarPicture.noise(
      width: objective.width, height: objective.height, amplitude: 2.5, means: NetworkWeights.means, seed: 1)
    var search = Search(
      width: objective.width, height: objective.height, optimizer: LBFGS(start: start.values), iterations: 6,
      evaluationsPerIteration: 10, tolerance: 0, loss: objective.loss)
    var losses = [objective.evaluate(start).terms.total]
    let reason = try search.run { losses.append($1.loss) }
    #expect(reason == .evaluations(60))
    #expect(zip(losses, losses.dropFirst()).allSatisfy { $0 > $1 })
    #expect(losses[6] < losses[0] / 60)
    let picture = search.iterate.picture
    for colour in 0..<3 {
      let plane = picture.values[colour * 45 * 37..<(colour + 1) * 45 * 37].map(Double.init)
      let mean = plane.reduce(0, +) / Double(plane.count)
      let variance = plane.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(plane.count)
      #expect(variance.squareRoot() > 20)
    }
  }
}
