import Cache
import Images
import Jobs
import Kernels
import NeuralNetwork
import Spool
import StyleTransfer

/// The search itself, from the first stage to the last, with what is kept on the way: frames of the animation and the losses.
struct StagedSearch {
  private let settings: Settings
  /// At the size of the stage.
  private var colours = ColourPlan.sRGB
  private let stages: [LadderStep]
  /// Index of the stage that is painted next.
  private var index: Int
  private let engine: Engine
  private var keeper: CheckpointKeeper
  private let trace: Trace?
  /// What was saved, until it has been gone on from.
  private var checkpoint: Checkpoint?
  /// A picture to begin with, where the settings ask for one and there is one.
  private var start: RGBImage?
  /// Without the photo's colours, so that these change no search.
  private var frames: [RGBImage]
  var frameCount: Int { frames.count }
  /// PNGs of the pictures after the iterations, at the sizes of their stages; also without the photo's colours.
  private var stills: [[UInt8]]
  var stillCount: Int { stills.count }
  private(set) var history: [Report.Iteration]
  /// Iterations and evaluations of the stages before this one.
  private var earlier = (iterations: 0, evaluations: 0)
  private(set) var stopReason = ""
  /// The last iterate, at the size of its stage.
  private var iterate: Iterate?
  /// The state in which the last stage ended.
  private(set) var ending: Checkpoint?
  /// What the run began with.
  private let reused: ReusedWork?
  private let evaluated = EvaluatedTerms()
  /// How many there are.
  private var paintings = 0
  /// The parts of the loss at the present point.
  private var losses: [Report.Loss]?
  private var time: PaintingTime
  /// Sizes at which the time limit has ended the search early.
  private(set) var cutSizes: [Int]
  /// Who has learned at the size before.
  private var teacher: Teacher?
  /// By name, also those that came before.
  private let instructionSets: [String]

  /// - Parameters:
  ///   - search: the state to go on from.
  ///   - start: the picture to begin with, if not as the settings say.
  ///   - time: what a limit counts from.
  init(
    settings: Settings, stages: [LadderStep], search: Checkpoint?, start: RGBImage?,
    reused: ReusedWork? = nil, engine: Engine, keeper: CheckpointKeeper, trace: Trace? = nil,
    time: PaintingTime = PaintingTime(limitSeconds: nil)
  ) {
    self.settings = settings
    self.stages = stages
    self.engine = engine
    self.keeper = keeper
    self.trace = trace
    self.start = start
    self.reused = reused
    checkpoint = search
    losses = search?.losses
    self.time = time.after(search?.spent)
    cutSizes = search?.spent?.cutSizes ?? []
    index = checkpoint?.stage ?? 0
    frames = checkpoint?.frames ?? []
    stills = checkpoint?.stills ?? []
    history = checkpoint?.history ?? []
    instructionSets = Set((search?.instructionSets ?? []) + [engine.instructionSet.rawValue]).sorted()
  }

  /// What is painted next.
  var stage: LadderStep { stages[index] }

  /// Goes to the next stage; false at the last.
  private mutating func climb() -> Bool {
    guard index + 1 < stages.count else { return false }
    index += 1
    ending = nil
    losses = nil
    time.endStage()
    return true
  }

  /// Paints every stage that is left, each with the pictures at its size.
  ///
  /// - Parameters:
  ///   - memoryLimit: in bytes; the settings may have a lower one.
  ///   - observer: who hears of a stage.
  ///   - prepared: called when a stage's targets are there.
  ///   - painted: called when a stage is done.
  /// - Returns: the setup of the last one, which has the settings' own weights.
  /// - Throws: `MemoryExceeded`, `PictureTooNarrow`, and what an observer throws.
  mutating func paintStages(
    _ pictures: InputPictures, _ cache: CacheFolder, _ weights: VerifiedWeights, memoryLimit: Int?,
    observer: (LadderStep) -> PaintingJob.Observer, prepared: () -> Void = {}, painted: () -> Void = {}
  ) throws -> PaintingSetup {
    paintings = pictures.styleShares.count
    var pictures = pictures
    var setup: PaintingSetup?
    repeat {
      let network = setup?.network
      setup = nil  // its memory is needed for the next
      try pictures.resize(longSide: stage.size)
      setup = try PaintingSetup(
        settings.at(stage), pictures, cache, engine, weights: weights, network: network, memoryLimit: memoryLimit)
      colours = ColourPlan(settings, pictures)
      prepared()
      try paint(setup!, observer(stage))
      painted()
    } while climb()
    return setup!
  }

