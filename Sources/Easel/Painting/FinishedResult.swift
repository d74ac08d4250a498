import Cache
import Foundation
import Images
import Jobs
import Safetensors

/// The files of a finished painting, kept in the cache: the same pictures and settings again need no search.
struct FinishedResult {
  let key: CacheKey
  let picture: [UInt8]
  let animation: [UInt8]?
  let report: Report

  private enum Tensor {
    static let picture = "picture"
    static let animation = "animation"
    static let report = "report"
  }

  init(_ key: CacheKey, picture: [UInt8], animation: [UInt8]?, report: Report) {
    self.key = key
    self.picture = picture
    self.animation = animation
    self.report = report
  }

  /// Nil where the cache has none.
  init?(_ key: CacheKey, in cache: CacheFolder) {
    func bytes(_ file: SafetensorsFile, _ name: String) -> [UInt8]? {
      try? file.withUnsafeBytes(of: name) { Array($0) }
    }
    guard let file = cache.entry(.results, key), let picture = bytes(file, Tensor.picture),
      let report = bytes(file, Tensor.report).flatMap({ try? Report(json: Data($0)) })
    else { return nil }
    self.init(key, picture: picture, animation: bytes(file, Tensor.animation), report: report)
  }

  /// - Parameter pictures: what it was painted from.
  func store(in cache: CacheFolder, _ pictures: InputPictures) throws {
    let parts = [
      (Tensor.picture, picture), (Tensor.animation, animation ?? []), (Tensor.report, Array(try report.json)),
    ]
    let tensors = parts.filter { !$1.isEmpty }.map { TensorContents(name: $0, shape: [$1.count], bytes: $1) }
    cache.store(.results, tensors, key, facts: NearPicture.facts(report, pictures))
  }
}

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
  }

  static func facts(_ report: Report, _ pictures: InputPictures) -> [String: String] {
    [
      Fact.content: pictures.content?.digest ?? "none", Fact.style: pictures.style?.digest ?? "none",
      Fact.name: report.name, Fact.size: "\(max(report.width, report.height))",
    ]
  }

  /// The nearest of those in the cache: one of the same photo; rather one of the same style, then of a like size, then the latest.
  init?(to pictures: InputPictures, size: Int, in cache: CacheFolder) {
    guard let content = pictures.content?.digest else { return nil }
    let style = pictures.style?.digest ?? "none"
    let candidates = cache.entries(.results).compactMap { entry -> (rank: Double, entry: CacheEntry)? in
      guard let facts = cache.header(of: entry).map(CacheFolder.facts), facts[Fact.content] == content,
        let itsSize = facts[Fact.size].flatMap(Double.init), itsSize > 0
      else { return nil }
      let isSameStyle = facts[Fact.style] == style
      return (abs(log2(itsSize / Double(size))) + (isSameStyle ? 0 : 100), entry)
    }.sorted { ($0.rank, $1.entry.usedAt) < ($1.rank, $0.entry.usedAt) }
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
