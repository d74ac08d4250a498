import Files
import Foundation
import Jobs
import StyleTransfer

/// Loss against seconds, for each evaluation, as CSV.
///
/// The seconds are those since it was made, without what it takes itself. `loss` is what the optimiser sees, `loss_8bit` that of
/// the picture as it would be written, with the settings' own weights, at the size of the stage. The last line is the finished
/// picture when all files were written.
final class Trace {
  private var started = ContinuousClock.now
  private var lines = ["evaluation,size,style_factor,seconds,loss,loss_8bit"]
  private var evaluations = 0

  /// The loss of a stage's objective, each evaluation of which is noted.
  ///
  /// - Parameter function: what computes it.
  func loss(of objective: Objective, _ stage: LadderStep, by function: @escaping LossFunction) -> LossFunction {
    { [self] x, gradient in
      let loss = function(x, gradient)
      let now = ContinuousClock.now
      evaluations += 1
      let written = Self.writtenLoss(x, objective, styleFactor: stage.styleFactor)
      note(stage, seconds: (now - started) / .seconds(1), loss, written)
      started += ContinuousClock.now - now  // as if no time had passed
      return loss
    }
  }

  /// To be called when everything is written.
  func finish(_ report: Report, _ stage: LadderStep) {
    note(stage, seconds: (ContinuousClock.now - started) / .seconds(1), report.loss, report.writtenLoss)
  }

  func write(to path: Path) throws {
    try FileSystem.replace(path, with: Array((lines.joined(separator: "\n") + "\n").utf8), mode: 0o666)
  }

  private func note(_ stage: LadderStep, seconds: Double, _ loss: Double, _ written: Double) {
    lines.append("\(evaluations),\(stage.size),\(stage.styleFactor),\(seconds),\(loss),\(written)")
  }

  private static func writtenLoss(_ x: UnsafePointer<Float>, _ objective: Objective, styleFactor: Double) -> Double {
    let picture = UnsafeBufferPointer(start: x, count: objective.count).map { $0.rounded() }
    var gradient = [Float](repeating: 0, count: objective.count)
    let terms = objective.evaluate(picture, gradient: &gradient)
    return terms.total + terms.features.filter { $0.kind == GramLoss.kind }.reduce(0) { $0 + $1.loss }
      * (1 / styleFactor - 1)
  }
}