  /// Runs one stage to its end. When the observer's progress throws, the state is checkpointed first.
  private mutating func paint(_ setup: PaintingSetup, _ observer: PaintingJob.Observer) throws {
    let end = checkpoint?.end
    time.beginStage(share: costs[index] / costs[index...].reduce(0, +))
    var painting = begin(setup)
    defer { if settings.adamWarmStart { teacher = Teacher(painting.optimizer, setup.objective) } }
    show(painting, observer)
    if let end {
      iterate = painting.iterate
      stopReason = end
      ending = state(painting)
      ending?.end = end
      return
    }
    do {
      let reason = try painting.run { [self] evaluations, loss in
        try observer.progress(.painting(progress(evaluations, loss)))
      } afterStep: { [self] painting in
        show(painting, observer)
      } body: { painting, iterate in
        try note(iterate, iteration: iterate.iteration)
        let state = state(painting)
        try keeper.writeIfDue(state)
      }
      iterate = painting.iterate
      if reason == .timeLimit { try endEarly(painting) } else { ending = cutSizes.isEmpty ? state(painting) : nil }
      stopReason = describe(reason)
    } catch let interruption as Interruption {
      try keeper.write(state(painting))
      throw interruption
    }
  }

  /// Of a loss that was evaluated lately.
  private func parts(of loss: Double) -> [Report.Loss]? {
    evaluated.terms(of: loss).map { Report.losses($0, paintings: paintings, scales: settings.styleScales) }
  }

  /// Keeps the picture after an iteration.
  private mutating func note(_ iterate: Iterate, iteration: Int) throws {
    let image = colours.plainPicture(of: iterate.picture)
    keepFrame(image)
    if settings.frames { stills.append(try PNGEncoder.encode(image)) }
    losses = parts(of: iterate.loss) ?? losses
    history.append(
      Report.Iteration(
        size: stage.size, iteration: earlier.iterations + iteration,
        evaluations: earlier.evaluations + iterate.evaluations, loss: iterate.loss, losses: losses))
  }

  /// The time of the stage is over. What it has come to is kept as a search with more time would have come by it, if all sizes
  /// before have had theirs; the iteration that has begun is shown like a complete one.
  private mutating func endEarly(_ painting: Search) throws {
    ending = cutSizes.isEmpty ? state(painting) : nil
    cutSizes.append(stage.size)
    let complete = history.last?.evaluations ?? 0
    guard earlier.evaluations + painting.optimizer.evaluations > complete else { return }
    try note(painting.iterate, iteration: painting.iteration + 1)
  }

  private func describe(_ reason: StopReason) -> String {
    if !cutSizes.isEmpty, let limit = settings.timeLimitSeconds {
      let sizes = Set(cutSizes).sorted().map(String.init).joined(separator: ", ")
      return
        "the time limit of \(TimeLimit.words(seconds: limit)) was over at \(sizes) px, after \(evaluations) evaluations"
    }
    if case .evaluations = reason { return "\(StopReason.evaluations(evaluations))" }
    return "\(reason)"
  }

  /// From the checkpoint, the picture of the stage before, a near picture, or the start that the settings name.
  private mutating func begin(_ setup: PaintingSetup) -> Search {
    let objective = setup.objective
    let saved = checkpoint.flatMap { $0.optimizer.vectors["x"]?.count == objective.count ? $0 : nil }
    checkpoint = nil
    let last = history.dropLast(saved?.iteration ?? 0).last
    earlier = (last?.iteration ?? 0, last?.evaluations ?? 0)
    let (width, height) = (objective.width, objective.height)
    let before = iterate.map { colours.resized($0.picture, width: width, height: height) }
    let near = start.map { colours.values(of: $0.resized(width: width, height: height)) }
    let start = before ?? setup.start(settings, near: near)
    self.start = nil
    let loss: LossFunction = { [evaluated] x, gradient in
      let terms = objective.evaluate(x, gradient: gradient)
      evaluated.note(terms)
      return terms.total
    }
    let traced = trace?.loss(of: objective, stage, by: loss) ?? loss
    if frames.isEmpty { keepFrame(colours.plainPicture(of: setup.kept?.picture(of: start) ?? start)) }
    return Search(
      width: objective.width, height: objective.height, optimizer: optimizer(saved?.optimizer, start),
      iteration: saved?.iteration ?? 0, lossBefore: saved?.lossBefore ?? .infinity,
      iterations: stage.iterations, evaluationsPerIteration: settings.evaluationsPerIteration,
      tolerance: settings.tolerance, isOver: { [time] in time.isStageOver },
      loss: setup.kept?.loss(traced) ?? traced, present: { setup.kept?.picture(of: $0) ?? $0 })
  }

