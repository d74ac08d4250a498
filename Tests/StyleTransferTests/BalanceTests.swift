import Kernels
import Networks
import StyleTransfer
import Testing

/// Weights as shares: each loss divided by the energy of its target.
struct BalanceTests {
  private static let layer = Layer(block: 2, convolution: 1)

  private static func features(seed: UInt64, scale: Double) -> LayerFeatures {
    var random = Random(seed: seed)
    return LayerFeatures(layer, height: 16, width: 12, scale: scale, random: &random)
  }

  private static func zeros(_ features: LayerFeatures) -> LayerFeatures {
    var zeros = features
    for index in zeros.values.indices { zeros.values[index] = 0 }
    return zeros
  }

  @Test(arguments: LossCase.all, [1, 30])
  func energyIsTheLossOfNothing(_ name: String, scale: Double) throws {
    let makeCase = try #require(LossCase.cases[name])
    let loss = makeCase(Self.layer, 0.7).loss
    let painting = Self.features(seed: 21, scale: scale)
    let target = loss.target(of: painting)
    let nothing = loss.evaluate(Self.zeros(painting), target: target).loss / 0.7
    // A shift makes something of nothing; ridges and the 1e-5 of deviations add a little.
    if name == "gram of shifted features" {
      #expect(loss.energy(of: target) > 0)
      return
    }
    #expect(abs(loss.energy(of: target) / nothing - 1) < 0.03, "\(loss.energy(of: target)) for \(nothing)")
  }

  @Test(arguments: LossCase.all)
  func balancedLossesDoNotDependOnTheScaleOfFeatures(_ name: String) throws {
    let makeCase = try #require(LossCase.cases[name])
    func balanced(_ scale: Double) -> Double {
      let loss = makeCase(Self.layer, 0.7).loss
      let target = loss.target(of: Self.features(seed: 21, scale: scale))
      let list = LossList([loss]).balanced(by: [target], roughness: 0)
      return list.features[0].evaluate(Self.features(seed: 22, scale: scale), target: target).loss
    }
    if name == "gram of shifted features" { return }  // the shift has a scale of its own
    let (small, large) = (balanced(1), balanced(16))
    #expect(small > 0 && abs(large / small - 1) < 0.01, "\(small) and \(large)")
  }

  @Test func variationIsAShareOfThePaintings() {
    let variation = TotalVariationLoss(weight: 0.5)
    var random = Random(seed: 23)
    let picture = (0..<3 * 9 * 7).map { _ in Float(128 + 20 * random.normal()) }
    let roughness = variation.roughness(of: picture, height: 9, width: 7)
    var gradient = [Float](repeating: 0, count: picture.count)
    let balanced = LossList([], totalVariation: variation).balanced(by: [], roughness: roughness)
    let loss = balanced.totalVariation?.evaluate(picture, height: 9, width: 7, gradient: &gradient)
    #expect(loss.map { abs($0 - 0.5) < 1e-6 } == true)
    #expect(LossList([], totalVariation: variation).balanced(by: [], roughness: 0).totalVariation == variation)
  }

  @Test func whatHasNoEnergyKeepsItsWeight() {
    let loss = GramLoss(Self.layer, weight: 3)
    let target = loss.target(of: Self.zeros(Self.features(seed: 24, scale: 1)))
    #expect(LossList([loss]).balanced(by: [target], roughness: 0).features[0].weight == 3)
  }
}
