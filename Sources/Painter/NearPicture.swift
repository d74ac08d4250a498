import Cache
import Foundation
import Images
import Jobs

/// A finished picture of the same photo, to begin a search with.
struct NearPicture {
  /// The cache's key of its result.
  let key: String
  /// The name of the job that painted it.
  let name: String
  /// No larger than the picture that is to be painted.
  let image: RGBImage

  private enum Fact {
    static let task = "task"
    static let size = "size"
    static let evaluations = "evaluations"
    static let request = "request"
    static let start = "start"
    /// In the place of a key.
    static let none = "none"
  }

  /// What is told of a finished result, for those who look for a near one.
  static func facts(_ report: Report, _ pictures: InputPictures, _ identity: PaintingIdentity) -> [String: String] {
    var facts = [
      Fact.task: report.task, Fact.size: "\(max(report.width, report.height))",
      Fact.evaluations: "\(report.evaluations)", Fact.request: identity.request.description,
      Fact.start: identity.start ?? Fact.none, "name": report.name,
    ]
    for role in InputRole.allCases { facts[role.rawValue] = pictures.digest(role) ?? Fact.none }
    return facts
  }

  /// The picture that an earlier job of the same request began with: the same again is to be the same picture.
  static func start(of request: CacheKey, in cache: CacheFolder) -> String? {
    let starts = cache.entries(.results).lazy.compactMap { cache.header(of: $0).map(CacheFolder.facts) }
      .filter { $0[Fact.request] == request.description }.compactMap { $0[Fact.start] }
    return starts.first.flatMap { $0 == Fact.none ? nil : $0 }
  }

  /// The nearest of those in the cache: one of the same photo and task; rather one of the same style, then of a like size, then one
  /// that was worked on long, then the latest.
  ///
  /// - Parameters:
  ///   - request: whose results don't count: a job does not begin with its own.
  ///   - ofSameStyle: whether none of another style will do.
  init?(
    to pictures: InputPictures, for settings: Settings, except request: CacheKey? = nil, ofSameStyle: Bool = false,
    in cache: CacheFolder
  ) {
    guard let content = pictures.digest(.content) else { return nil }
    let style = pictures.digest(.style) ?? Fact.none
    let candidates = cache.entries(.results).compactMap { entry -> (rank: (Double, Int, Date), entry: CacheEntry)? in
      guard let facts = cache.header(of: entry).map(CacheFolder.facts), facts[InputRole.content.rawValue] == content,
        facts[Fact.task] == settings.task.rawValue, facts[Fact.request] != request?.description,
        let size = facts[Fact.size].flatMap(Double.init), size > 0
      else { return nil }
      let isSameStyle = facts[InputRole.style.rawValue] == style
      guard isSameStyle || !ofSameStyle else { return nil }
      let distance = abs(log2(size / Double(settings.size))) + (isSameStyle ? 0 : 100)
      return ((-distance, facts[Fact.evaluations].flatMap { Int($0) } ?? 0, entry.usedAt), entry)
    }.sorted { $0.rank > $1.rank }
    for (_, entry) in candidates {
      guard let result = FinishedResult(entry.key, in: cache),
        let image = try? ImageDecoder.decode(result.picture, keepingAlpha: true).image
      else { continue }
      (key, name) = (entry.key.description, result.report.name)
      self.image = image.shrunk(longSide: settings.size)
      return
    }
    return nil
  }
}