  private func optimizer(_ saved: OptimizerState?, _ start: PlanarPicture) -> any Optimizer {
    let arithmetic = VectorArithmetic(engine)
    switch settings.optimizer {
    case .lbfgs:
      return saved.flatMap { LBFGS($0, arithmetic: arithmetic) }
        ?? LBFGS(
          start: start, pyramidLevels: settings.at(stage).pyramidLevels, historySize: settings.historySize,
          arithmetic: arithmetic)
    case .adam:
      return saved.flatMap { Adam($0, arithmetic: arithmetic) }
        ?? Adam(
          start: start.values, learningRate: settings.learningRate, averageDecay: settings.average,
          experience: teacher?.experience(for: start),
          arithmetic: arithmetic)
    }
  }

  private mutating func keepFrame(_ image: RGBImage) {
    if let gif = settings.gif { frames.append(image.shrunk(width: gif.width)) }
  }

  /// A frame of the animation; frames of lower levels are enlarged to the size of the last.
  func frame(_ index: Int) -> RGBImage {
    let last = frames[frames.count - 1]
    let frame = frames[index]
    return colours.picture(of: frame.resized(width: last.width, height: last.height))
  }

  /// A PNG of the picture after an iteration, counted from 0.
  ///
  /// - Parameter alpha: of the result.
  func still(_ index: Int, alpha: AlphaPlane?) throws -> [UInt8] {
    guard settings.preservesColoursAfterwards || settings.despeckle || alpha != nil else { return stills[index] }
    let picture = colours.picture(of: try ImageDecoder.decode(stills[index]).image)
    return try PNGEncoder.encode(WritablePicture(picture, alpha: alpha))
  }

  private func show(_ painting: Search, _ observer: PaintingJob.Observer) {
    let progress = progress(painting.optimizer.evaluations, painting.optimizer.loss)
    observer.preview(progress) { colours.preview(of: painting.iterate.picture) }
  }

  private func progress(_ evaluations: Int, _ loss: Double) -> PaintingProgress {
    let iterations = min(stage.iterations, evaluations / settings.evaluationsPerIteration)
    let here = min(1, Double(evaluations) / Double(stage.iterations * settings.evaluationsPerIteration))
    let done = costs[..<index].reduce(0, +) + here * costs[index]
    return PaintingProgress(
      iteration: earlier.iterations + iterations, iterations: stages.reduce(0) { $0 + $1.iterations },
      evaluations: earlier.evaluations + evaluations, loss: loss,
      fraction: max(done / costs.reduce(0, +), time.fractionSpent),
      ladder: stages.count > 1 ? ladder(iterations) : nil)
  }

  /// The work of each stage, in any unit.
  private var costs: [Double] { stages.map { Double($0.size * $0.size * $0.iterations) } }

  /// Stages of one size, with other weights of the style, count together.
  private func ladder(_ iteration: Int) -> LadderProgress {
    let before = stages[..<index].filter { $0.size == stage.size }.reduce(0) { $0 + $1.iterations }
    let all = stages.filter { $0.size == stage.size }.reduce(0) { $0 + $1.iterations }
    return LadderProgress(sizePixels: stage.size, iteration: before + iteration, iterations: all)
  }

  private func state(_ painting: Search) -> Checkpoint {
    Checkpoint(
      stage: index, iteration: painting.iteration, lossBefore: painting.lossBefore,
      end: painting.end.map { "\($0)" }, optimizer: painting.optimizer.state, history: history, frames: frames,
      stills: stills, reused: reused, losses: parts(of: painting.optimizer.loss) ?? losses,
      spent: settings.timeLimitSeconds.map { _ in time.spent(cutSizes: cutSizes) }, instructionSets: instructionSets)
  }

  /// The finished picture, when the last stage was painted.
  var result: RGBImage { colours.picture(of: iterate!.picture) }
  /// Its values, not rounded.
  var resultValues: PlanarPicture { colours.finished(iterate!.picture) }
  /// Those of `result`.
  var roundedResultValues: PlanarPicture { colours.values(of: result) }
  /// The picture before it was given the photo's colours.
  var plainResult: RGBImage { colours.plainPicture(of: iterate!.picture) }
  /// Of all stages.
  var evaluations: Int { earlier.evaluations + iterate!.evaluations }
  var loss: Double { iterate!.loss }
}

/// A search of Adam's from which the one at the next size learns.
private struct Teacher {
  let adam: Adam
  let size: (width: Int, height: Int)

  init?(_ optimizer: any Optimizer, _ objective: Objective) {
    guard let adam = optimizer as? Adam else { return nil }
    self.adam = adam
    size = (objective.width, objective.height)
  }

  func experience(for start: PlanarPicture) -> Adam.Experience {
    adam.experience(from: size, to: (start.width, start.height))
  }
}

/// Thrown by an observer when somebody asked the program to stop.
package struct Interruption: Error, CustomStringConvertible {
  package let description = "stopped on request"

  package init() {}
}
