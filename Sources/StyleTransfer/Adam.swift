/// Kingma & Ba, "Adam: A Method for Stochastic Optimization", 2014, with the point kept inside of the box after every step.
package struct Adam: Optimizer {
  package private(set) var x: [Float]
  package private(set) var loss = Double.infinity
  package private(set) var evaluations = 0
  private var rate: Float
  private var mean: [Float]
  private var square: [Float]
  private var gradient: [Float]
  private var steps = 0

  package init(start: [Float], learningRate: Double) {
    x = start.map { min(max($0, pixelRange.lowerBound), pixelRange.upperBound) }
    rate = Float(learningRate)
    mean = [Float](repeating: 0, count: start.count)
    square = mean
    gradient = mean
  }

  package mutating func step(budget: Int, _ function: LossFunction) -> StepOutcome {
    let value = call(function)
    guard value.isFinite else { return .notFinite }
    loss = value
    if budget <= 1 { return .outOfBudget }  // the loss is that of the point that is left
    steps += 1
    let meanScale = 1 / (1 - power(0.9, steps))
    let squareScale = 1 / (1 - power(0.999, steps))
    for index in x.indices {
      let slope = gradient[index]
      mean[index] = 0.9 * mean[index] + 0.1 * slope
      square[index] = 0.999 * square[index] + 0.001 * slope * slope
      let moved = x[index] - rate * mean[index] * meanScale / ((square[index] * squareScale).squareRoot() + 1e-8)
      x[index] = min(max(moved, pixelRange.lowerBound), pixelRange.upperBound)
    }
    return .moved
  }

  package mutating func retreat(to point: [Float], _ function: LossFunction) {
    self = Adam(start: point, learningRate: Double(rate) / 4, evaluations: evaluations)
    loss = call(function)
  }

  private init(start: [Float], learningRate: Double, evaluations: Int) {
    self.init(start: start, learningRate: learningRate)
    self.evaluations = evaluations
  }

  private mutating func call(_ function: LossFunction) -> Double {
    evaluations += 1
    return gradient.withUnsafeMutableBufferPointer { function(x, $0.baseAddress!) }
  }

  private func power(_ base: Float, _ exponent: Int) -> Float {
    var result: Float = 1
    for _ in 0..<exponent { result *= base }
    return result
  }
}
