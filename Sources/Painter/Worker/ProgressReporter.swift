import Spool

/// Writes a job's `progress.json`, twice a second at most.
final class ProgressReporter {
  private static let pause: Duration = .milliseconds(500)

  private let job: JobDirectory
  private let started = ContinuousClock.now
  private var written: ContinuousClock.Instant?
  private let clock = RemainingTime()
  private var losses = LossHistory()

  init(job: JobDirectory) { self.job = job }

  func report(_ phase: JobPhase) throws {
    let now = ContinuousClock.now
    var progress = JobProgress(phase: "", secondsElapsed: (now - started) / .seconds(1))
    switch phase {
    case .reading: progress.phase = "reading pictures"
    case .planned(let plan): progress.phase = "needs memory: \(plan.description)"
    case .writing:
      progress.phase = "writing"
      progress.fractionDone = 1
    case .painting(let painting):
      losses.append(LossPoint(evaluations: painting.evaluations, loss: painting.loss))
      if let written, now - written < Self.pause { return }
      progress.phase = "painting"
      progress.iteration = painting.iteration
      progress.iterations = painting.iterations
      progress.ladder = painting.ladder
      progress.evaluations = painting.evaluations
      progress.loss = painting.loss
      progress.losses = losses.points
      progress.fractionDone = painting.fraction
      progress.secondsLeft = clock.secondsLeft(fraction: painting.fraction)
    }
    written = now
    try job.write(progress)
  }
}

/// The losses of a search, of which there may be many thousands, as at most some hundred.
struct LossHistory {
  private static let most = 200

  private(set) var points: [LossPoint] = []
  /// Evaluations from one to the next.
  private var pause = 1

  mutating func append(_ point: LossPoint) {
    guard point.loss.isFinite, point.evaluations >= (points.last?.evaluations ?? -pause) + pause else { return }
    points.append(point)
    guard points.count > Self.most else { return }
    points = points.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
    pause *= 2
  }
}

/// How long it will take, from how long it took: counted from the first fraction that it hears of, since a run may go on from an
/// earlier one.
package final class RemainingTime {
  private var first: (fraction: Double, time: ContinuousClock.Instant)?

  package init() {}

  package func secondsLeft(fraction: Double) -> Double? {
    let now = ContinuousClock.now
    guard let first else {
      first = (fraction, now)
      return nil
    }
    guard fraction > first.fraction else { return nil }
    return (now - first.time) / .seconds(1) / (fraction - first.fraction) * (1 - fraction)
  }
}
