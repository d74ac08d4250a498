import Files
import Foundation
import Jobs
import Painter

/// One line on standard error that is written over; where that is no terminal, a line for each iteration.
final class ProgressBar {
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let clock = RemainingTime()
  private var lastIteration = 0
  private var shown = false

  func show(_ phase: JobPhase) {
    switch phase {
    case .reading: draw("reading pictures")
    case .planned(let plan):
      draw("memory: \(plan.description)")
      if isTerminal { StandardError.print("") }
    case .writing: draw("writing")
    case .painting(let progress):
      if !isTerminal && progress.iteration == lastIteration { return }
      lastIteration = progress.iteration
      draw(Self.line(progress, secondsLeft: clock.secondsLeft(fraction: progress.fraction) ?? 0))
    }
  }

  func finish() {
    if isTerminal && shown { StandardError.print("") }
    shown = false
  }

  private static func line(_ progress: PaintingProgress, secondsLeft: Double) -> String {
    let width = 30
    let full = min(width, Int(progress.fraction * Double(width)))
    let bar = String(repeating: "#", count: full) + String(repeating: ".", count: width - full)
    let seconds = Int(secondsLeft.rounded())
    let left = String(format: "%d:%02d", seconds / 60, seconds % 60)
    let place = progress.ladder?.words ?? "iteration \(progress.iteration)/\(progress.iterations)"
    return "[\(bar)] \(place)  loss \(progress.loss.fourDigits)  \(left) left"
  }

  private func draw(_ text: String) {
    shown = true
    StandardError.print(isTerminal ? "\r\u{1b}[K\(text)" : text, terminator: isTerminal ? "" : "\n")
  }
}
