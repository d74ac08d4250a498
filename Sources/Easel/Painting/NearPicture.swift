import Cache
import Foundation
import Images

/// A finished picture of the same photo, to begin a search with.
struct NearPicture {
  let image: RGBImage
  /// The cache's key of its result.
  let key: String
  /// The name of the job that painted it.
  let name: String

  private enum Fact {
    static let content = "content"
    static let style = "style"
    static let name = "name"
    static let size = "size"
    static let evaluations = "evaluations"
  }

  static func facts(_ report: Report, _ pictures: InputPictures) -> [String: String] {
    [
      Fact.content: pictures.content?.digest ?? "none", Fact.style: pictures.style?.digest ?? "none",
      Fact.name: report.name, Fact.size: "\(max(report.width, report.height))",
      Fact.evaluations: "\(report.evaluations)",
    ]
  }

  /// The nearest of those in the cache: one of the same photo; rather one of the same style, then of a like size, then one that
  /// was worked on long, then the latest.
  ///
  /// - Parameter ofSameStyle: whether none of another style will do.
  init?(to pictures: InputPictures, size: Int, ofSameStyle: Bool = false, in cache: CacheFolder) {
    guard let content = pictures.content?.digest else { return nil }
    let style = pictures.style?.digest ?? "none"
    let candidates = cache.entries(.results).compactMap { entry -> (rank: (Double, Int, Date), entry: CacheEntry)? in
      guard let facts = cache.header(of: entry).map(CacheFolder.facts), facts[Fact.content] == content,
        let itsSize = facts[Fact.size].flatMap(Double.init), itsSize > 0
      else { return nil }
      let isSameStyle = facts[Fact.style] == style
      guard isSameStyle || !ofSameStyle else { return nil }
      let distance = abs(log2(itsSize / Double(size))) + (isSameStyle ? 0 : 100)
      return ((-distance, facts[Fact.evaluations].flatMap { Int($0) } ?? 0, entry.usedAt), entry)
    }.sorted { $0.rank > $1.rank }
    for (_, entry) in candidates {
      guard let result = FinishedResult(entry.key, in: cache),
        let decoded = try? ImageDecoder.decode(result.picture)
      else { continue }
      (image, key, name) = (decoded.image, entry.key.description, result.report.name)
      return
    }
    return nil
  }
}
