package import Kernels
internal import KernelTypes
internal import Networks
package import NeuralNetwork

/// The loss of a picture and its gradient: the sum of some losses of features, and of the total variation.
package final class Objective {
  package let losses: LossList
  private let network: FeatureNetwork
  /// As many as there are losses of features.
  private let comparisons: [any LossComparison]
  private let comparisonsByLayer: [Layer: [any LossComparison]]
  private let variationMask: PixelMask?
  package var engine: Engine { network.engine }

  package var height: Int { network.plan.height }
  package var width: Int { network.plan.width }
  /// Numbers in a picture: 3 * height * width.
  package var count: Int { 3 * height * width }

  /// - Parameters:
  ///   - targets: of each loss of features, in their order.
  ///   - masks: where each loss looks, in their order; of the picture's size, nil for all of it. None for no masks at all.
  ///   - variationMask: where the total variation does.
  ///   - plan: of a network with a gradient that observes the layers of `losses`.
  package init(
    _ losses: LossList, targets: [LossTarget], masks: [PixelMask?] = [], variationMask: PixelMask? = nil,
    networkWeights: NetworkWeights, plan: NetworkPlan, engine: Engine
  ) {
    precondition(targets.count == losses.features.count, "\(targets.count) targets for \(losses.features.count) losses")
    precondition(masks.isEmpty || masks.count == targets.count, "\(masks.count) masks for \(targets.count) losses")
    self.losses = losses
    self.variationMask = variationMask
    network = FeatureNetwork(plan, weights: networkWeights, engine: engine)
    let comparisons = zip(losses.features, targets).enumerated().map { index, pair in
      pair.0.comparison(
        with: pair.1, height: plan.height, width: plan.width, mask: masks.isEmpty ? nil : masks[index])
    }
    self.comparisons = comparisons
    comparisonsByLayer = Dictionary(grouping: zip(losses.features, comparisons), by: \.0.layer).mapValues {
      $0.map(\.1)
    }
  }

  /// - Parameters:
  ///   - picture: `[3][height][width]`, 0...255.
  ///   - gradient: the same shape; written.
  ///   - detailed: whether the norms of the layers' gradients are wanted too.
  package func evaluate(
    _ picture: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>, detailed: Bool = false
  ) -> LossTerms {
    for comparison in comparisons { comparison.begin() }
    network.forward(picture) { [comparisonsByLayer, engine] layer, features, rows in
      for comparison in comparisonsByLayer[layer] ?? [] { comparison.add(features, rows: rows, engine) }
    }
    var terms = LossTerms()
    var sources: [Layer: [LossGradientSource]] = [:]
    for (loss, comparison) in zip(losses.features, comparisons) {
      let (value, source) = comparison.end(engine)
      terms.features.append(
        LossTerms.Term(
          kind: loss.kind, layer: loss.layer, source: loss.singleSource, weight: loss.weight, loss: value))
      let scale = losses.normalizesGradients ? Self.normalizing(comparison, weight: loss.weight, engine) : 1
      sources[loss.layer, default: []].append(scale == 1 ? source : source.scaled(by: Float(scale)))
    }
    var norms: [Layer: Double] = [:]
    let observe: FeatureNetwork.Observer = { [engine] layer, dFeatures, rows in
      norms[layer, default: 0] += engine.squaredDistance(dFeatures, nil, rows: rows)
    }
    network.gradient(of: sources, at: picture, into: gradient, observe: detailed ? observe : nil)
    terms.gradientNorms = norms.mapValues { $0.squareRoot() }
    if let variation = losses.totalVariation {
      terms.totalVariationWeight = variation.weight
      terms.totalVariation = variation.evaluate(
        picture, height: height, width: width, mask: variationMask, gradient: gradient)
    }
    return terms
  }
}

extension Objective {
  /// What makes the gradient's norm the loss's weight.
  private static func normalizing(_ comparison: any LossComparison, weight: Double, _ engine: Engine) -> Double {
    let norm = max(0, comparison.squaredGradientNorm(engine)).squareRoot()
    return norm > .leastNormalMagnitude ? weight / norm : 1
  }
  /// Loss and gradient as an optimiser asks for them.
  package var loss: LossFunction { { x, gradient in self.evaluate(x, gradient: gradient).total } }

  /// Floating-point operations of one evaluation if every convolution were done directly: forward, and backward the same again.
  package var directOperations: Double {
    let deepest = losses.layers.max()!
    return network.plan.architecture.layers.filter { $0 <= deepest }.reduce(0) { sum, layer in
      let pixels = Double(layer.extent(of: height) * layer.extent(of: width))
      return sum + 2 * 2 * 9 * Double(layer.inChannels * layer.channels) * pixels
    }
  }
}
