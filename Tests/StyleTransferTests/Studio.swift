import KernelTypes
import Kernels
import NeuralNetwork
import Networks
import StyleTransfer
import TestSupport

/// What the fixture's losses are made of: its two pictures, the network and a task.
struct Studio {
  let content: PlanarPicture
  let style: PlanarPicture
  let weights: NetworkWeights

  /// - Parameters:
  ///   - content: in place of the fixture's small picture.
  ///   - style: the same.
  init(content: EngineFixture.Picture? = nil, style: EngineFixture.Picture? = nil) throws {
    self.content = PlanarPicture(try content ?? EngineFixture.content())
    self.style = PlanarPicture(try style ?? EngineFixture.style())
    weights = try Self.sharedWeights.get()
  }

  private static let sharedWeights = Result {
    try NetworkWeights(VerifiedWeights(.vgg16), upTo: Architecture.vgg16.layers.last!, engine: Engine())
  }

  /// The fixture's tasks; see its README.
  static let tasks: [String: LossWeights] = [
    "transfer": LossWeights(
      content: [Layer(block: 4, convolution: 2): 0.1],
      style: Dictionary(
        uniqueKeysWithValues: zip(1..., [0.05, 0.2, 0.2, 0.25, 0.3]).map { (Layer(block: $0, convolution: 2), $1) })),
    "content": LossWeights(content: [Layer(block: 5, convolution: 1): 1]),
    "style": LossWeights(style: [Layer(block: 1, convolution: 1): 1, Layer(block: 2, convolution: 1): 1]),
  ]

  /// The loss of pictures of `content`'s size.
  func objective(
    _ task: LossWeights, pooling: PoolingKind = .average, padding: PaddingKind = .zero, content: PlanarPicture? = nil,
    recomputedBlocks: Int = 0, stripRows: Int? = nil, engine: Engine = Engine()
  ) -> Objective {
    objective(
      task.losses, pooling: pooling, padding: padding, content: content, recomputedBlocks: recomputedBlocks,
      stripRows: stripRows, engine: engine)
  }

  /// - Parameters:
  ///   - targetPictures: what each loss's target is made of, in their order, in place of the two pictures.
  ///   - masks: of each loss.
  func objective(
    _ losses: LossList, pooling: PoolingKind = .average, padding: PaddingKind = .zero, content: PlanarPicture? = nil,
    targetPictures: [PlanarPicture]? = nil, masks: [PixelMask?] = [], recomputedBlocks: Int = 0,
    stripRows: Int? = nil, engine: Engine = Engine()
  ) -> Objective {
    let content = content ?? self.content
    let pictures = targetPictures ?? losses.features.map { $0.sources == [LossSource(.content)] ? content : style }
    let targets = zip(losses.features, pictures).flatMap { loss, picture in
      LossTarget.targets(
        of: picture, for: [loss], weights: weights, pooling: pooling, padding: padding, engine: engine)
    }
    return Objective(
      losses, targets: targets, masks: masks, networkWeights: weights,
      plan: NetworkPlan(
        .vgg16, observed: losses.layers, pooling: pooling, padding: padding, height: content.height,
        width: content.width, gradient: true, recomputedBlocks: recomputedBlocks, stripRows: stripRows),
      engine: engine)
  }
}

extension Objective {
  func evaluate(_ picture: PlanarPicture) -> (terms: LossTerms, gradient: [Float]) {
    var gradient = [Float](repeating: .nan, count: count)
    let terms = evaluate(picture.values, gradient: &gradient)
    return (terms, gradient)
  }
}

extension PlanarPicture {
  init(_ picture: EngineFixture.Picture) {
    self.init(width: picture.width, height: picture.height, interleaved: picture.pixels)
  }

  /// The upper left part.
  func cropped(width: Int, height: Int) -> PlanarPicture {
    PlanarPicture(
      width: width, height: height,
      values: (0..<3 * height).flatMap { row in
        let start = (row / height * self.height + row % height) * self.width
        return values[start..<start + width]
      })
  }

  var mirrored: PlanarPicture {
    PlanarPicture(
      width: width, height: height,
      values: (0..<3 * height).flatMap { values[$0 * width..<($0 + 1) * width].reversed() })
  }

  /// 128 everywhere.
  var grey: PlanarPicture {
    PlanarPicture(width: width, height: height, values: [Float](repeating: 128, count: values.count))
  }
}

/// Normally distributed numbers that are the same in every run.
struct Random: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// Knuth's MMIX generator, its upper half.
  mutating func next() -> UInt64 {
    func half() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 32
    }
    return half() << 32 | half()
  }

  /// The sum of twelve uniform numbers, minus 6.
  mutating func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + .random(in: 0..<1, using: &self) } }
}
