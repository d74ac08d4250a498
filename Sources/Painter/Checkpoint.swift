import Cache
import Files
import Foundation
import Images
import Jobs
import Safetensors
import Spool
import StyleTransfer

/// A run that was interrupted or has ended, as tensors: it goes on from there as if nothing had happened.
///
/// `state` is JSON, so that the file's digest covers it too; `optimizer.NAME` are the optimiser's vectors, compact ones as I16;
/// `frames0`, `frames1`, ... are the animation's, `[count][height][width][3]` of each size, `still0`, `still1`, ... the PNG files of
/// `frames: true`.
struct Checkpoint {
  /// The index of the stage.
  var stage: Int
  /// Iterations of the stage that are complete.
  var iteration: Int
  /// The loss at which the present iteration began.
  var lossBefore: Double
  /// Why the stage ended before its iterations were done, if it did: it would find nothing better.
  var end: String?
  var optimizer: OptimizerState
  var history: [Report.Iteration]
  var frames: [RGBImage]
  /// PNG files, where the settings ask for them.
  var stills: [[UInt8]]
  /// What the run began with.
  var reused: ReusedWork?
  /// The parts of the loss at the optimiser's point.
  var losses: [Report.Loss]?
  /// The time that the run has taken.
  var spent: PaintingTime.Spent?
  /// The instruction sets that it was computed on, by name; more than one where a run has gone on elsewhere. Nil in those of before.
  var instructionSets: [String]?

  private struct State: Codable {
    var stage: Int
    var iteration: Int
    var end: String?
    /// By their bits: they must come back exactly.
    var lossBefore: UInt64
    var numbers: [String: UInt64]
    /// Of the compact vectors, by their bits.
    var units: [String: UInt32]
    var history: [Report.Iteration]
    var reused: ReusedWork?
    var losses: [Report.Loss]?
    var spent: PaintingTime.Spent?
    var instructionSets: [String]?
  }

  private enum Tensor {
    static let state = "state"
    static let frames = "frames"
    static let still = "still"
    static let vector = "optimizer."
  }

  func tensors() throws -> [TensorContents] {
    let state = State(
      stage: stage, iteration: iteration, end: end, lossBefore: lossBefore.bitPattern,
      numbers: optimizer.numbers.mapValues(\.bitPattern),
      units: optimizer.compactVectors.mapValues(\.unit.bitPattern), history: history, reused: reused,
      losses: losses, spent: spent, instructionSets: instructionSets)
    let json = try JSON.encode(state)
    let vectors = optimizer.vectors.sorted { $0.key < $1.key }.map {
      TensorContents(name: Tensor.vector + $0.key, shape: [$0.value.count], floats: $0.value)
    }
    let compactVectors = optimizer.compactVectors.sorted { $0.key < $1.key }.map {
      TensorContents(name: Tensor.vector + $0.key, shape: [$0.value.count], int16s: $0.value.multiples)
    }
    let pictures = frames.ofEachSize.enumerated().map { index, frames in
      TensorContents(
        name: "\(Tensor.frames)\(index)", shape: [frames.count, frames[0].height, frames[0].width, 3],
        bytes: frames.flatMap(\.pixels))
    }
    let files = stills.enumerated().map { index, still in
      TensorContents(name: "\(Tensor.still)\(index)", shape: [still.count], bytes: still)
    }
    return vectors + compactVectors + pictures + files
      + [TensorContents(name: Tensor.state, shape: [json.count], bytes: json)]
  }

  /// Nil where `file`, whose payload is verified, holds no state of a run.
  init?(_ file: SafetensorsFile) throws {
    let state = try file.withUnsafeBytes(of: Tensor.state) { try JSON.decode(State.self, from: Array($0)) }
    guard state.stage >= 0, state.iteration >= 0, !state.history.isEmpty || state.iteration == 0 else { return nil }
    var optimizer = OptimizerState(vectors: [:], numbers: state.numbers.mapValues(Double.init(bitPattern:)))
    for tensor in file.tensors.map(\.name) where tensor.hasPrefix(Tensor.vector) {
      let name = String(tensor.dropFirst(Tensor.vector.count))
      if let unit = state.units[name] {
        optimizer.compactVectors[name] = CompactVector(
          multiples: try file.int16s(of: tensor), unit: Float(bitPattern: unit))
      } else {
        optimizer.vectors[name] = try file.floats(of: tensor)
      }
    }
    let sizes = file.tensors.count { $0.name.hasPrefix(Tensor.frames) }
    let stills = file.tensors.count { $0.name.hasPrefix(Tensor.still) }
    self.init(
      stage: state.stage, iteration: state.iteration, lossBefore: Double(bitPattern: state.lossBefore), end: state.end,
      optimizer: optimizer, history: state.history,
      frames: try (0..<sizes).flatMap { try Self.frames(file, "\(Tensor.frames)\($0)") },
      stills: try (0..<stills).map { try file.withUnsafeBytes(of: "\(Tensor.still)\($0)") { Array($0) } },
      reused: state.reused, losses: state.losses, spent: state.spent, instructionSets: state.instructionSets)
  }

