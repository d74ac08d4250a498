import StyleTransfer

/// A loss with a known minimum. The closure is given a point and writes the gradient.
struct Problem: Sendable {
  let count: Int
  let loss: @Sendable (_ x: [Double], _ gradient: inout [Double]) -> Double

  /// Bowls `curvature * (x - centre)² / 2`, each tied to the next by a spring; condition number about 1000.
  static func chain(centres: [Double]) -> Problem {
    let count = centres.count
    return Problem(count: count) { x, gradient in
      var loss = 0.0
      for index in 0..<count {
        let curvature = Self.curvature(index, of: count)
        let offset = x[index] - centres[index]
        loss += curvature * offset * offset / 2
        gradient[index] += curvature * offset
        if index + 1 < count {
          let stretch = x[index] - x[index + 1]
          loss += Self.spring * stretch * stretch / 2
          gradient[index] += Self.spring * stretch
          gradient[index + 1] -= Self.spring * stretch
        }
      }
      return loss
    }
  }

  /// Where the chain comes to rest inside of 0...255: each variable in turn is put where it wants to be, until none moves.
  static func restOfChain(centres: [Double]) -> [Double] {
    var x = centres.map { min(max($0, 0), 255) }
    for _ in 0..<20_000 {
      for index in x.indices {
        let curvature = Self.curvature(index, of: x.count)
        let neighbours = [index - 1, index + 1].filter(x.indices.contains)
        let pull = curvature * centres[index] + neighbours.reduce(0) { $0 + Self.spring * x[$1] }
        x[index] = min(max(pull / (curvature + Self.spring * Double(neighbours.count)), 0), 255)
      }
    }
    return x
  }

  private static let spring = 0.5

  /// From 0.01 to 10.
  private static func curvature(_ index: Int, of count: Int) -> Double {
    var factor = 0.01
    for _ in 0..<(index * 7 % count) * 10 / count { factor *= 2.1544 }
    return factor
  }

  /// Rosenbrock's function of x / 100, its minimum at (100 a, 100 a²).
  static func rosenbrock(a: Double) -> Problem {
    Problem(count: 2) { x, gradient in
      let (u, v) = (x[0] / 100, x[1] / 100)
      let valley = v - u * u
      gradient[0] = (-2 * (a - u) - 400 * valley * u) / 100
      gradient[1] = 200 * valley / 100
      return (a - u) * (a - u) + 100 * valley * valley
    }
  }

  /// As the optimisers want it. `seen` hears of each call.
  func function(_ seen: @escaping (_ x: [Float], _ loss: Double) -> Void = { _, _ in }) -> LossFunction {
    { x, dX in
      let point = [Float](UnsafeBufferPointer(start: x, count: count))
      var gradient = [Double](repeating: 0, count: count)
      let value = loss(point.map(Double.init), &gradient)
      for index in 0..<count { dX[index] = Float(gradient[index]) }
      seen(point, value)
      return value
    }
  }

  /// NaN, or another value, for points that are further from `centre` than `radius` in some variable.
  func broken(beyond radius: Double, of centre: Double, value: Double = .nan) -> Problem {
    Problem(count: count) { x, gradient in
      let inside = loss(x, &gradient)
      return x.allSatisfy { abs($0 - centre) <= radius } ? inside : value
    }
  }
}

extension Optimizer {
  /// Steps until one doesn't move or `evaluations` are done.
  @discardableResult
  mutating func minimise(_ function: LossFunction, evaluations limit: Int) -> StepOutcome {
    var outcome = StepOutcome.moved
    while outcome == .moved && evaluations < limit { outcome = step(budget: limit - evaluations, function) }
    return outcome
  }

  /// The largest difference from `other` in any variable.
  func distance(to other: [Double]) -> Double { zip(x, other).map { abs(Double($0) - $1) }.max()! }
}
