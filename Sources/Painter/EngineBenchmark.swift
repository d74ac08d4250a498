import Files
import Foundation
import Jobs
import KernelTypes
import Kernels
import NeuralNetwork
import StyleTransfer

/// How fast this machine is: seconds per evaluation of the default task's loss with its gradient, GFLOP/s, memory.
package struct EngineBenchmark {
  /// Of the picture, in pixels.
  package var width: Int
  package var height: Int
  /// Evaluations to time.
  package var repeats: Int
  package var threads: Int
  /// In bytes; nil for no limit.
  package var memoryLimit: Int?
  package var instructionSet: InstructionSet

  package init(
    width: Int, height: Int, repeats: Int, threads: Int?, memoryLimit: Int?, instructionSet: InstructionSet
  ) {
    self.width = width
    self.height = height
    self.repeats = repeats
    self.threads = threads ?? UsableProcessors.count
    self.memoryLimit = memoryLimit
    self.instructionSet = instructionSet
  }

  /// - Throws: `MemoryExceeded`, and what is wrong with the weights.
  package func run() throws -> Result {
    let engine = Engine(threads: threads, instructionSet: instructionSet)
    let losses = LossList(Settings())
    let weights = try NetworkWeights(
      VerifiedWeights(Settings().network), upTo: losses.layers.max()!, engine: engine)
    let plan = MemoryPlan(
      weights.architecture, losses: losses, pooling: .average, picture: (width, height),
      sources: [.content: (width, height), .style: (width, height)], pictureBytes: 0, vectors: 2,
      threads: engine.threads, limit: memoryLimit)
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
    return Result(
      width: width, height: height, seconds: seconds.sorted(), peak: peaks.max()!,
      operations: objective.directOperations, split: split.divided(by: repeats), plan: plan, engine)
  }

  private static func objective(
    _ losses: LossList, _ plan: NetworkPlan, _ weights: NetworkWeights, _ engine: Engine
  ) -> Objective {
    func noise(_ seed: UInt64) -> PlanarPicture {
      .noise(width: plan.width, height: plan.height, amplitude: 60, means: NetworkWeights.means, seed: seed)
    }
    let targets = losses.features.flatMap { loss in
      LossTarget.targets(
        of: noise(loss.sources == [LossSource(.style)] ? 2 : 3), for: [loss], weights: weights, pooling: .average,
        engine: engine)
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

  package struct Result: Codable {
    /// The longer side.
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
      width: Int, height: Int, seconds: [Double], peak: Double, operations: Double, split: Split,
      plan: MemoryPlan, _ engine: Engine
    ) {
      size = max(width, height)
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

    package var json: String {
      get throws { try JSON.text(self, snakeCaseKeys: true) }
    }

    package var text: String {
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
