/// A picture on its way: the picture after some evaluations, with its loss.
package struct Iterate: Sendable {
  /// 0 for the start.
  package let iteration: Int
  package let evaluations: Int
  package let loss: Double
  package let picture: PlanarPicture
}

/// Why a run ended.
package enum StopReason: Sendable, Equatable, CustomStringConvertible {
  case evaluations(Int)
  case tolerance(relativeImprovement: Double)
  case stalled
  /// Its time was over before its evaluations were done.
  case timeLimit

  package var description: String {
    switch self {
    case .evaluations(let count): "all \(count) evaluations were done"
    case .tolerance(let improvement):
      "an iteration lowered the loss by only \(improvement) of it, less than the tolerance"
    case .stalled: "no step lowers the loss any more"
    case .timeLimit: "the time limit was over"
    }
  }
}

package enum SearchError: Error, CustomStringConvertible, Equatable {
  case notFinite(evaluations: Int)
  case constantPicture(evaluations: Int)

  package var description: String {
    switch self {
    case .notFinite(let evaluations):
      """
      after \(evaluations) evaluations the loss was not a finite number, also with smaller steps from the last good picture; \
      use smaller content_weight, style_weight or tv_weight, or start with init: content
      """
    case .constantPicture(let evaluations):
      """
      after \(evaluations) evaluations the picture had become a single colour, also with smaller steps from the last good \
      picture; use a smaller tv_weight, or larger content_weight or style_weight
      """
    }
  }
}

/// Ends a step; the run takes it back.
private struct TimeIsOver: Error {}

/// The loop that turns a start into a painting: some iterations of some evaluations each, an iterate after each.
package struct Search {
  package private(set) var optimizer: any Optimizer
  /// Iterations that are done.
  package private(set) var iteration: Int
  /// The loss at which the present iteration began; infinite in the first.
  package private(set) var lossBefore: Double
  /// Why it ended before its iterations were done, if it did.
  package private(set) var end: StopReason?
  package let iterations: Int
  package let evaluationsPerIteration: Int
  /// Stop when an iteration lowers the loss by less than this fraction; 0 never does.
  package let tolerance: Double
  private let width: Int
  private let height: Int
  private let isOver: () -> Bool
  private let loss: LossFunction
  private let present: (PlanarPicture) -> PlanarPicture
  private let startedConstant: Bool

  /// - Parameters:
  ///   - iteration: iterations that `optimizer` has behind it, where a saved run goes on.
  ///   - lossBefore: as it was in the saved run.
  ///   - isOver: whether the time is.
  ///   - loss: of what is searched for, `[3][height][width]`.
  ///   - present: makes a picture of what is searched for, where it is none.
  package init(
    width: Int, height: Int, optimizer: some Optimizer, iteration: Int = 0, lossBefore: Double = .infinity,
    iterations: Int, evaluationsPerIteration: Int, tolerance: Double, isOver: @escaping () -> Bool = { false },
    loss: @escaping LossFunction, present: @escaping (PlanarPicture) -> PlanarPicture = { $0 }
  ) {
    self.width = width
    self.height = height
    self.isOver = isOver
    self.loss = loss
    self.present = present
    self.optimizer = optimizer
    self.iteration = iteration
    self.lossBefore = lossBefore
    self.iterations = iterations
    self.evaluationsPerIteration = evaluationsPerIteration
    self.tolerance = tolerance
    startedConstant = PlanarPicture(width: width, height: height, values: optimizer.x).isConstant
  }

  /// Runs to the end. `body` is given the search after each iteration, `afterStep` after each step; `watch` hears of each
  /// evaluation. `body` and `watch` may throw to stop it: the search is then as after the last complete step. So it is when
  /// `isOver` says that the time is, which is asked before each evaluation but the first.
  package mutating func run(
    watch: (_ evaluations: Int, _ loss: Double) throws -> Void = { _, _ in },
    afterStep: (_ search: Search) -> Void = { _ in },
    body: (_ search: Search, _ iterate: Iterate) throws -> Void
  ) throws -> StopReason {
    var watchError: (any Error)?
    var seen = optimizer.evaluations
    let function: LossFunction = { [loss, isOver] x, gradient in
      if watchError != nil { return .nan }  // let the step end
      if seen > 0, isOver() {
        watchError = TimeIsOver()
        return .nan
      }
      let loss = loss(x, gradient)
      seen += 1
      do { try watch(seen, loss) } catch { watchError = error }
      return loss
    }
    while iteration < iterations {
      let end = (iteration + 1) * evaluationsPerIteration
      var stalled = false
      while optimizer.evaluations < end && !stalled {
        let complete = optimizer
        // The start by itself: it is something to end with when the time is over.
        let budget = complete.loss.isFinite ? end - optimizer.evaluations : 1
        do {
          stalled = try advance(budget: budget, function) == .stalled
          if let watchError { throw watchError }
        } catch  where watchError is TimeIsOver {
          optimizer = complete
          guard complete.loss.isFinite else { throw SearchError.notFinite(evaluations: seen) }
          return .timeLimit
        } catch {
          optimizer = complete
          throw watchError ?? error
        }
        afterStep(self)
      }
      iteration += 1
      self.end = stalled ? .stalled : tooLittle
      lossBefore = optimizer.loss
      try body(self, iterate)
      if let end = self.end { return end }
    }
    return .evaluations(optimizer.evaluations)
  }

  /// Where the iteration that has just ended lowered the loss by less than the tolerance.
  private var tooLittle: StopReason? {
    let improvement = (lossBefore - optimizer.loss) / lossBefore
    guard tolerance > 0 && lossBefore.isFinite && improvement < tolerance else { return nil }
    return .tolerance(relativeImprovement: improvement)
  }

  package var iterate: Iterate {
    Iterate(
      iteration: iteration, evaluations: optimizer.evaluations, loss: optimizer.loss,
      picture: present(PlanarPicture(width: width, height: height, values: optimizer.picture)))
  }

  private var isConstant: Bool { PlanarPicture(width: width, height: height, values: optimizer.x).isConstant }

  /// One step; after a bad one up to three more from the last good picture, each time with a smaller step. It takes at most
  /// `budget` evaluations and one more for each further step.
  private mutating func advance(budget: Int, _ function: LossFunction) throws -> StepOutcome {
    let end = optimizer.evaluations + budget
    var good = optimizer
    var outcome = StepOutcome.notFinite
    for _ in 0..<4 {
      outcome = optimizer.step(budget: max(1, end - optimizer.evaluations), function)
      if outcome != .notFinite && (startedConstant || !isConstant) { return outcome }
      good.retreat(evaluations: optimizer.evaluations)
      optimizer = good
    }
    throw outcome == .notFinite
      ? SearchError.notFinite(evaluations: optimizer.evaluations)
      : SearchError.constantPicture(evaluations: optimizer.evaluations)
  }
}
