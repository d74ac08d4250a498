import Cache
import Images
import Jobs

/// What a run can begin with instead of the start that its settings name.
struct KnownWork {
  /// The state of the same search: of this job before it was interrupted, or of one with fewer iterations.
  private var search: Checkpoint?
  /// A picture to begin with.
  let start: RGBImage?
  /// For the report; nil where this job itself was interrupted.
  let reused: Report.Reused?

  private let key: CacheKey
  /// Iterations of the search that the cache has already.
  private let keptIterations: Int

  init(
    _ settings: Settings, _ stages: [Settings.Stage], _ pictures: InputPictures, _ identity: PaintingIdentity,
    _ checkpointPath: String?, in cache: CacheFolder
  ) {
    key = identity.search
    let kept = Checkpoint(key, in: cache)
    keptIterations = kept?.iteration ?? 0
    func isPart(_ checkpoint: Checkpoint) -> Bool {
      checkpoint.stage < stages.count && checkpoint.iteration <= stages[checkpoint.stage].iterations
    }
    if let own = checkpointPath.flatMap({ Checkpoint(path: $0, identity: identity.search) }), isPart(own) {
      (search, start, reused) = (own, nil, nil)
    } else if !settings.force, let kept, isPart(kept) {
      (search, start) = (kept, nil)
      reused = Report.Reused(kind: .search, key: key.description, evaluations: kept.history.last?.evaluations ?? 0)
    } else if settings.start == .nearest, let near = NearPicture(to: pictures, size: settings.size, in: cache) {
      (search, start) = (nil, near.image)
      reused = Report.Reused(kind: .picture, key: near.key, evaluations: 0, name: near.name)
    } else {
      (search, start, reused) = (nil, nil, nil)
    }
  }

  /// Gives it away: the search alone keeps its vectors.
  mutating func takeSearch() -> Checkpoint? {
    defer { search = nil }
    return search
  }

  /// Keeps the state in which the search has ended, unless one with more iterations is kept.
  ///
  /// - Parameter name: of the job.
  func keep(_ ending: Checkpoint?, name: String, in cache: CacheFolder) throws {
    guard let ending, ending.iteration > keptIterations else { return }
    try ending.store(in: cache, key, name: name)
  }
}
