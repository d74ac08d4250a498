import Kernels
import Networks
import StyleTransfer
import Testing

/// Each loss of features against its definition, and its gradient against differences of that, with and without masks; where
/// a layer has fewer pixels than channels, and where it has more.
struct LossGradientTests {
  /// A picture's size and a layer: 64 channels of 132 pixels, 128 of 35.
  private static let layers: [(Layer, height: Int, width: Int)] = [
    (Layer(block: 1, convolution: 1), 12, 11), (Layer(block: 2, convolution: 2), 15, 11),
  ]

  @Test(arguments: LossCase.all, [false, true])
  func lossesAndGradientsAreThoseOfTheirDefinitions(_ name: String, masked: Bool) throws {
    let makeCase = try #require(LossCase.cases[name])
    var random = Random(seed: 11)
    for (layer, height, width) in Self.layers {
      let loss = makeCase(layer, 0.7)
      let style = LayerFeatures(layer, height: height + 2, width: width + 1, scale: 1.5, random: &random)
      let features = LayerFeatures(layer, height: height, width: width, random: &random)
      let source = loss.comparesPixels ? LayerFeatures(layer, height: height, width: width, random: &random) : style
      let masks = masked ? (random.mask(source), random.mask(features)) : (nil, nil)
      let target = loss.loss.target(of: source, mask: masks.0)
      let (value, gradient) = loss.loss.evaluate(features, target: target, mask: masks.1)
      func reference(_ moved: LayerFeatures) -> Double {
        0.7 * loss.reference(moved, moved.weights(masks.1), source, source.weights(masks.0))
      }
      let expected = reference(features)
      #expect(abs(value / expected - 1) < loss.tolerance, "\(layer): \(value), \(expected)")

      let norm = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
      #expect(norm > 0)
      var directions = [gradient.map { $0 / norm }]
      for _ in 0..<2 {
        let noise = features.values.map { $0 > 0 ? random.normal() : 0 }
        let length = noise.reduce(0) { $0 + $1 * $1 }.squareRoot()
        directions.append(noise.map { $0 / length })
      }
      for (index, direction) in directions.enumerated() {
        let step = loss.step
        let slope =
          (reference(features.moved(step, direction)) - reference(features.moved(-step, direction))) / (2 * step)
        let found = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(slope - found) < loss.tolerance * norm, "\(layer), direction \(index): \(slope), \(found)")
      }
    }
  }

  /// Nothing is left over from an earlier picture, and threads change no bit: a search that goes on after an interruption must
  /// see what it would have seen.
  @Test(arguments: LossCase.all)
  func lossesKnowNothingOfEarlierPicturesAndThreads(_ name: String) throws {
    let makeCase = try #require(LossCase.cases[name])
    var random = Random(seed: 12)
    let layer = Layer(block: 2, convolution: 1)
    let loss = makeCase(layer, 2).loss
    let pictures = (0..<3).map { _ in LayerFeatures(layer, height: 24, width: 22, random: &random) }
    let target = loss.target(of: pictures[0])
    let one = Engine(threads: 1)
    let fresh = loss.evaluate(pictures[2], target: target, one)
    for engine in [one, Engine(threads: 2), Engine(threads: 3)] {
      let comparison = loss.comparison(with: target, height: 24, width: 22, mask: nil)
      _ = loss.evaluate(pictures[1], comparison, engine)
      let later = loss.evaluate(pictures[2], comparison, engine)
      #expect(later.loss == fresh.loss && later.gradient == fresh.gradient, "\(engine.threads) threads")
    }
  }

  /// What gradients are normalised by: their norm, of all features, and each pixel's by its mask.
  @Test(arguments: LossCase.all, [false, true])
  func normsAreThoseOfTheGradients(_ name: String, masked: Bool) throws {
    let makeCase = try #require(LossCase.cases[name])
    var random = Random(seed: 13)
    let layer = Layer(block: 2, convolution: 1)
    let loss = makeCase(layer, 0.7).loss
    let style = LayerFeatures(layer, height: 15, width: 11, random: &random)
    var features = LayerFeatures(layer, height: 15, width: 11, random: &random)
    for index in features.values.indices { features.values[index] += 0.25 }  // all ReLUs are on
    let mask = masked ? random.mask(features) : nil
    let weights = features.weights(mask)
    let comparison = loss.comparison(with: loss.target(of: style), height: 15, width: 11, mask: mask)
    let gradient = loss.evaluate(features, comparison, Engine()).gradient
    let squares = gradient.enumerated().reduce(0) { sum, entry in
      let weight = weights[entry.offset % features.pixels]
      return sum + (weight > 0 ? entry.element * entry.element / weight : 0)
    }
    #expect(squares > 0)
    #expect(abs(comparison.squaredGradientNorm(Engine()) / squares - 1) < 1e-4)
  }

  @Test func normalizedLossesPullByTheirWeights() throws {
    let studio = try Studio()
    var losses = LossList([
      ContentLoss(Layer(block: 1, convolution: 1), weight: 3), GramLoss(Layer(block: 1, convolution: 2), weight: 2),
      WassersteinLoss(Layer(block: 2, convolution: 1), weight: 1),
    ])
    func norms() -> [Layer: Double] {
      let objective = studio.objective(losses)
      var gradient = [Float](repeating: 0, count: objective.count)
      return objective.evaluate(studio.content.mirrored.values, gradient: &gradient, detailed: true).gradientNorms
    }
    let plain = norms()
    losses.normalizesGradients = true
    let normalized = norms()
    for loss in losses.features {
      let norm = try #require(normalized[loss.layer])
      // Where a ReLU is off, its part is missing.
      #expect(norm <= loss.weight * 1.0001 && norm > 0.1 * loss.weight, "\(loss.layer): \(norm)")
      #expect(norm != plain[loss.layer])
    }
  }

  /// The variation of a picture by its definition, and its gradient by differences.
  @Test(arguments: [VariationNorm.l2, .l1], [0.5, 1, 1.25, 2])
  func variationAndItsGradientAreThoseOfTheDefinition(norm: VariationNorm, power: Double) {
    var random = Random(seed: 14)
    let (height, width) = (5, 4)
    var picture = (0..<3 * height * width).map { _ in Double(Float(128 + 20 * random.normal())) }
    picture[1] = picture[0]  // no difference at all
    let loss = TotalVariationLoss(weight: 6, norm: norm, power: power)
    var gradient = [Float](repeating: 0, count: picture.count)
    let value = loss.evaluate(picture.map { Float($0) }, height: height, width: width, gradient: &gradient)
    func reference(_ picture: [Double]) -> Double {
      6 * ReferenceLosses.variation(picture, height: height, width: width, isL1: norm == .l1, power: power)
    }
    #expect(abs(value / reference(picture) - 1) < 1e-6)
    let largest = gradient.map { abs(Double($0)) }.max()!
    for index in picture.indices {
      var (more, less) = (picture, picture)
      more[index] += 1e-4
      less[index] -= 1e-4
      let slope = (reference(more) - reference(less)) / 2e-4
      #expect(abs(slope - Double(gradient[index])) < 1e-5 * largest, "\(index)")
    }
  }
}

extension Random {
  /// A soft mask with zeros and ones, of the picture that features belong to.
  mutating func mask(_ features: LayerFeatures) -> PixelMask {
    PixelMask(
      height: features.height, width: features.width,
      values: (0..<features.height * features.width).map { _ in
        Float(min(max(.random(in: -0.3..<1.3, using: &self), 0), 1))
      })
  }
}
