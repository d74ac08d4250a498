import Foundation

/// One line on standard error that is written over; where that is no terminal, a line for each iteration.
final class ProgressBar {
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let clock = RemainingTime()
  private var lastIteration = 0
  private var shown = false

  func show(_ stage: JobStage) {
    switch stage {
    case .reading: draw("reading pictures")
    case .planned(let plan):
      draw("memory: \(plan.description)")
      if isTerminal { FileHandle.standardError.write(Data("\n".utf8)) }
    case .writing: draw("writing")
    case .painting(let progress):
      if !isTerminal && progress.iteration == lastIteration { return }
      lastIteration = progress.iteration
      draw(Self.line(progress, secondsLeft: clock.secondsLeft(fraction: progress.fraction) ?? 0))
    }
  }

  func finish() {
    if isTerminal && shown { FileHandle.standardError.write(Data("\n".utf8)) }
  }

  private static func line(_ progress: PaintingProgress, secondsLeft: Double) -> String {
    let width = 30
    let full = min(width, Int(progress.fraction * Double(width)))
    let bar = String(repeating: "#", count: full) + String(repeating: ".", count: width - full)
    let seconds = Int(secondsLeft.rounded())
    let left = String(format: "%d:%02d", seconds / 60, seconds % 60)
    let loss = String(format: "%.5g", progress.loss)
    return "[\(bar)] iteration \(progress.iteration)/\(progress.iterations)  loss \(loss)  \(left) left"
  }

  private func draw(_ text: String) {
    shown = true
    FileHandle.standardError.write(Data((isTerminal ? "\r\u{1b}[K\(text)" : "\(text)\n").utf8))
  }
}

/// How long it will take, from how long it took: counted from the first fraction that it hears of, since a run may go on from an
/// earlier one.
final class RemainingTime {
  private var first: (fraction: Double, time: ContinuousClock.Instant)?

  func secondsLeft(fraction: Double) -> Double? {
    let now = ContinuousClock.now
    guard let first else {
      first = (fraction, now)
      return nil
    }
    guard fraction > first.fraction else { return nil }
    return (now - first.time) / .seconds(1) / (fraction - first.fraction) * (1 - fraction)
  }
}
