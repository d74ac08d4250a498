import Cache
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
  ///
  /// - Parameter hasAnimation: whether it must have one, or nil where that is all the same.
  init?(_ key: CacheKey, hasAnimation: Bool? = nil, in cache: CacheFolder) {
    func bytes(_ file: SafetensorsFile, _ name: String) throws -> [UInt8]? {
      file.tensors.contains { $0.name == name } ? try file.withUnsafeBytes(of: name) { Array($0) } : nil
    }
    let found = cache.entry(.results, key) { file -> FinishedResult? in
      guard let picture = try bytes(file, Tensor.picture), ImageDecoder.isPicture(picture),
        let report = try bytes(file, Tensor.report)
      else { return nil }
      let animation = try bytes(file, Tensor.animation)
      if let hasAnimation, hasAnimation != (animation != nil) { return nil }
      return FinishedResult(key, picture: picture, animation: animation, report: try Report(json: report))
    }
    guard let found else { return nil }
    self = found
  }

  /// - Parameter pictures: what it was painted from.
  func store(in cache: CacheFolder, _ pictures: InputPictures, _ identity: PaintingIdentity) throws {
    let parts = [
      (Tensor.picture, picture), (Tensor.animation, animation ?? []), (Tensor.report, try report.json),
    ]
    let tensors = parts.filter { !$1.isEmpty }.map { TensorContents(name: $0, shape: [$1.count], bytes: $1) }
    cache.store(.results, tensors, key, facts: NearPicture.facts(report, pictures, identity))
  }
}
