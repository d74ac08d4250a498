import KernelTypes
import Kernels
import NeuralNetwork
import Networks
import StyleTransfer
import TestSupport
import Testing

struct PixelMaskTests {
  @Test func layersHaveTheMeansOfFourPixels() {
    let mask = PixelMask(
      height: 3, width: 5, values: [0, 1, 1, 1, 0.3, 0, 1, 0.5, 0.5, 0.3, 9, 9, 9, 9, 9])
    #expect(mask.averaged(to: Layer(block: 1, convolution: 2)) == mask)
    #expect(
      mask.averaged(to: Layer(block: 2, convolution: 1)) == PixelMask(height: 1, width: 2, values: [0.5, 0.75]))
    let large = PixelMask(height: 8, width: 8, values: (0..<64).map { $0 % 8 < 4 ? 1 : 0 })
    #expect(
      large.averaged(to: Layer(block: 3, convolution: 3)) == PixelMask(height: 2, width: 2, values: [1, 0, 1, 0]))
  }

  @Test(arguments: [PoolingKind.average, .max])
  func maskOfOnesChangesNothing(pooling: PoolingKind) throws {
    let studio = try Studio()
    let task = try #require(Studio.tasks["transfer"])
    let start = studio.content.mirrored
    let without = studio.objective(task, pooling: pooling).evaluate(start)
    let ones = PixelMask(ones: start)
    let with = studio.objective(task.losses, pooling: pooling, masks: task.losses.features.map { _ in ones })
      .evaluate(start)
    #expect(with.terms == without.terms && with.gradient == without.gradient)
  }

  /// Where a mask is zero, and so far from its edge that no layer sees it, there is no gradient.
  @Test func whatIsMaskedOutIsLeftAlone() throws {
    let studio = try Studio()
    let losses = LossList([
      ContentLoss(Layer(block: 2, convolution: 2), weight: 1), GramLoss(Layer(block: 1, convolution: 2), weight: 1),
    ])
    let start = studio.content.mirrored
    let (width, height) = (start.width, start.height)
    let left = PixelMask(
      height: height, width: width, values: (0..<height * width).map { $0 % width < width / 2 ? 1 : 0 })
    let (terms, gradient) = studio.objective(losses, masks: [left, left]).evaluate(start)
    #expect(terms.features.allSatisfy { $0.loss > 0 })
    let reach = 10  // of block2_conv2, rounded up
    let largest = gradient.map(abs).max()!
    let far = gradient.indices.filter { $0 % width >= width / 2 + reach }
    // Transforms of tiles leave a little rounding.
    #expect(!far.isEmpty && far.allSatisfy { abs(gradient[$0]) < 1e-5 * largest })
    #expect(gradient.indices.contains { $0 % width < width / 2 && gradient[$0] != 0 })
  }

  @Test func whereNothingCountsThereIsNoLoss() throws {
    let studio = try Studio()
    let task = try #require(Studio.tasks["transfer"])
    let start = studio.content.mirrored
    let nothing = PixelMask(
      height: start.height, width: start.width, values: [Float](repeating: 0, count: start.height * start.width))
    let (terms, gradient) = studio.objective(task.losses, masks: task.losses.features.map { _ in nothing })
      .evaluate(start)
    #expect(terms.total == 0)
    #expect(gradient.allSatisfy { $0 == 0 })
  }

  @Test(arguments: [1, 2])
  func masksGiveTheSameBitsWithLessMemoryAndOtherThreads(stripRows: Int) throws {
    let studio = try Studio()
    let losses = try #require(Studio.tasks["transfer"]).losses
    let start = studio.content.mirrored
    let masks = losses.features.map { _ in PixelMask(slope: start) }
    let kept = studio.objective(losses, masks: masks, stripRows: stripRows, engine: Engine(threads: 1)).evaluate(start)
    for blocks in [2, 5] {
      let again = studio.objective(
        losses, masks: masks, recomputedBlocks: blocks, stripRows: stripRows, engine: Engine(threads: 2)
      ).evaluate(start)
      #expect(again.terms == kept.terms && again.gradient == kept.gradient, "\(blocks) blocks computed again")
    }
  }

  /// What a mask leaves out of the painting leaves no trace in the target: another painting there, the same statistics.
  @Test func targetsKnowOnlyWhatTheMaskShows() throws {
    let studio = try Studio()
    let style = studio.style
    let half = style.width / 2
    let mask = PixelMask(
      height: style.height, width: style.width,
      values: (0..<style.height * style.width).map { $0 % style.width < half ? 1 : 0 })
    var other = style
    let reach = 2
    for index in other.values.indices where index % style.width >= half + reach { other.values[index] = 7 }
    let loss = GramLoss(Layer(block: 1, convolution: 2), weight: 1)
    func target(_ picture: PlanarPicture, _ mask: PixelMask?) -> [Float] {
      let targets = LossTarget.targets(
        of: picture, for: [loss], mask: mask, weights: studio.weights, pooling: .average, engine: Engine())
      return withExtendedLifetime(targets) { Array(targets[0].floats) }
    }
    #expect(zip(target(style, mask), target(other, mask)).allSatisfy { abs($0 - $1) <= 1e-4 * abs($0) })
    #expect(target(style, mask) != target(style, nil))
  }
}

extension PixelMask {
  /// For a picture, all ones.
  init(ones picture: PlanarPicture) {
    self.init(
      height: picture.height, width: picture.width,
      values: [Float](repeating: 1, count: picture.height * picture.width))
  }

  /// For a picture, from 0 at its left to 1 at its right.
  init(slope picture: PlanarPicture) {
    self.init(
      height: picture.height, width: picture.width,
      values: (0..<picture.height * picture.width).map { Float($0 % picture.width) / Float(picture.width - 1) })
  }
}
