import ArgumentParser
import Foundation
import Jobs
import KernelTypes
import Kernels
import NeuralNetwork
import StyleTransfer

/// How fast this machine is.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure seconds per evaluation, GFLOP/s and memory on this machine.",
    discussion: """
      An evaluation is the loss of the default task with its gradient. Effective GFLOP/s count the operations that direct \
      convolutions would take, so they can be above the processor's peak.
      """)

  @Option(help: "Side of the square picture, in pixels.") var size = 512
  @Option(help: "Width, in place of --size.") var width: Int?
  @Option(help: "Height, in place of --size.") var height: Int?
  @Option(help: "Evaluations to time.") var repeats = 5
  @Option(help: "Threads to compute with (default: one per usable processor).") var threads: Int?
  @Option(help: "Most memory to use, as 2G: what doesn't fit is computed again.") var memory: String?
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    for (option, value) in [("--size", size), ("--width", width ?? size), ("--height", height ?? size)]
    where value < 16 || value > 16384 {
      throw ValidationError("\(option): expected 16 to 16384 pixels, found \(value)")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads: expected 1 to 1024, found \(threads)")
    }
    if let memory, SettingsByteSize(memory) == nil {
      throw ValidationError("--memory: expected a size as 512M or 2G, found \(memory)")
    }
    if repeats < 1 { throw ValidationError("--repeats: expected at least 1, found \(repeats)") }
  }

  func run() throws {
    let engine = Engine(threads: threads ?? UsableProcessors.count)
    let (width, height) = (width ?? size, height ?? size)
    let losses = LossList(Settings())
    let weights = try NetworkWeights(
      VerifiedWeights(Settings().network), upTo: losses.layers.max()!, engine: engine)
    let plan = MemoryPlan(
      weights.architecture, losses: losses, pooling: .average, picture: (width, height), style: (width, height),
      pictureBytes: 0, vectors: 2, threads: engine.threads, limit: memory.flatMap(SettingsByteSize.init)?.bytes)
    if !plan.fits { throw MemoryExceeded(plan: plan) }
    let objective = Self.objective(losses, plan.network, weights, engine)
    let picture = PlanarPicture.noise(
      width: width, height: height, amplitude: 100, means: NetworkWeights.means, seed: 1)
    var gradient = [Float](repeating: 0, count: objective.count)
    _ = objective.evaluate(picture.values, gradient: &gradient)
    var seconds: [Double] = []
    var peaks: [Double] = []
    var split = Split()
    for _ in 0..<repeats {
      peaks.append(engine.measuredPeak())
      let before = engine.phaseSeconds
      let time = ContinuousClock().measure { _ = objective.evaluate(picture.values, gradient: &gradient) }
      seconds.append(time / .seconds(1))
      split.add(engine.phaseSeconds, since: before, threads: engine.threads, seconds: seconds.last!)
    }
    let result = Result(
      size: size, width: width, height: height, seconds: seconds.sorted(), peak: peaks.max()!,
      operations: objective.directOperations, split: split.divided(by: repeats), plan: plan, engine)
    print(try json ? result.jsonText : result.text)
  }

  private static func objective(
    _ losses: LossList, _ plan: NetworkPlan, _ weights: NetworkWeights, _ engine: Engine
  ) -> Objective {
    func noise(_ seed: UInt64) -> PlanarPicture {
      .noise(width: plan.width, height: plan.height, amplitude: 60, means: NetworkWeights.means, seed: seed)
    }
    let targets = losses.features.flatMap { loss in
      LossTarget.targets(
        of: noise(loss.source == .style ? 2 : 3), for: [loss], weights: weights, pooling: .average, engine: engine)
    }
    return Objective(losses, targets: targets, networkWeights: weights, plan: plan, engine: engine)
  }

  /// Where the seconds of an evaluation go: of all threads together, divided by their number, so that the parts add up.
  struct Split: Codable {
    var forwardProducts = 0.0
    var backwardProducts = 0.0
    /// Winograd's transforms of pictures, weights and products.
    var transforms = 0.0
    /// Gram matrices and the gradients of the losses.
    var gram = 0.0
    /// The first convolution, pooling, sums.
    var rest = 0.0
    /// One thread computes alone, or waits for the others.
    var waiting = 0.0

    mutating func add(
      _ phases: [KernelPhase: Double], since before: [KernelPhase: Double], threads: Int, seconds: Double
    ) {
      func share(_ phase: KernelPhase) -> Double { (phases[phase]! - before[phase]!) / Double(threads) }
      forwardProducts += share(.forwardProducts)
      backwardProducts += share(.backwardProducts)
      transforms += share(.transforms)
      gram += share(.gram)
      rest += share(.other)
      waiting += seconds - KernelPhase.allCases.map(share).reduce(0, +)
    }

    func divided(by count: Int) -> Split {
      Split(
        forwardProducts: forwardProducts / Double(count), backwardProducts: backwardProducts / Double(count),
        transforms: transforms / Double(count), gram: gram / Double(count), rest: rest / Double(count),
        waiting: waiting / Double(count))
    }
  }

  struct Result: Codable {
    var size: Int
    var width: Int
    var height: Int
    var threads: Int
    var instructionSet: String
    /// The median.
    var secondsPerEvaluation: Double
    var fastestSeconds: Double
    var slowestSeconds: Double
    var effectiveGflops: Double
    var peakGflops: Double
    var split: Split
    var rssBytes: Int
    var memoryLimit: Int?
    var plannedBytes: Int
    var memoryPlan: String

    init(
      size: Int, width: Int, height: Int, seconds: [Double], peak: Double, operations: Double, split: Split,
      plan: MemoryPlan, _ engine: Engine
    ) {
      self.size = size
      self.width = width
      self.height = height
      threads = engine.threads
      instructionSet = engine.instructionSet.rawValue
      secondsPerEvaluation = seconds[seconds.count / 2]
      fastestSeconds = seconds.first!
      slowestSeconds = seconds.last!
      effectiveGflops = operations / secondsPerEvaluation / 1e9
      peakGflops = peak / 1e9
      self.split = split
      rssBytes = PeakMemory.bytes
      memoryLimit = plan.limitBytes
      plannedBytes = plan.bytes
      memoryPlan = plan.description
    }

    var jsonText: String {
      get throws {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
      }
    }

    var text: String {
      String(
        format: """
          %dx%d, %d threads, %@
          %.3f s per evaluation (%.3f to %.3f)
          %.0f effective GFLOP/s, %.1f times the processor's peak of %.0f
          products forward %.3f s, backward %.3f s, transforms %.3f s, Gram matrices %.3f s, rest %.3f s, \
          waiting %.3f s
          %.0f MiB of memory at most; planned: %@
          """, width, height, threads, instructionSet, secondsPerEvaluation, fastestSeconds, slowestSeconds,
        effectiveGflops, effectiveGflops / peakGflops, peakGflops, split.forwardProducts, split.backwardProducts,
        split.transforms, split.gram,
        split.rest, split.waiting, Double(rssBytes) / 1_048_576, memoryPlan)
    }
  }
}
