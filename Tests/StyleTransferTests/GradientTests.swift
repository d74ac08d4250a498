import KernelTypes
import Kernels
import NeuralNetwork
import Networks
import StyleTransfer
import TestSupport
import Testing

/// The engine's gradient against differences of a loss that shares no code with it.
struct GradientTests {
  private static let tasks: [String: LossWeights] = [
    "all blocks": LossWeights(
      content: [Layer(block: 4, convolution: 2): 0.1, Layer(block: 5, convolution: 1): 3],
      style: [
        Layer(block: 1, convolution: 1): 0.05, Layer(block: 2, convolution: 2): 0.2,
        Layer(block: 3, convolution: 3): 0.2, Layer(block: 5, convolution: 3): 0.3,
      ],
      totalVariation: 10),
    "content and style in one layer": LossWeights(
      content: [Layer(block: 1, convolution: 2): 4, Layer(block: 2, convolution: 2): 3],
      style: [Layer(block: 1, convolution: 2): 0.3, Layer(block: 2, convolution: 2): 0.1]),
    "the first layer alone": LossWeights(
      content: [Layer(block: 1, convolution: 1): 2], style: [Layer(block: 1, convolution: 1): 0.5]),
  ]

  @Test(
    arguments: ["all blocks", "content and style in one layer", "the first layer alone"],
    [(PoolingKind.average, PaddingKind.zero), (.max, .zero), (.l2, .replicate), (.average, .reflect)])
  func gradientIsThatOfFiniteDifferences(name: String, kinds: (pooling: PoolingKind, padding: PaddingKind)) throws {
    let (pooling, padding) = kinds
    let studio = try Studio()
    let task = try #require(Self.tasks[name])
    let content = studio.content.cropped(width: 18, height: 17)
    let start = studio.content.mirrored.cropped(width: 18, height: 17)
    let reference = try ReferenceObjective(
      weights: task, pooling: pooling, padding: padding, content: content, style: studio.style)
    let picture = start.values.map(Double.init)
    let (terms, gradient) = studio.objective(task, pooling: pooling, padding: padding, content: content).evaluate(start)
    #expect(abs(terms.total / reference.loss(picture) - 1) < 3e-5)

    let dPicture = gradient.map(Double.init)
    let norm = length(dPicture)
    var random = Random(seed: 5)
    var directions = [dPicture.map { $0 / norm }]
    for _ in 0..<4 { directions.append(unit(picture.map { _ in random.normal() })) }
    directions += [0, 7 * 18 + 17, 2 * 306 + 305].map { one in picture.indices.map { $0 == one ? 1 : 0 } }
    for (index, direction) in directions.enumerated() {
      let step = 1e-3
      let slope =
        (reference.loss(moved(picture, step, direction)) - reference.loss(moved(picture, -step, direction)))
        / (2 * step)
      #expect(abs(slope - dot(dPicture, direction)) < 1e-4 * norm / 17.5, "direction \(index)")
    }
  }

  @Test func totalVariationIsItsDefinition() {
    let values: [Float] = [1, 2, 4, 8, 16, 32] + [Float](repeating: 9, count: 12)  // one plane of 3x2 differs
    var gradient = [Float](repeating: 100, count: 18)
    let loss = TotalVariationLoss(weight: 6).evaluate(values, height: 2, width: 3, gradient: &gradient)
    // across: 1 4 64 256, down: 49 196 784; times 6 / 18
    #expect(loss == 1354.0 / 3)
    let slopes: [Float] = [-1 - 7, 1 - 2 - 14, 2 - 28, 7 - 8, 8 - 16 + 14, 16 + 28]
    for (found, slope) in zip(gradient, slopes) { #expect(abs(found - 100 - slope * 2 / 3) < 1e-4) }
    #expect(gradient[6...].allSatisfy { $0 == 100 })
  }

  /// A difference counts by its two pixels' masks, and the mask's sum is the number of pixels.
  @Test(arguments: [(VariationNorm.l2, 1.0), (.l2, 1.25), (.l1, 1), (.l1, 0.6)])
  func totalVariationKnowsNothingOfWhatItsMaskLeavesOut(norm: VariationNorm, power: Double) {
    let (width, height) = (7, 5)
    let loss = TotalVariationLoss(weight: 3, norm: norm, power: power)
    func values(_ picture: [Float], _ mask: PixelMask?) -> (loss: Double, gradient: [Float]) {
      var gradient = [Float](repeating: 0, count: picture.count)
      let value = loss.evaluate(picture, height: height, width: width, mask: mask, gradient: &gradient)
      return (value, gradient)
    }
    var random = Random(seed: 3)
    let picture = (0..<3 * width * height).map { _ in Float(128 + 40 * random.normal()) }
    let ones = PixelMask(height: height, width: width, values: [Float](repeating: 1, count: width * height))
    let (all, plain) = (values(picture, ones), values(picture, nil))
    #expect(abs(all.loss / plain.loss - 1) < 1e-6)
    #expect(zip(all.gradient, plain.gradient).allSatisfy { abs($0 - $1) < 1e-4 })

    let left = PixelMask(height: height, width: width, values: (0..<width * height).map { $0 % width < 4 ? 1 : 0 })
    let half = values(picture, left)
    let other = picture.indices.map { $0 % width < 4 ? picture[$0] : 3 }
    #expect(values(other, left).loss == half.loss)
    #expect(half.gradient.indices.allSatisfy { $0 % width < 4 || half.gradient[$0] == 0 })
    // As that of a picture of the left part alone.
    var gradient = [Float](repeating: 0, count: 3 * 4 * height)
    let cut = picture.indices.filter { $0 % width < 4 }.map { picture[$0] }
    let alone = loss.evaluate(cut, height: height, width: 4, gradient: &gradient)
    #expect(abs(half.loss / alone - 1) < 1e-6)
    #expect(
      zip(half.gradient.indices.filter { $0 % width < 4 }.map { half.gradient[$0] }, gradient).allSatisfy {
        abs($0 - $1) < 1e-4
      })
  }

  private func moved(_ x: [Double], _ step: Double, _ direction: [Double]) -> [Double] {
    zip(x, direction).map { $0 + step * $1 }
  }

  private func length(_ x: [Double]) -> Double { dot(x, x).squareRoot() }
  private func unit(_ x: [Double]) -> [Double] { x.map { $0 / length(x) } }
  private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
}
