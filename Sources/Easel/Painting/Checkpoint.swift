import Cache
import Foundation
import Images
import Safetensors
import StyleTransfer

/// A run that was interrupted or has ended, as a safetensors file: it goes on from there as if nothing had happened.
///
/// Compact vectors are tensors of I16: what multiples they are of is in the header.
struct Checkpoint {
  /// The index of the stage.
  var stage: Int
  /// Iterations of the stage that are complete.
  var iteration: Int
  var optimizer: OptimizerState
  var history: [Report.Iteration]
  var frames: [RGBImage]
  /// Why the search ended before its iterations were done, if it did: it would find nothing better.
  var end: String?

  private struct Header: Codable {
    var stage: Int
    var iteration: Int
    var end: String?
    /// By their bits: they must come back exactly.
    var numbers: [String: UInt64]
    /// Of the compact vectors, by their bits.
    var units: [String: UInt32]
    var history: [Report.Iteration]
  }
  private static let headerKey = "easel_checkpoint"
  private static let identityKey = "easel_run"
  private static let framePrefix = "frame"
  private static let vectorPrefix = "optimizer."

  /// - Parameter identity: of the run.
  func write(to path: String, identity: CacheKey) throws {
    let metadata = [Self.identityKey: identity.description, Self.headerKey: try header]
    try SafetensorsDocument(tensors: tensors, metadata: metadata).write(to: path)
  }

  /// Keeps it for runs with more iterations.
  ///
  /// - Parameter name: of the job.
  func store(in cache: CacheFolder, _ key: CacheKey, name: String) throws {
    let facts = ["name": name, "size": history.last.map { "\($0.size)" } ?? "", "iterations": "\(iteration)"]
    cache.store(.searches, tensors, key, facts: facts.merging([Self.headerKey: try header]) { $1 })
  }

  private var header: String {
    get throws {
      let header = Header(
        stage: stage, iteration: iteration, end: end, numbers: optimizer.numbers.mapValues(\.bitPattern),
        units: optimizer.compactVectors.mapValues(\.unit.bitPattern), history: history)
      return String(decoding: try JSONEncoder().encode(header), as: UTF8.self)
    }
  }

  private var tensors: [TensorContents] {
    let vectors = optimizer.vectors.sorted { $0.key < $1.key }.map {
      TensorContents(name: Self.vectorPrefix + $0.key, shape: [$0.value.count], floats: $0.value)
    }
    let compactVectors = optimizer.compactVectors.sorted { $0.key < $1.key }.map {
      TensorContents(name: Self.vectorPrefix + $0.key, shape: [$0.value.count], int16s: $0.value.multiples)
    }
    let pictures = frames.enumerated().map {
      TensorContents(name: "\(Self.framePrefix)\($0)", shape: [$1.height, $1.width, 3], bytes: $1.pixels)
    }
    return vectors + compactVectors + pictures
  }

  /// Nil where there is none, or that of another run, or a damaged one: the run then begins anew.
  init?(path: String, identity: CacheKey) {
    guard let file = try? SafetensorsFile(path: path), (try? file.verifyPayload()) != nil,
      file.metadata[Self.identityKey] == identity.description
    else { return nil }
    self.init(file, header: file.metadata[Self.headerKey])
  }

  /// Nil where the cache has none.
  init?(_ key: CacheKey, in cache: CacheFolder) {
    guard let file = cache.entry(.searches, key) else { return nil }
    self.init(file, header: CacheFolder.facts(of: file)[Self.headerKey])
  }

  private init?(_ file: SafetensorsFile, header json: String?) {
    guard let json, let header = try? JSONDecoder().decode(Header.self, from: Data(json.utf8)),
      let optimizer = try? Self.optimizer(file, header), let frames = try? Self.frames(file)
    else { return nil }
    self.init(
      stage: header.stage, iteration: header.iteration, optimizer: optimizer, history: header.history, frames: frames,
      end: header.end)
  }

  init(
    stage: Int, iteration: Int, optimizer: OptimizerState, history: [Report.Iteration],
    frames: [RGBImage], end: String? = nil
  ) {
    self.stage = stage
    self.iteration = iteration
    self.optimizer = optimizer
    self.history = history
    self.frames = frames
    self.end = end
  }

  private static func optimizer(_ file: SafetensorsFile, _ header: Header) throws -> OptimizerState {
    var state = OptimizerState(vectors: [:], numbers: header.numbers.mapValues(Double.init(bitPattern:)))
    for tensor in file.tensors.map(\.name) where tensor.hasPrefix(vectorPrefix) {
      let name = String(tensor.dropFirst(vectorPrefix.count))
      if let unit = header.units[name] {
        state.compactVectors[name] = CompactVector(
          multiples: try file.int16s(of: tensor), unit: Float(bitPattern: unit))
      } else {
        state.vectors[name] = try file.floats(of: tensor)
      }
    }
    return state
  }

  private static func frames(_ file: SafetensorsFile) throws -> [RGBImage] {
    let count = file.tensors.count { $0.name.hasPrefix(framePrefix) }
    return try (0..<count).map { index in
      let name = "\(framePrefix)\(index)"
      let shape = try file.info(of: name).shape
      let pixels = try file.withUnsafeBytes(of: name) { Array($0) }
      // The digest covers the pixels, not what the header says about them.
      guard shape.count == 3, shape[0] > 0, shape[1] > 0, shape[2] == 3, pixels.count == shape.reduce(1, *) else {
        throw CocoaError(.fileReadCorruptFile)
      }
      return RGBImage(width: shape[1], height: shape[0], pixels: pixels)
    }
  }
}

/// Where the checkpoints of one run are kept; nowhere, if there is no path.
struct CheckpointKeeper {
  let path: String?
  let identity: CacheKey
  /// Whether every iteration is kept, whatever that takes.
  let everyIteration: Bool
  private var due = ContinuousClock.now

  init(path: String?, identity: CacheKey, everyIteration: Bool) {
    self.path = path
    self.everyIteration = everyIteration
    self.identity = identity
  }

  func write(_ checkpoint: Checkpoint) throws { try path.map { try checkpoint.write(to: $0, identity: identity) } }

  /// Writes it unless the last is so recent that writing would take more than a twentieth of the time.
  mutating func writeIfDue(_ checkpoint: Checkpoint) throws {
    let start = ContinuousClock.now
    guard everyIteration || start >= due else { return }
    try write(checkpoint)
    let end = ContinuousClock.now
    due = end + (end - start) * 19
  }
}
