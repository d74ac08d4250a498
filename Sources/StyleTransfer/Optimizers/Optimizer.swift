package import Kernels

/// Computes loss and gradient at a point.
package typealias LossFunction = (_ x: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>) -> Double

/// The loss at `x`; NaN if its gradient isn't finite.
func evaluate(
  _ function: LossFunction, at x: [Float], gradient: inout [Float], _ arithmetic: VectorArithmetic
) -> Double {
  let loss = gradient.withUnsafeMutableBufferPointer { function(x, $0.baseAddress!) }
  return arithmetic.dot(gradient, gradient).isFinite ? loss : .nan
}

/// A minimiser of a loss over a box.
package protocol Optimizer {
  /// The whole state of the search: one made from it goes on exactly as this one would.
  var state: OptimizerState { get }
  /// Nil where something is missing or its lengths differ: then it is no state of such a search.
  init?(_ state: OptimizerState, arithmetic: VectorArithmetic)

  /// The current point; always inside of the box.
  var x: [Float] { get }
  /// What is shown and written: the point, or an average of points.
  var picture: [Float] { get }
  /// The loss at `x`; not finite before the first evaluation.
  var loss: Double { get }
  /// How often the loss function was called so far.
  var evaluations: Int { get }

  /// One step to a better point, with at most `budget` evaluations; at least 1.
  mutating func step(budget: Int, _ function: LossFunction) -> StepOutcome

  /// Forgets what was learned about the loss and makes the next step smaller: for the search as it was before a bad step.
  ///
  /// - Parameter evaluations: the count with those of the bad step.
  mutating func retreat(evaluations: Int)
}

extension Optimizer {
  package var picture: [Float] { x }
}

package enum StepOutcome: Sendable, Equatable {
  case moved
  /// No step in any direction that it knows lowers the loss: a minimum, as nearly as single precision can tell.
  case stalled
  /// The budget ended inside of a step; the point is the last good one, and the next step goes on from there.
  case outOfBudget
  /// Loss or gradient were not finite wherever it looked.
  case notFinite
}

/// The range of a picture's values.
package let pixelRange: ClosedRange<Float> = 0...255

/// What must be kept of a search to go on with it later.
package struct OptimizerState: Sendable, Equatable {
  /// All of the same length.
  package var vectors: [String: [Float]]
  /// As long as those.
  package var compactVectors: [String: CompactVector]
  package var numbers: [String: Double]

  package init(
    vectors: [String: [Float]], compactVectors: [String: CompactVector] = [:], numbers: [String: Double]
  ) {
    self.vectors = vectors
    self.compactVectors = compactVectors
    self.numbers = numbers
  }
}

extension OptimizerState {
  /// A count among the numbers; nil where there is none.
  func count(_ name: String) -> Int? { numbers[name].flatMap { Int(exactly: $0) }.flatMap { $0 >= 0 ? $0 : nil } }

  /// The vector of that name, if it is as long as the point.
  func vector(_ name: String) -> [Float]? { vectors[name].flatMap { $0.count == vectors["x"]?.count ? $0 : nil } }

  func compactVector(_ name: String) -> CompactVector? {
    compactVectors[name].flatMap { $0.count == vectors["x"]?.count ? $0 : nil }
  }
}
