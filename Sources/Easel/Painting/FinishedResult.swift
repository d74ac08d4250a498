import Cache
import Foundation
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
