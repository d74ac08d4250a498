package import Kernels

/// Limited-memory BFGS in a box: Nocedal, "Updating Quasi-Newton Matrices with Limited Storage", 1980 (the two-loop recursion);
/// the box by projection, as in Bertsekas, "Projected Newton Methods for Optimization Problems with Simple Constraints", 1982:
/// variables at a bound that the gradient pushes against it stay there, the others take the quasi-Newton step, and points
/// of the line search are projected into the box.
package struct LBFGS: Optimizer {
  package private(set) var x: [Float]
  package private(set) var loss = Double.infinity
  package private(set) var evaluations = 0
  package private(set) var gradient: [Float]
  /// Steps and changes of the gradient, the oldest first; at most `historySize`. They are rounded when they are made, so that a
  /// saved search goes on exactly like one that wasn't.
  package private(set) var pairs: [Pair] = []
  /// On vectors; the results don't depend on its threads.
  private let arithmetic: VectorArithmetic
  /// Root mean square of the first step, in units of pixel values.
  private let firstStep: Double
  /// What `firstStep` is multiplied with until a step succeeds.
  private var firstStepScale = 1.0
  /// Where along the direction the next line search looks first; not 1 after one that ran out of budget.
  private var firstTrial = 1.0

  private let historySize: Int
  /// Whose metric is the first estimate of the inverse Hessian; nil for the identity.
  private let pyramid: LaplacianPyramid?

  /// Vectors as long as the picture that a search holds at most: pairs (two are as large as one of `Float`s), points and
  /// gradients of the line search, and the last good state.
  package static func vectors(historySize: Int) -> Int { historySize + 10 }

  package struct Pair: Sendable {
    package let step: CompactVector
    package let change: CompactVector
    package let curvature: Double  // step . change

    init(step: CompactVector, change: CompactVector, _ arithmetic: VectorArithmetic) {
      self.step = step
      self.change = change
      curvature = arithmetic.dot(step, change)
    }
  }

  package init(
    start: [Float], historySize: Int = 10, firstStep: Double = 8, arithmetic: VectorArithmetic = VectorArithmetic()
  ) {
    self.init(start, historySize, firstStep, pyramid: nil, arithmetic)
  }

  /// A search over the levels of a Laplacian pyramid.
  ///
  /// - Parameter pyramidLevels: how often the picture is halved; 0 for a search over its pixels.
  package init(
    start: PlanarPicture, pyramidLevels: Int, historySize: Int = 10, firstStep: Double = 8,
    arithmetic: VectorArithmetic = VectorArithmetic()
  ) {
    let pyramid = LaplacianPyramid(width: start.width, height: start.height, levels: pyramidLevels)
    self.init(start.values, historySize, firstStep, pyramid: pyramidLevels > 0 ? pyramid : nil, arithmetic)
  }

  private init(
    _ start: [Float], _ historySize: Int, _ firstStep: Double, pyramid: LaplacianPyramid?,
    _ arithmetic: VectorArithmetic
  ) {
    self.arithmetic = arithmetic
    x = start.map { min(max($0, pixelRange.lowerBound), pixelRange.upperBound) }
    gradient = [Float](repeating: 0, count: start.count)
    self.firstStep = firstStep
    self.historySize = historySize
    self.pyramid = pyramid
  }

  package var state: OptimizerState {
    var compact: [String: CompactVector] = [:]
    for (index, pair) in pairs.enumerated() {
      compact["step\(index)"] = pair.step
      compact["change\(index)"] = pair.change
    }
    var state = OptimizerState(
      vectors: ["x": x, "gradient": gradient], compactVectors: compact,
      numbers: [
        "loss": loss, "evaluations": Double(evaluations), "firstStep": firstStep, "firstStepScale": firstStepScale,
        "firstTrial": firstTrial, "historySize": Double(historySize),
      ])
    pyramid?.save(in: &state)
    return state
  }

  package init?(_ state: OptimizerState, arithmetic: VectorArithmetic = VectorArithmetic()) {
    guard let x = state.vector("x"), let gradient = state.vector("gradient"), let loss = state.numbers["loss"],
      let evaluations = state.count("evaluations"), let firstStep = state.numbers["firstStep"],
      let firstStepScale = state.numbers["firstStepScale"], let firstTrial = state.numbers["firstTrial"],
      let historySize = state.count("historySize")
    else { return nil }
    pyramid = LaplacianPyramid(state)
    if pyramid == nil, LaplacianPyramid.isSaved(in: state) { return nil }
    (self.x, self.gradient, self.loss, self.evaluations) = (x, gradient, loss, evaluations)
    (self.firstStep, self.firstStepScale, self.firstTrial) = (firstStep, firstStepScale, firstTrial)
    self.historySize = historySize
    self.arithmetic = arithmetic
    for index in 0..<historySize {
      guard state.compactVectors["step\(index)"] != nil else { break }
      guard let step = state.compactVector("step\(index)"), let change = state.compactVector("change\(index)")
      else { return nil }
      pairs.append(Pair(step: step, change: change, arithmetic))
    }
  }

  package mutating func step(budget: Int, _ function: LossFunction) -> StepOutcome {
    let end = evaluations + budget
    if !loss.isFinite {
      evaluateHere(function)
      guard loss.isFinite else { return .notFinite }
      if evaluations == end { return .outOfBudget }
    }
    let outcome = lineSearch(direction(), end: end, function)
    if outcome != .stalled || pairs.isEmpty { return outcome }
    pairs = []  // a bad model of the curvature: try again along the gradient
    return evaluations == end ? .outOfBudget : lineSearch(direction(), end: end, function)
  }

  package mutating func retreat(evaluations: Int) {
    pairs = []
    firstStepScale /= 4
    firstTrial = 1
    self.evaluations = evaluations
  }

  private mutating func evaluateHere(_ function: LossFunction) {
    evaluations += 1
    loss = evaluate(function, at: x, gradient: &gradient, arithmetic)
  }

  /// Minus the inverse Hessian's estimate times the gradient, in the variables that are free to move.
  private func direction() -> [Float] {
    var q = gradient
    arithmetic.clearBlocked(&q, at: x, gradient: gradient, bounds: pixelRange)
    var alphas: [Double] = []
    for pair in pairs.reversed() {
      let alpha = arithmetic.dot(pair.step, q) / pair.curvature
      arithmetic.add(-alpha, pair.change, to: &q)
      alphas.append(alpha)
    }
    if let pyramid { q = pyramid.metric(times: q) }
    let scale: Double
    if let last = pairs.last {
      scale = last.curvature / squareLength(of: last.change)
    } else {
      let rootMeanSquare = (arithmetic.dot(q, q) / Double(q.count)).squareRoot()
      scale = firstStep * firstStepScale / max(.leastNormalMagnitude, rootMeanSquare)
    }
    arithmetic.multiply(&q, by: scale)
    for (pair, alpha) in zip(pairs, alphas.reversed()) {
      let beta = arithmetic.dot(pair.change, q) / pair.curvature
      arithmetic.add(alpha - beta, pair.step, to: &q)
    }
    arithmetic.multiply(&q, by: -1)
    arithmetic.clearBlocked(&q, at: x, gradient: gradient, bounds: pixelRange)
    return q
  }

  /// Of a change of the gradient, by the metric.
  private func squareLength(of change: CompactVector) -> Double {
    guard let pyramid else { return arithmetic.dot(change, change) }
    var numbers = [Float](repeating: 0, count: x.count)
    arithmetic.add(1, change, to: &numbers)
    return arithmetic.dot(change, pyramid.metric(times: numbers))
  }

  /// Looks along the projected ray x + t d for a point that satisfies the Wolfe conditions (Nocedal & Wright, Numerical
  /// Optimization, section 3.5), by bracketing and safeguarded cubic interpolation.
  ///
  /// - Parameter end: the count of evaluations at which the budget ends.
  private mutating func lineSearch(_ d: [Float], end: Int, _ function: LossFunction) -> StepOutcome {
    let slope0 = arithmetic.dot(gradient, d)
    guard slope0 < 0 else { return .stalled }
    var (low, high): (Probe, Probe?) = (Probe(t: 0, loss: loss, slope: slope0), nil)
    var t = firstTrial
    firstTrial = 1
    var best: Trial?
    var failure = StepOutcome.stalled
    for _ in 0..<20 {
      if evaluations == end {
        firstTrial = t
        if failure == .stalled { failure = .outOfBudget }
        break
      }
      guard let trial = probe(t, d, function) else { break }
      guard trial.probe.loss.isFinite else {
        failure = .notFinite
        high = Probe(t: t, loss: .infinity, slope: .nan)
        t = low.t + 0.1 * (t - low.t)
        continue
      }
      failure = .stalled
      let decrease = arithmetic.dot(gradient, trial.x, minus: x)
      if trial.probe.loss > loss + 1e-4 * decrease || trial.probe.loss >= low.loss {
        high = trial.probe
      } else {
        best = trial
        if abs(trial.probe.slope) <= -0.9 * slope0 { break }
        if trial.probe.slope * ((high?.t ?? .infinity) - low.t) >= 0 { high = low }
        low = trial.probe
      }
      if let high {
        t = low.interpolated(to: high)
        if abs(high.t - low.t) < 1e-9 * max(1, high.t) { break }
      } else {
        t = min(10 * t, max(2 * t, low.secant(from: slope0)))
      }
    }
    guard let best else { return failure }
    accept(best)
    return .moved
  }

  private struct Probe {
    var t: Double
    var loss: Double
    /// Derivative along the projected ray.
    var slope: Double

    /// The minimum of the cubic through both ends, kept away from them.
    func interpolated(to other: Probe) -> Double {
      let width = other.t - t
      guard other.loss.isFinite, other.slope.isFinite else { return t + 0.3 * width }
      let theta = slope + other.slope - 3 * (loss - other.loss) / (t - other.t)
      let root = theta * theta - slope * other.slope
      let direction = width > 0 ? 1.0 : -1.0
      let gamma = direction * max(0, root).squareRoot()
      let denominator = other.slope - slope + 2 * gamma
      let minimum = other.t - width * (other.slope + gamma - theta) / denominator
      let fraction = (minimum - t) / width
      return t + width * (fraction.isFinite ? min(0.9, max(0.1, fraction)) : 0.5)
    }

    /// Where a straight line through the slopes at 0 and here becomes zero.
    func secant(from slope0: Double) -> Double {
      let change = slope - slope0
      return change > 0 ? -slope0 * t / change : .infinity
    }
  }

  private struct Trial {
    var x: [Float]
    var gradient: [Float]
    var probe: Probe
  }

  /// Nil if a step of `t` is too small to change the point.
  private mutating func probe(_ t: Double, _ d: [Float], _ function: LossFunction) -> Trial? {
    let point = arithmetic.moved(x, by: Float(t), along: d, within: pixelRange)
    if point == x { return nil }
    var trial = Trial(
      x: point, gradient: [Float](repeating: 0, count: point.count), probe: Probe(t: t, loss: 0, slope: 0))
    evaluations += 1
    trial.probe.loss = evaluate(function, at: point, gradient: &trial.gradient, arithmetic)
    trial.probe.slope = arithmetic.freeSlope(trial.gradient, along: d, at: point, inside: pixelRange)
    return trial
  }

  private mutating func accept(_ trial: Trial) {
    var (step, change) = (trial.x, trial.gradient)
    arithmetic.add(-1, x, to: &step)
    arithmetic.add(-1, gradient, to: &change)
    let pair = Pair(step: CompactVector(step, arithmetic), change: CompactVector(change, arithmetic), arithmetic)
    if pair.curvature > 1e-10 * arithmetic.dot(pair.change, pair.change) {
      if pairs.count == historySize { pairs.removeFirst() }
      pairs.append(pair)
    }
    firstStepScale = 1
    firstTrial = 1
    x = trial.x
    gradient = trial.gradient
    loss = trial.probe.loss
  }
}
