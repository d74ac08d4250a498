import Foundation
import KernelTypes
import Kernels
import Synchronization
import Testing

struct EngineTests {
  private struct Result {
    var name: String
    var values: [Double]
    /// Of the kernel's relative error; instruction sets differ by no more.
    var tolerance: Double

    init(_ name: String, _ values: [Double], within tolerance: Double) {
      (self.name, self.values, self.tolerance) = (name, values, tolerance)
    }
  }

  /// One result of every kernel, on a picture of several tasks for every thread.
  private static func results(_ engine: Engine, _ shape: Shape = Shape(67, 61)) -> [Result] {
    var random = Random(seed: 41)
    let convolution = ReferenceConvolution(Channels(48, 80), random: &random)
    let first = ReferenceConvolution(Channels(3, 48), random: &random)
    let planes = Features(3, shape, random: &random)
    let narrow = Features(48, shape, random: &random)
    let wide = Features(80, shape, random: &random)
    let before = Features(48, shape, random: &random)
    let mask = random.mask(3 * shape.pixels)
    let style = random.floats(48 * 48)
    let (small, choice) = engine.pool(.max, narrow)
    return [
      Result("convolution", engine.convolve(convolution, narrow).output.values, within: Tolerance.winograd),
      Result(
        "convolution gradient", engine.convolveGradient(convolution, wide, mask: mask, addingTo: before).values,
        within: Tolerance.winogradGradient),
      Result("first layer", engine.firstLayer(first, planes).output.values, within: Tolerance.firstLayer),
      Result(
        "first layer gradient", engine.firstLayerGradient(first, narrow).values, within: Tolerance.firstLayerGradient),
      Result("average pooling", engine.pool(.average, narrow).output.values, within: Tolerance.averagePooling),
      Result("max pooling", small.values, within: 0),
      Result(
        "max pooling gradient",
        engine.poolGradient(.max, small, shape, features: narrow, choice: choice, mask: mask).values, within: 0),
      Result("l2 pooling", engine.pool(.l2, narrow).output.values, within: Tolerance.l2Pooling),
      Result(
        "l2 pooling gradient",
        engine.poolGradient(.l2, small, shape, features: narrow, choice: choice, mask: mask).values,
        within: Tolerance.l2Pooling),
      Result("Gram matrix", engine.gramMatrix(narrow), within: Tolerance.gramMatrix),
      Result(
        "loss gradient",
        engine.lossGradient(narrow, matrices: [style], differences: [(target: before, factor: 0.7)]).values,
        within: Tolerance.lossGradient),
    ]
  }

  @Test(arguments: InstructionSet.available)
  func resultsDoNotDependOnTheNumberOfThreads(set: InstructionSet) {
    let expected = Self.results(Engine(threads: 1, instructionSet: set))
    for threads in [2, 3] {
      for (found, expected) in zip(Self.results(Engine(threads: threads, instructionSet: set)), expected) {
        #expect(found.values == expected.values, "\(found.name) on \(threads) threads")
      }
    }
  }

  @Test(arguments: InstructionSet.available)
  func scratchOfLargerPicturesLeavesNoTrace(set: InstructionSet) {
    let expected = Self.results(Engine(threads: 2, instructionSet: set), Shape(7, 9))
    let engine = Engine(threads: 2, instructionSet: set)
    _ = Self.results(engine)
    for (found, expected) in zip(Self.results(engine, Shape(7, 9)), expected) {
      #expect(found.values == expected.values, "\(found.name)")
    }
  }

  @Test func instructionSetsAgree() {
    let expected = Self.results(Engine(threads: 2, instructionSet: .portable))
    for set in InstructionSet.available.dropFirst() {
      for (found, expected) in zip(Self.results(Engine(threads: 2, instructionSet: set)), expected) {
        #expect(relativeError(found.values, expected.values) <= expected.tolerance, "\(found.name) with \(set)")
      }
    }
  }

  @Test(arguments: Shape.odd)
  func squaredDistanceIsASumInDoublePrecision(shape: Shape) {
    var random = Random(seed: 42)
    let (a, b) = (Features(48, shape, random: &random), Features(48, shape, random: &random))
    let expected = zip(a.values, b.values).reduce(0.0) { sum, pair in
      let difference = Double(Float(pair.0) - Float(pair.1))
      return sum + difference * difference
    }
    let found = [1, 2, 3].map { Engine(threads: $0).squaredDistance(a, b) }
    #expect(abs(found[0] - expected) <= 1e-12 * expected)
    #expect(found == [Double](repeating: found[0], count: 3))
    let squares = a.values.reduce(0) { $0 + $1 * $1 }
    #expect(abs(Engine(threads: 2).squaredDistance(a, nil) - squares) <= 1e-12 * squares)
  }

  @Test func timeIsCountedByStage() {
    var random = Random(seed: 43)
    let engine = Engine(threads: 2)
    let features = Features(64, Shape(60, 60), random: &random)
    #expect(engine.phaseSeconds.values.allSatisfy { $0 == 0 })
    _ = engine.convolve(ReferenceConvolution(Channels(64, 64), random: &random), features)
    _ = engine.gramMatrix(features)
    let seconds = engine.phaseSeconds
    for phase in [KernelPhase.forwardProducts, .transforms, .gram] { #expect(seconds[phase]! > 0, "\(phase)") }
    #expect(seconds[.backwardProducts] == 0)
  }

  @Test func portableKernelsAreAlwaysThereAndTheBestComeLast() throws {
    #expect(InstructionSet.available.first == .portable)
    #expect(InstructionSet.available == InstructionSet.allCases.filter { InstructionSet.available.contains($0) })
    #expect(try InstructionSet.chosen(nil) == InstructionSet.available.last)
    let names = InstructionSet.available.map(\.kernels.name)
    #expect(names == ["portable", "AVX2", "AVX-512"].prefix(names.count).map { $0 })
  }

  @Test(arguments: [1, 2, 3])
  func everyTaskRunsOnceOnAThreadOfTheEngine(threads: Int) {
    let runs = Mutex([Int](repeating: 0, count: 100))
    let seen = Mutex(Set<Int>())
    Engine(threads: threads).parallel(tasks: 100) { task, thread in
      runs.withLock { $0[task] += 1 }
      _ = seen.withLock { $0.insert(thread) }
    }
    #expect(runs.withLock { $0 } == [Int](repeating: 1, count: 100))
    #expect(seen.withLock { $0 }.isSubset(of: 0..<threads))
  }

  @Test(arguments: InstructionSet.available)
  func peakIsMeasured(set: InstructionSet) {
    #expect(Engine(threads: 1, instructionSet: set).measuredPeak() > 1e6)
  }
}
