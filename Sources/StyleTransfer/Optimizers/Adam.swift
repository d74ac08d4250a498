package import Kernels

/// Kingma & Ba, "Adam: A Method for Stochastic Optimization", 2014, with the point kept inside of the box after every step.
package struct Adam: Optimizer {
  package private(set) var x: [Float]
  package private(set) var loss = Double.infinity
  package private(set) var evaluations = 0
  private var rate: Float
  private var moments: VectorArithmetic.AdamMoments
  private var gradient: [Float]
  private var steps = 0
  private let arithmetic: VectorArithmetic

  /// Vectors as long as the picture that a search holds at most: its own four, and the last good state.
  package static let vectors = 9

  package init(start: [Float], learningRate: Double, arithmetic: VectorArithmetic = VectorArithmetic()) {
    x = start.map { min(max($0, pixelRange.lowerBound), pixelRange.upperBound) }
    rate = Float(learningRate)
    let zeros = [Float](repeating: 0, count: start.count)
    (moments, gradient) = (VectorArithmetic.AdamMoments(mean: zeros, square: zeros), zeros)
    self.arithmetic = arithmetic
  }

  package var state: OptimizerState {
    OptimizerState(
      vectors: ["x": x, "gradient": gradient, "mean": moments.mean, "square": moments.square],
      numbers: ["loss": loss, "evaluations": Double(evaluations), "rate": Double(rate), "steps": Double(steps)])
  }

  package init?(_ state: OptimizerState, arithmetic: VectorArithmetic = VectorArithmetic()) {
    guard let x = state.vector("x"), let mean = state.vector("mean"), let square = state.vector("square"),
      let gradient = state.vector("gradient"), let loss = state.numbers["loss"],
      let evaluations = state.count("evaluations"), let rate = state.numbers["rate"], let steps = state.count("steps")
    else { return nil }
    (self.x, self.gradient) = (x, gradient)
    moments = VectorArithmetic.AdamMoments(mean: mean, square: square)
    self.arithmetic = arithmetic
    (self.loss, self.evaluations, self.rate, self.steps) = (loss, evaluations, Float(rate), steps)
  }

  package mutating func step(budget: Int, _ function: LossFunction) -> StepOutcome {
    if !loss.isFinite {
      evaluateHere(function)
      guard loss.isFinite else { return .notFinite }
      if budget == 1 { return .outOfBudget }
    }
    move()
    evaluateHere(function)
    return loss.isFinite ? .moved : .notFinite
  }

  private mutating func move() {
    steps += 1
    arithmetic.adamStep(
      &x, &moments, gradient: gradient, rate: rate, meanScale: 1 / (1 - power(0.9, steps)),
      squareScale: 1 / (1 - power(0.999, steps)), within: pixelRange)
  }

  package mutating func retreat(evaluations: Int) {
    let zeros = [Float](repeating: 0, count: x.count)
    moments = VectorArithmetic.AdamMoments(mean: zeros, square: zeros)
    steps = 0
    rate /= 4
    self.evaluations = evaluations
  }

  private mutating func evaluateHere(_ function: LossFunction) {
    evaluations += 1
    loss = evaluate(function, at: x, gradient: &gradient, arithmetic)
  }

  private func power(_ base: Float, _ exponent: Int) -> Float {
    var result: Float = 1
    for _ in 0..<exponent { result *= base }
    return result
  }
}
