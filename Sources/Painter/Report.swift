import Files
import Foundation
import Images
import Jobs
import Kernels
import NeuralNetwork
import Spool
import StyleTransfer
import Cache

/// `report.json`: what was done and how it went.
struct Report: Codable {
  var easel = Version.current
  var name: String
  var state = "done"
  /// What the daemon knows of the job; nil without a daemon.
  var job: Job?
  /// What was there before, if it was not painted from the start.
  var reused: ReusedWork?
  var task: String
  var width: Int
  var height: Int
  var inputs: [Input]
  /// The remembered styles that were named; nil where there are only other pictures.
  var style: OneOrMore<String>?
  /// Why the search ended.
  var stopReason = ""
  /// Of the picture as the optimiser left it.
  var loss = 0.0
  /// Of the picture with 8 bits for each value, as it is written, evaluated afresh; before it was given the photo's colours, where it
  /// was.
  var writtenLoss = 0.0
  /// At all sizes together.
  var evaluations = 0
  /// The parts of `writtenLoss`, weighted.
  var losses: [Loss] = []
  /// Of a layer's losses with respect to its features: Euclidean norms.
  var gradientNorms: [String: Double] = [:]
  var iterations: [Iteration] = []
  var seconds = Seconds()
  var cache = Cache()
  var engine = EngineDescription()
  var settings: Settings
  /// Paths in the folder of the result; nil in reports of before.
  var files: [String]?
  /// What could not be as the settings say.
  var notes: [String]?

  struct Job: Codable {
    var id: String
    var priority: Int
    var attempt: Int
    /// The states that the job was in up to this attempt.
    var states: [JobRecord.Step]

    init(_ record: JobRecord) {
      id = record.id
      priority = record.priority
      attempt = record.attempt
      states = record.history ?? []
    }
  }

  struct Input: Codable {
    var role: String
    var file: String
    var width: Int
    var height: Int
    var resizedWidth: Int
    var resizedHeight: Int
    var notes: [String]
  }

  struct Loss: Codable {
    var kind: String
    var layer: String?
    /// Of several paintings that which it compares with, from 1; nil where it does with all.
    var painting: Int?
    /// The size that it compares with, where the painting is looked at in several: one of `style_scales`.
    var scale: Double?
    var loss: Double
  }

  struct Iteration: Codable {
    /// Long side of the picture.
    var size: Int
    /// Counted over all sizes.
    var iteration: Int
    /// Since the start, at all sizes.
    var evaluations: Int
    /// As it was at this size, with the weight that the style had there.
    var loss: Double
    /// The parts of it, weighted.
    var losses: [Loss]?
  }

  struct Seconds: Codable {
    var preparing = 0.0
    var painting = 0.0
    var writing = 0.0
  }

  struct Cache: Codable {
    var hits = 0
    var misses = 0
    var rejected = 0
    var notes: [String] = []

    init() {}

    init(_ statistics: CacheStatistics) {
      (hits, misses, rejected, notes) =
        (statistics.hits, statistics.misses, statistics.rejected, statistics.notes)
    }
  }

  struct EngineDescription: Codable {
    var instructionSet = ""
    var threads = 0
    var peakMemoryBytes = 0
    /// What the memory was planned to be, and what was computed again for it.
    var plannedMemoryBytes = 0
    var recomputedBlocks = 0
  }

  init(name: String, settings: Settings, pictures: InputPictures) {
    self.name = name
    self.settings = settings
    task = settings.task.rawValue
    (width, height) = pictures.canvasSize
    inputs = pictures.byRole.map { Input($0.role.rawValue, $0.picture) }
  }

  mutating func describe(
    _ run: StagedSearch, engine: Engine, plan: MemoryPlan, loss terms: LossTerms, _ pictures: InputPictures
  ) {
    stopReason = run.stopReason
    loss = run.loss
    writtenLoss = terms.total
    evaluations = run.evaluations
    losses = Self.losses(terms, pictures)
    gradientNorms = Dictionary(uniqueKeysWithValues: terms.gradientNorms.map { ("\($0)", $1) })
    iterations = run.history
    self.engine = EngineDescription(
      instructionSet: engine.instructionSet.rawValue, threads: engine.threads, peakMemoryBytes: PeakMemory.bytes,
      plannedMemoryBytes: plan.bytes, recomputedBlocks: plan.network.recomputedBlocks)
  }

  /// - Parameter notes: what could not be as the settings say.
  mutating func describe(_ files: [ResultFile], _ notes: [String]?) {
    self.files = files.map { $0.kind.path(name, settings) }
    self.notes = notes?.isEmpty == true ? nil : notes
  }

  /// Takes over what an earlier job has found.
  mutating func takeResult(of finished: FinishedResult) {
    let earlier = finished.report
    reused = ReusedWork(
      kind: .result, key: finished.key.description, evaluations: earlier.evaluations, name: earlier.name)
    (stopReason, loss, writtenLoss) = (earlier.stopReason, earlier.loss, earlier.writtenLoss)
    (evaluations, iterations) = (earlier.evaluations, earlier.iterations)
    (losses, gradientNorms) = (earlier.losses, earlier.gradientNorms)
    engine = earlier.engine
    describe(finished.files, earlier.notes)
  }

  static func losses(_ terms: LossTerms, _ pictures: InputPictures) -> [Loss] {
    losses(terms, paintings: pictures.styleShares.count, scales: pictures.settings.styleScales)
  }

  /// - Parameter scales: `style_scales`.
  static func losses(_ terms: LossTerms, paintings: Int, scales: [Double]) -> [Loss] {
    terms.all.map { term in
      let source = term.source.flatMap { $0.role == .style ? $0 : nil }
      return Loss(
        kind: term.kind, layer: term.layer.map { "\($0)" },
        painting: source.flatMap { paintings > 1 ? $0.index + 1 : nil },
        scale: source.flatMap { scales.count > 1 ? scales[$0.scale] : nil }, loss: term.loss)
    }
  }

  init(json: [UInt8]) throws { self = try JSON.decode(from: json) }

  var json: [UInt8] {
    get throws { try JSON.encode(self) + [UInt8(ascii: "\n")] }
  }
}

extension Report.Input {
  init(_ role: String, _ picture: InputPictures.Picture) {
    self.init(
      role: role, file: picture.file.lastName.text ?? picture.file.lastName.description,
      width: picture.original.image.width,
      height: picture.original.image.height, resizedWidth: picture.width, resizedHeight: picture.height,
      notes: picture.original.notes.map { "\($0)" })
  }
}

/// The most memory that this process has had in use: VmHWM of proc(5).
package enum PeakMemory {
  package static var bytes: Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let fields = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }?.split(separator: " ") ?? []
    return fields.compactMap { Int($0) }.first.map { $0 * 1024 } ?? 0
  }
}
