package import Kernels
internal import KernelTypes
package import NeuralNetwork

/// The factors of the losses, as they stand in the sum: a layer's own weight times that of its kind.
package struct LossWeights: Sendable, Equatable {
  package var content: [Layer: Double]
  package var style: [Layer: Double]
  package var totalVariation: Double

  package init(content: [Layer: Double] = [:], style: [Layer: Double] = [:], totalVariation: Double = 0) {
    self.content = content
    self.style = style
    self.totalVariation = totalVariation
  }

  package var layers: Set<Layer> { Set(content.keys).union(style.keys) }
}

/// The parts of a loss, each with its weight.
package struct LossTerms: Sendable, Equatable {
  package var content: [Layer: Double] = [:]
  package var style: [Layer: Double] = [:]
  package var totalVariation = 0.0
  /// Of each layer's own losses with respect to its features: the Euclidean norm. Empty unless it was asked for.
  package var gradientNorms: [Layer: Double] = [:]

  /// Summed in the layers' order, so that equal terms give equal bits.
  package var total: Double {
    let terms = content.sorted { $0.key < $1.key } + style.sorted { $0.key < $1.key }
    return terms.reduce(totalVariation) { $0 + $1.value }
  }
}

/// The loss of a picture and its gradient: the weighted sum of
/// - content: the mean of (F - F of the photo)² over a layer's features,
/// - style: the mean of (G - G of the painting)² over the Gram matrix G = F F^T / (channels * pixels),
/// - total variation.
///
/// Gatys, Ecker & Bethge, "A Neural Algorithm of Artistic Style", 2015, with the means of the fast.ai lesson.
package final class Objective {
  package let weights: LossWeights
  private let network: FeatureNetwork
  private let styleTargets: StyleTargets
  private let contentTargets: ContentTargets
  private var grams: [Layer: GramMatrix]
  private let styleFactors: [Layer: StyleFactors]
  private var engine: Engine { network.engine }

  package var height: Int { network.plan.height }
  package var width: Int { network.plan.width }
  /// Numbers in a picture: 3 * height * width.
  package var count: Int { 3 * height * width }

  /// - Parameter plan: of a network with a gradient that observes the layers of `weights`.
  package init(
    weights: LossWeights, networkWeights: NetworkWeights, plan: NetworkPlan, style: StyleTargets,
    content: ContentTargets, engine: Engine
  ) {
    self.weights = weights
    network = FeatureNetwork(plan, weights: networkWeights, engine: engine)
    styleTargets = style
    contentTargets = content
    grams = weights.style.reduce(into: [:]) { $0[$1.key] = GramMatrix($1.key, height: plan.height, width: plan.width) }
    styleFactors = weights.style.reduce(into: [:]) { $0[$1.key] = StyleFactors(channels: $1.key.channels) }
  }

  /// - Parameters:
  ///   - picture: `[3][height][width]`, 0...255.
  ///   - gradient: the same shape; written.
  ///   - detailed: whether the norms of the layers' gradients are wanted too.
  package func evaluate(
    _ picture: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>, detailed: Bool = false
  ) -> LossTerms {
    for layer in weights.style.keys { grams[layer]!.clear() }
    var distances: [Layer: Double] = [:]
    network.forward(picture) { [self] layer, features, rows in
      grams[layer]?.add(features, rows: rows, engine)
      if weights.content[layer] != nil {
        distances[layer, default: 0] += engine.squaredDistance(features, contentTargets.map(layer), rows: rows)
      }
    }
    var terms = LossTerms()
    var losses: [Layer: LayerLoss] = [:]
    for layer in weights.layers {
      losses[layer] = LayerLoss()
      addStyle(layer, &losses[layer]!, &terms)
      addContent(layer, distances[layer], &losses[layer]!, &terms)
    }
    var norms: [Layer: Double] = [:]
    let observe: FeatureNetwork.Observer = { [engine] layer, dFeatures, rows in
      norms[layer, default: 0] += engine.squaredDistance(dFeatures, nil, rows: rows)
    }
    network.gradient(of: losses, at: picture, into: gradient, observe: detailed ? observe : nil)
    terms.gradientNorms = norms.mapValues { $0.squareRoot() }
    if weights.totalVariation > 0 {
      terms.totalVariation = totalVariation(
        picture, width: width, height: height, weight: weights.totalVariation, gradient: gradient)
    }
    return terms
  }

  /// The weighted mean of (G - T)², and S such that its gradient with respect to the features F is S F:
  /// S = 4 weight (G - T) / (channels² * channels * pixels).
  private func addStyle(_ layer: Layer, _ loss: inout LayerLoss, _ terms: inout LossTerms) {
    guard let weight = weights.style[layer], let target = styleTargets.grams[layer] else { return }
    let (gram, factors) = (grams[layer]!, styleFactors[layer]!)
    let entries = Double(target.count)
    let factor = Float(4 * weight / (entries * Double(layer.channels) * Double(gram.pixels)))
    terms.style[layer] = weight * gram.compare(with: target, factor: factor, into: factors, engine) / entries
    loss.style = factors
  }

  /// The weighted mean of (F - T)².
  private func addContent(_ layer: Layer, _ distance: Double?, _ loss: inout LayerLoss, _ terms: inout LossTerms) {
    guard let distance, let weight = weights.content[layer] else { return }
    let target = contentTargets.map(layer)
    let count = Double(target.height * target.width * layer.channels)
    terms.content[layer] = weight * distance / count
    loss.content = target
    loss.contentFactor = Float(2 * weight / count)
  }
}

extension Objective {
  /// Floating-point operations of one evaluation if every convolution were done directly: forward, and backward the same again.
  package var directOperations: Double {
    let deepest = weights.layers.max()!
    return Architecture.vgg16.layers.filter { $0 <= deepest }.reduce(0) { sum, layer in
      let pixels = Double(layer.extent(of: height) * layer.extent(of: width))
      return sum + 2 * 2 * 9 * Double(layer.inChannels * layer.channels) * pixels
    }
  }
}
