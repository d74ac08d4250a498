import Images
import Jobs
import StyleTransfer

/// The search itself, from the smallest size of the ladder to the largest, with what is kept on the way: frames of the animation and
/// the losses.
struct PaintingRun {
  private let settings: Settings
  private let levels: [Int]
  private var level: Int
  private let keeper: CheckpointKeeper
  /// What was saved, until it has been gone on from.
  private var checkpoint: Checkpoint?
  private(set) var frames: [RGBImage]
  private(set) var history: [Report.Iteration]
  private(set) var stopReason = ""
  /// The last iterate, at the size of its level.
  private var iterate: Iterate?

  init(settings: Settings, keeper: CheckpointKeeper) {
    self.settings = settings
    self.keeper = keeper
    checkpoint = keeper.read()
    levels = settings.levels
    level = checkpoint?.level ?? 0
    frames = checkpoint?.frames ?? []
    history = checkpoint?.history ?? []
  }

  /// Long side of the picture that is painted next.
  var size: Int { levels[level] }

  /// Goes to the next size; false at the last.
  mutating func climb() -> Bool {
    guard level + 1 < levels.count else { return false }
    level += 1
    return true
  }

  /// Runs one level to its end. When the observer's progress throws, the state is checkpointed first.
  mutating func paint(_ setup: PaintingSetup, _ observer: PaintingJob.Observer) throws {
    var painting = begin(setup)
    let level = level
    do {
      let reason = try painting.run { [self] evaluations, loss in
        try observer.progress(.painting(progress(evaluations, loss)))
      } body: { painting, iterate in
        let image = iterate.picture.image
        keepFrame(image)
        history.append(
          Report.Iteration(
            size: levels[level], iteration: iterate.iteration, evaluations: iterate.evaluations, loss: iterate.loss))
        try observer.preview(image)
        try keeper.write(state(painting))
      }
      stopReason = "\(reason)"
    } catch let interruption as Interruption {
      try keeper.write(state(painting))
      throw interruption
    }
    iterate = painting.iterate
  }

  /// From the checkpoint, the picture of the level below, or the start that the settings name.
  private mutating func begin(_ setup: PaintingSetup) -> Painting {
    let saved = checkpoint
    checkpoint = nil
    let start = iterate?.picture.image.resized(width: setup.objective.width, height: setup.objective.height)
    let values =
      start.map { PlanarPicture(width: $0.width, height: $0.height, interleaved: $0.pixels) } ?? setup.start(settings)
    if frames.isEmpty { keepFrame(values.image) }
    let optimizer: any Optimizer =
      switch settings.optimizer {
      case .lbfgs: saved.map { LBFGS($0.optimizer) } ?? LBFGS(start: values.values)
      case .adam: saved.map { Adam($0.optimizer) } ?? Adam(start: values.values, learningRate: settings.learningRate)
      }
    return Painting(
      setup.objective, optimizer: optimizer, iteration: saved?.iteration ?? 0, iterations: settings.iterations,
      evaluationsPerIteration: settings.evaluationsPerIteration, tolerance: settings.tolerance)
  }

  private mutating func keepFrame(_ image: RGBImage) {
    if let gif = settings.gif { frames.append(image.fitted(width: gif.width)) }
  }

  /// A frame of the animation; frames of lower levels are enlarged to the size of the last.
  func frame(_ index: Int) -> RGBImage {
    let last = frames[frames.count - 1]
    let frame = frames[index]
    if frame.width == last.width && frame.height == last.height { return frame }
    return frame.resized(width: last.width, height: last.height)
  }

  private func progress(_ evaluations: Int, _ loss: Double) -> PaintingProgress {
    let costs = levels.map { Double($0 * $0) }
    let here = min(1, Double(evaluations) / Double(settings.evaluations))
    let done = costs[..<level].reduce(0, +) + here * costs[level]
    return PaintingProgress(
      iteration: level * settings.iterations + min(settings.iterations, evaluations / settings.evaluationsPerIteration),
      iterations: levels.count * settings.iterations, evaluations: level * settings.evaluations + evaluations,
      loss: loss,
      fraction: done / costs.reduce(0, +))
  }

  private func state(_ painting: Painting) -> Checkpoint {
    Checkpoint(
      level: level, iteration: painting.iteration, optimizer: painting.optimizer.state,
      history: history, frames: frames)
  }

  var result: PlanarPicture { iterate!.picture }
  /// At the last size.
  var evaluations: Int { iterate!.evaluations }
  var loss: Double { iterate!.loss }
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
