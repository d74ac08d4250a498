import Cache
import Files
import Images
import Jobs
import Kernels
import Spool
import StyleTransfer

/// What there is of a job already, and what it begins with instead of the start that its settings name.
struct ReusePlan {
  let identity: PaintingIdentity
  /// What is to be painted: of a ladder only the last size, where there is a picture to begin with.
  let stages: [LadderStep]
  /// All of it, painted before.
  private(set) var finished: FinishedResult?
  /// The state of the same search: of this job before it was interrupted, or of one with fewer iterations.
  private(set) var search: Checkpoint?
  /// A picture to begin with.
  private(set) var start: RGBImage?
  /// Where it goes on from a state that another instruction set has come to: their names, with that of the present one. What it
  /// comes to then is nobody else's to find.
  private(set) var mixedSets: [String]?
  /// For the report.
  let reused: ReusedWork?

  /// - Parameters:
  ///   - allStages: those of a search that begins small.
  ///   - checkpoints: where this job may have kept its state.
  init(
    _ settings: Settings, _ allStages: [LadderStep], _ pictures: InputPictures, weights: String,
    _ checkpoints: [Path], in cache: CacheFolder
  ) {
    func stages(_ start: String?) -> [LadderStep] {
      start == nil ? allStages : settings.stages(at: [settings.size])
    }
    func identity(_ start: String? = nil, _ set: InstructionSet = .best) -> PaintingIdentity {
      PaintingIdentity(settings, stages(start), pictures, weights: weights, start: start, set)
    }
    func isSearch(_ checkpoint: Checkpoint, _ start: String?) -> Bool {
      checkpoint.isPart(of: stages(start)) && settings.optimizer.takes(checkpoint.optimizer)
        && checkpoint.spent?.fits(limitSeconds: settings.timeLimitSeconds) != false
    }
    // This processor's first, which it mostly is.
    let sets = [InstructionSet.best] + InstructionSet.allCases.filter { $0 != .best }
    let own = Checkpoint(furthestOf: checkpoints) { own, run in
      isSearch(own, own.reused?.start)
        && sets.contains { identity(own.reused?.start, $0).search.description == run }
    }
    if let own {
      let names = Set((own.instructionSets ?? []) + [InstructionSet.best.rawValue])
      mixedSets = names.count > 1 ? names.sorted() : nil
      self.stages = stages(own.reused?.start)
      (self.identity, search, reused) = (identity(own.reused?.start), own, own.reused)
      return
    }
    if !settings.force {
      let start = settings.start == .nearest ? NearPicture.start(of: identity().request, in: cache) : nil
      let known = identity(start)
      if let result = FinishedResult(known.result, for: settings, in: cache) {
        self.stages = stages(start)
        (self.identity, finished, reused) = (known, result, nil)
        return
      }
      if let kept = Checkpoint(known.search, stages: stages(start), in: cache), isSearch(kept, start) {
        self.stages = stages(start)
        (self.identity, search) = (known, kept)
        reused = ReusedWork(
          kind: .search, key: known.search.description, evaluations: kept.history.last?.evaluations ?? 0, start: start)
        return
      }
    }
    let near =
      settings.start == .nearest ? NearPicture(to: pictures, for: settings, except: identity().request, in: cache) : nil
    self.stages = stages(near?.key)
    self.identity = identity(near?.key)
    start = near?.image
    reused = near.map { ReusedWork(kind: .picture, key: $0.key, evaluations: 0, name: $0.name, start: $0.key) }
  }

  /// Gives them away: the search alone keeps them.
  mutating func takeStart() -> (search: Checkpoint?, picture: RGBImage?) {
    defer { (search, start) = (nil, nil) }
    return (search, start)
  }
}

extension Settings.Optimizer {
  /// Whether it can go on from a state.
  fileprivate func takes(_ state: OptimizerState) -> Bool {
    switch self {
    case .lbfgs: LBFGS(state) != nil
    case .adam: Adam(state) != nil
    }
  }
}
