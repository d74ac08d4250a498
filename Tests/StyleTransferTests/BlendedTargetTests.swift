import Kernels
import NeuralNetwork
import Networks
import StyleTransfer
import Testing

/// Targets of several pictures.
@Suite struct BlendedTargetTests {
  private let layers = [Layer(block: 1, convolution: 2), Layer(block: 3, convolution: 1)]

  @Test func aBlendIsTheWeightedMeanOfTheGramMatrices() throws {
    let studio = try Studio()
    let losses = layers.map { GramLoss($0, weight: 1) }
    let pictures = [studio.style, studio.content, studio.content.grey]
    let targets = pictures.map {
      LossTarget.targets(of: $0, for: losses, weights: studio.weights, pooling: .average, engine: Engine())
    }
    let shares = [0.5, 0.3, 0.2]
    for index in losses.indices {
      let parts = targets.map { Array($0[index].floats) }
      let blend = LossTarget.blended(targets.map { $0[index] }, shares: shares)
      #expect(blend.shape == targets[0][index].shape)
      for (entry, value) in blend.floats.enumerated() {
        let mean = (0..<3).reduce(0) { $0 + shares[$1] * Double(parts[$1][entry]) }
        #expect(abs(Double(value) - mean) <= 1e-6 * abs(mean))
      }
    }
  }

  @Test func oneTargetIsItselfToTheLastBit() {
    let target = LossTarget(shape: [2, 2], floats: [0.1, 2, 3e-20, 4])
    #expect(Array(LossTarget.blended([target], shares: [1]).floats) == Array(target.floats))
  }

  /// Mixed, a picture that has the mean's Gram matrices is best; apart, the losses add up.
  @Test func lossesOfSeveralPaintingsDifferFromTheLossOfTheirMeanByAConstant() throws {
    let studio = try Studio()
    let pair = [studio.style, studio.content.mirrored]
    let loss = GramLoss(layers[0], weight: 1)
    let targets = pair.flatMap {
      LossTarget.targets(of: $0, for: [loss], weights: studio.weights, pooling: .average, engine: Engine())
    }
    func difference(_ picture: PlanarPicture) -> Double {
      func objective(_ target: LossTarget, _ weight: Double) -> Double {
        let losses = LossList([GramLoss(layers[0], weight: weight)])
        return Objective(
          losses, targets: [target], networkWeights: studio.weights,
          plan: NetworkPlan(
            .vgg16, observed: losses.layers, pooling: .average, height: picture.height, width: picture.width,
            gradient: true), engine: Engine()
        ).evaluate(picture).terms.total
      }
      let apart = zip(targets, [0.25, 0.75]).reduce(0) { $0 + objective($1.0, $1.1) }
      return apart - objective(.blended(targets, shares: [0.25, 0.75]), 1)
    }
    let (one, other) = (difference(studio.content), difference(studio.content.grey))
    #expect(one > 0 && abs(one / other - 1) < 1e-4, "\(one) \(other)")
  }
}