  init(
    stage: Int, iteration: Int, lossBefore: Double, end: String?, optimizer: OptimizerState,
    history: [Report.Iteration], frames: [RGBImage], stills: [[UInt8]], reused: ReusedWork?, losses: [Report.Loss]?,
    spent: PaintingTime.Spent?, instructionSets: [String]?
  ) {
    (self.stage, self.iteration, self.lossBefore, self.end) = (stage, iteration, lossBefore, end)
    (self.optimizer, self.history, self.frames, self.stills, self.reused) = (optimizer, history, frames, stills, reused)
    (self.losses, self.spent, self.instructionSets) = (losses, spent, instructionSets)
  }

  private static func frames(_ file: SafetensorsFile, _ name: String) throws -> [RGBImage] {
    let shape = try file.info(of: name).shape
    return try file.withUnsafeBytes(of: name) { bytes in
      // The digest covers the pixels, not what the header says about them.
      guard shape.count == 4, shape.allSatisfy({ $0 > 0 }), shape[3] == 3, bytes.count == shape.reduce(1, *) else {
        throw CocoaError(.fileReadCorruptFile)
      }
      let size = bytes.count / shape[0]
      return (0..<shape[0]).map { index in
        RGBImage(width: shape[2], height: shape[1], pixels: Array(bytes[index * size..<(index + 1) * size]))
      }
    }
  }
}

extension [RGBImage] {
  /// Runs of pictures of the same size.
  fileprivate var ofEachSize: [[RGBImage]] {
    reduce(into: []) { runs, picture in
      if let last = runs.last?.last, (last.width, last.height) == (picture.width, picture.height) {
        runs[runs.count - 1].append(picture)
      } else {
        runs.append([picture])
      }
    }
  }
}

// In a job's own folder.
extension Checkpoint {
  private static let identityKey = "easel_run"

  /// - Parameter identity: of the run.
  func write(to path: Path, identity: CacheKey) throws {
    try SafetensorsDocument(tensors: tensors(), metadata: [Self.identityKey: identity.description]).write(to: path)
  }

  /// The one that is furthest on, of those that a run may have left in several places.
  init?(furthestOf paths: [Path], isRun: (_ checkpoint: Checkpoint, _ identity: String?) -> Bool) {
    let ranked = paths.compactMap { path in Self.rank(path).map { (path: path, rank: $0) } }
    for (path, _) in ranked.sorted(by: { $0.rank > $1.rank }) {
      guard let checkpoint = Checkpoint(path: path, isRun: isRun) else { continue }
      self = checkpoint
      return
    }
    return nil
  }

  /// How far on it says that it is, by its stage and its evaluations, without a look at the rest.
  private static func rank(_ path: Path) -> (Int, Int)? {
    guard let file = try? SafetensorsFile(path: path),
      let state = try? file.withUnsafeBytes(of: Tensor.state, { try JSON.decode(State.self, from: Array($0)) })
    else { return nil }
    return (state.stage, state.history.last?.evaluations ?? 0)
  }

  /// Nil where there is none, or that of another run, or a damaged one: the run then begins anew.
  ///
  /// - Parameter isRun: whether the state is of the run with that identity.
  init?(path: Path, isRun: (_ checkpoint: Checkpoint, _ identity: String?) -> Bool) {
    guard let file = try? SafetensorsFile(path: path), (try? file.verifyPayload()) != nil,
      let checkpoint = try? Checkpoint(file), isRun(checkpoint, file.metadata[Self.identityKey])
    else { return nil }
    self = checkpoint
  }
}

// In the cache.
extension Checkpoint {
  private enum Fact {
    static let iterations = "iterations"
  }

  /// Keeps it for runs with more iterations, unless one with more is there.
  ///
  /// - Parameter name: of the job.
  func keep(in cache: CacheFolder, _ key: CacheKey, name: String) throws {
    let there = cache.facts(.searches, key)?[Fact.iterations].flatMap { Int($0) } ?? 0
    guard begunIterations > there else { return }
    let facts = [
      "name": name, "size": history.last.map { "\($0.size)" } ?? "", Fact.iterations: "\(begunIterations)",
    ]
    var kept = self
    kept.spent = nil  // another job's time begins anew
    cache.store(.searches, try kept.tensors(), key, facts: facts)
  }

  /// Nil where the cache has none with at most so many iterations of the last of the stages.
  init?(_ key: CacheKey, stages: [LadderStep], in cache: CacheFolder) {
    let most = stages.last?.iterations ?? 0
    guard let there = cache.facts(.searches, key)?[Fact.iterations].flatMap({ Int($0) }), there <= most,
      let found = cache.entry(.searches, key, { try Checkpoint($0).flatMap { $0.isPart(of: stages) ? $0 : nil } })
    else { return nil }
    self = found
  }

  /// Whether a run of these stages comes by it.
  func isPart(of stages: [LadderStep]) -> Bool {
    stage < stages.count && begunIterations <= stages[stage].iterations
  }

  /// Iterations of the stage that are complete, and one more where evaluations of the next were done.
  private var begunIterations: Int {
    let before = history.dropLast(iteration).last?.evaluations ?? 0
    let complete = iteration > 0 ? (history.last?.evaluations ?? 0) - before : 0
    return iteration + (Int(optimizer.numbers["evaluations"] ?? 0) > complete ? 1 : 0)
  }
}

/// Where the checkpoints of one run are kept; nowhere, if there is no path.
struct CheckpointKeeper {
  let path: Path?
  let identity: CacheKey
  /// Whether every iteration is kept, whatever that takes.
  let everyIteration: Bool
  private var due = ContinuousClock.now

  init(path: Path?, identity: CacheKey, everyIteration: Bool) {
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
