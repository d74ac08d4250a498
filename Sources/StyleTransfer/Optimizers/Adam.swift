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
  /// Nil where the points themselves are shown.
  private var average: PointAverage?
  private let arithmetic: VectorArithmetic

  /// Vectors as long as the picture that a search holds at most: its own four, the last good state; the average in both and as a
  /// picture; and those of the search before, whose moments it takes over.
  package static func vectors(averages: Bool, warm: Bool) -> Int { 9 + (averages ? 3 : 0) + (warm ? 4 : 0) }

  /// What another search has learned, at the size of this one.
  package struct Experience {
    let moments: VectorArithmetic.AdamMoments
    let steps: Int
  }

  /// - Parameters:
  ///   - averageDecay: what each step leaves of the average; 0 shows the points themselves.
  ///   - experience: to go on with.
  package init(
    start: [Float], learningRate: Double, averageDecay: Double = 0, experience: Experience? = nil,
    arithmetic: VectorArithmetic = VectorArithmetic()
  ) {
    x = start.map { min(max($0, pixelRange.lowerBound), pixelRange.upperBound) }
    rate = Float(learningRate)
    let zeros = [Float](repeating: 0, count: start.count)
    (moments, gradient) = (experience?.moments ?? VectorArithmetic.AdamMoments(mean: zeros, square: zeros), zeros)
    steps = experience?.steps ?? 0
    self.arithmetic = arithmetic
    if averageDecay > 0 { average = PointAverage(of: x, decay: averageDecay, arithmetic) }
  }

  package var state: OptimizerState {
    var state = OptimizerState(
      vectors: ["x": x, "gradient": gradient, "mean": moments.mean, "square": moments.square],
      numbers: ["loss": loss, "evaluations": Double(evaluations), "rate": Double(rate), "steps": Double(steps)])
    average?.save(in: &state)
    return state
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
    average = PointAverage(state)
  }

  package mutating func step(budget: Int, _ function: LossFunction) -> StepOutcome {
    if !loss.isFinite {
      evaluateHere(function)
      guard loss.isFinite else { return .notFinite }
      if budget == 1 { return .outOfBudget }
    }
    move()
    average?.add(x, arithmetic)
    evaluateHere(function)
    return loss.isFinite ? .moved : .notFinite
  }

  private mutating func move() {
    steps += 1
    arithmetic.adamStep(
      &x, &moments, gradient: gradient, rate: rate, meanScale: 1 / (1 - power(0.9, steps)),
      squareScale: 1 / (1 - power(0.999, steps)), within: pixelRange)
  }

  package var picture: [Float] { average?.value(arithmetic) ?? x }

  /// What it has learned, for a search at another size: the moments resized, and how many steps they come from. As in
  /// crowsonkb's style-transfer-pytorch, but the mean bilinear like the square, which may not become negative.
  ///
  /// - Parameters:
  ///   - from: the size of its own picture.
  package func experience(from: (width: Int, height: Int), to: (width: Int, height: Int)) -> Experience {
    func resized(_ values: [Float]) -> [Float] {
      PlanarPicture(width: from.width, height: from.height, values: values)
        .resizedBilinear(width: to.width, height: to.height).values
    }
    return Experience(
      moments: VectorArithmetic.AdamMoments(mean: resized(moments.mean), square: resized(moments.square)), steps: steps)
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
