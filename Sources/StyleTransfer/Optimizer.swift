/// Computes loss and gradient at a point.
package typealias LossFunction = (_ x: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>) -> Double

/// A minimiser of a loss over a box. It holds the whole state of the search, so that one can stop and go on.
package protocol Optimizer {
  /// The current point; always inside of the box.
  var x: [Float] { get }
  /// The loss at `x`.
  var loss: Double { get }
  /// How often the loss function was called so far.
  var evaluations: Int { get }

  /// One step to a better point, with at most `budget` evaluations.
  mutating func step(budget: Int, _ function: LossFunction) -> StepOutcome

  /// Forgets what was learned about the loss and makes the next step smaller, after a bad one.
  mutating func retreat(to point: [Float], _ function: LossFunction)
}

package enum StepOutcome: Sendable, Equatable {
  case moved
  /// No step in any direction that it knows lowers the loss: a minimum, as nearly as single precision can tell.
  case stalled
  /// The budget ended inside of a step; the point is the last good one.
  case outOfBudget
  /// Loss or gradient were not finite wherever it looked.
  case notFinite
}

/// The range of a picture's values.
package let pixelRange: ClosedRange<Float> = 0...255
