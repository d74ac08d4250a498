package import Foundation

/// A loss on the way.
package struct LossPoint: Codable, Hashable, Sendable {
  package var evaluations: Int
  package var loss: Double

  package init(evaluations: Int, loss: Double) { (self.evaluations, self.loss) = (evaluations, loss) }

  // As `[120, 0.5]`: there are many of them.
  package init(from decoder: any Decoder) throws {
    var container = try decoder.unkeyedContainer()
    evaluations = try container.decode(Int.self)
    loss = try container.decode(Double.self)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.unkeyedContainer()
    try container.encode(evaluations)
    try container.encode(loss)
  }
}

/// `progress.json`: how far the worker is. Only the worker writes it.
package struct JobProgress: Codable, Hashable, Sendable {
  /// What the worker is doing, for people: "reading pictures", "painting", "writing".
  package var phase: String
  package var iteration: Int
  package var iterations: Int
  /// At the present size, on a ladder of several.
  package var ladder: LadderProgress?
  /// Computations of loss and gradient so far.
  package var evaluations: Int
  package var loss: Double?
  /// How it has come to that, in this attempt; thinned out, so that it stays short.
  package var losses: [LossPoint]?
  /// 0 to 1.
  package var fractionDone: Double
  package var secondsElapsed: Double
  package var secondsLeft: Double?
  package var updatedAt: Date

  package init(
    phase: String, iteration: Int = 0, iterations: Int = 0, evaluations: Int = 0, loss: Double? = nil,
    fractionDone: Double = 0, secondsElapsed: Double = 0, secondsLeft: Double? = nil, updatedAt: Date = .now
  ) {
    self.phase = phase
    self.iteration = iteration
    self.iterations = iterations
    self.evaluations = evaluations
    self.loss = loss
    self.fractionDone = fractionDone
    self.secondsElapsed = secondsElapsed
    self.secondsLeft = secondsLeft
    self.updatedAt = updatedAt
  }
}
