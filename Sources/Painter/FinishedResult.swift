import Cache
import Images
import Jobs
import Safetensors

/// The files of a finished painting, kept in the cache: the same pictures and settings again need no search.
struct FinishedResult {
  let key: CacheKey
  /// The picture, and what the settings ask for beside it.
  let files: [ResultFile]
  let report: Report

  private static let reportTensor = "report"

  init(_ key: CacheKey, files: [ResultFile], report: Report) {
    self.key = key
    self.files = files
    self.report = report
  }

  var picture: [UInt8] { files.first { $0.kind == .picture }?.bytes ?? [] }

  /// Nil where the cache has none.
  ///
  /// - Parameter settings: whose files it must have; nil where the picture is enough.
  init?(_ key: CacheKey, for settings: Settings? = nil, in cache: CacheFolder) {
    let found = cache.entry(.results, key) { file -> FinishedResult? in
      func bytes(_ name: String) throws -> [UInt8] { try file.withUnsafeBytes(of: name) { Array($0) } }
      let kinds = file.tensors.compactMap { ResultFile.Kind(tensor: $0.name) }
        .filter { settings != nil || $0 == .picture }
      guard file.tensors.contains(where: { $0.name == Self.reportTensor }) else { return nil }
      let result = FinishedResult(
        key, files: try kinds.map { ResultFile($0, try bytes($0.tensor)) },
        report: try Report(json: try bytes(Self.reportTensor)))
      guard ImageDecoder.isPicture(result.picture), settings?.areComplete(result.files) ?? true else { return nil }
      return result
    }
    guard let found else { return nil }
    self = found
  }

  /// - Parameter pictures: what it was painted from.
  func store(in cache: CacheFolder, _ pictures: InputPictures, _ identity: PaintingIdentity) throws {
    let parts = files.map { ($0.kind.tensor, $0.bytes) } + [(Self.reportTensor, try report.json)]
    let tensors = parts.map { TensorContents(name: $0, shape: [$1.count], bytes: $1) }
    cache.store(.results, tensors, key, facts: NearPicture.facts(report, pictures, identity))
  }
}
