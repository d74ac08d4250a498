import Images
import Jobs
import StyleTransfer

/// The search itself, with what is kept on the way: frames of the animation and the losses.
struct PaintingRun {
  private let setup: PaintingSetup
  private let settings: Settings
  private var painting: Painting
  private(set) var frames: [RGBImage]
  private(set) var history: [Report.Iteration]
  private(set) var stopReason: String?
  /// Seconds of evaluations in this process, for the time that is left.
  private let started = ContinuousClock.now

  init(setup: PaintingSetup, settings: Settings, checkpoint: Checkpoint?) {
    self.setup = setup
    self.settings = settings
    let start = setup.start(settings)
    let optimizer: any Optimizer =
      switch settings.optimizer {
      case .lbfgs: checkpoint.map { LBFGS($0.optimizer) } ?? LBFGS(start: start.values)
      case .adam:
        checkpoint.map { Adam($0.optimizer) } ?? Adam(start: start.values, learningRate: settings.learningRate)
      }
    painting = Painting(
      setup.objective, optimizer: optimizer, iteration: checkpoint?.iteration ?? 0, iterations: settings.iterations,
      evaluationsPerIteration: settings.evaluationsPerIteration, tolerance: settings.tolerance)
    frames = checkpoint?.frames ?? [start.image.fitted(width: settings.gif?.width)]
    history = checkpoint?.history ?? []
  }

  /// Runs to the end. When the observer's progress throws, the state is checkpointed first.
  mutating func paint(_ observer: PaintingJob.Observer) throws {
    var painting = painting
    defer { self.painting = painting }
    do {
      let reason = try painting.run { evaluations, loss in
        try observer.progress(
          .painting(
            iteration: min(settings.iterations, evaluations / settings.evaluationsPerIteration),
            iterations: settings.iterations, evaluations: evaluations, evaluationsInAll: settings.evaluations,
            loss: loss))
      } body: { painting, iterate in
        let image = iterate.picture.image
        if settings.gif != nil { frames.append(image.fitted(width: settings.gif?.width)) }
        history.append(
          Report.Iteration(iteration: iterate.iteration, evaluations: iterate.evaluations, loss: iterate.loss))
        try observer.preview(image)
        try observer.checkpoint(checkpoint(painting))
      }
      stopReason = "\(reason)"
    } catch let interruption as Interruption {
      try observer.checkpoint(checkpoint(painting))
      throw interruption
    }
  }

  private func checkpoint(_ painting: Painting) -> Checkpoint {
    Checkpoint(
      settings: settings, iteration: painting.iteration, optimizer: painting.optimizer.state, history: history,
      frames: frames)
  }

  var result: RGBImage { painting.iterate.picture.image }
  var evaluations: Int { painting.optimizer.evaluations }
  var loss: Double { painting.optimizer.loss }
}

/// Thrown by an observer when somebody asked the program to stop.
struct Interruption: Error, CustomStringConvertible {
  let description = "stopped on request"
}

extension PlanarPicture {
  var image: RGBImage { RGBImage(width: width, height: height, pixels: interleaved) }
}

extension RGBImage {
  /// Shrunk to `width` if it is wider.
  func fitted(width limit: Int?) -> RGBImage {
    guard let limit, width > limit else { return self }
    return resized(width: limit, height: max(1, (height * limit + width / 2) / width))
  }
}
