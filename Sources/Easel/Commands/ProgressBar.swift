import Foundation

/// One line on standard error that is written over; where that is no terminal, a line for each iteration.
final class ProgressBar {
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let started = ContinuousClock.now
  private var firstEvaluations: Int?
  private var lastIteration = 0
  private var shown = false

  func show(_ stage: JobStage) {
    switch stage {
    case .reading: draw("reading pictures")
    case .writing: draw("writing")
    case .painting(let iteration, let iterations, let evaluations, let all, let loss):
      let first = firstEvaluations ?? evaluations - 1
      firstEvaluations = first
      if !isTerminal && iteration == lastIteration { return }
      lastIteration = iteration
      let elapsed = (ContinuousClock.now - started) / .seconds(1)
      let left = elapsed / Double(evaluations - first) * Double(max(0, all - evaluations))
      draw(Self.line(iteration, iterations, Double(evaluations) / Double(all), loss, secondsLeft: left))
    }
  }

  func finish() {
    if isTerminal && shown { FileHandle.standardError.write(Data("\n".utf8)) }
  }

  private static func line(_ iteration: Int, _ iterations: Int, _ fraction: Double, _ loss: Double, secondsLeft: Double)
    -> String
  {
    let width = 30
    let full = min(width, Int(fraction * Double(width)))
    let bar = String(repeating: "#", count: full) + String(repeating: ".", count: width - full)
    let seconds = Int(secondsLeft.rounded())
    let left = String(format: "%d:%02d", seconds / 60, seconds % 60)
    return "[\(bar)] iteration \(iteration)/\(iterations)  loss \(String(format: "%.5g", loss))  \(left) left"
  }

  private func draw(_ text: String) {
    shown = true
    FileHandle.standardError.write(Data((isTerminal ? "\r\u{1b}[K\(text)" : "\(text)\n").utf8))
  }
}
