package import Kernels
package import KernelTypes
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
  private var engine: Engine { network.engine }

  package var height: Int { network.height }
  package var width: Int { network.width }
  /// Numbers in a picture: 3 * height * width.
  package var count: Int { 3 * height * width }

  package init(
    weights: LossWeights, networkWeights: NetworkWeights, pooling: PoolingKind, width: Int, height: Int,
    style: StyleTargets, content: ContentTargets, engine: Engine
  ) {
    self.weights = weights
    network = FeatureNetwork(
      weights: networkWeights, pooling: pooling, height: height, width: width, observed: weights.layers, gradient: true,
      engine: engine)
    styleTargets = style
    contentTargets = content
  }

  /// - Parameters:
  ///   - picture: `[3][height][width]`, 0...255.
  ///   - gradient: the same shape; written.
  ///   - detailed: whether the norms of the layers' gradients are wanted too.
  package func evaluate(
    _ picture: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>, detailed: Bool = false
  ) -> LossTerms {
    network.forward(picture)
    var terms = LossTerms()
    for layer in network.observed { evaluate(layer, &terms, detailed: detailed) }
    network.gradient(into: gradient)
    if weights.totalVariation > 0 {
      terms.totalVariation = totalVariation(
        picture, width: width, height: height, weight: weights.totalVariation, gradient: gradient)
    }
    return terms
  }

  /// Adds a layer's losses to `terms` and writes their gradient over the layer's features.
  private func evaluate(_ layer: Layer, _ terms: inout LossTerms, detailed: Bool) {
    let features = network.features(layer)
    let pixels = network.pixels(layer)
    var styleFactors: [Float]?
    if let weight = weights.style[layer] {
      let (loss, factors) = styleLoss(layer, features.pointer, pixels, weight)
      terms.style[layer] = loss
      styleFactors = factors
    }
    var contentFactor = 0.0
    var target: FloatBuffer?
    if let weight = weights.content[layer] {
      target = contentTargets.features[layer]!
      let distance = engine.squaredDistance(features.pointer, target!.pointer, count: features.count)
      terms.content[layer] = weight * distance / Double(features.count)
      contentFactor = 2 * weight / Double(features.count)
    }
    engine.lossGradient(
      features: features.pointer, channels: layer.channels, pixels: pixels, style: styleFactors,
      content: target.map { UnsafePointer($0.pointer) }, contentFactor: Float(contentFactor))
    if detailed {
      terms.gradientNorms[layer] = features.elements.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    }
  }

  /// The weighted mean of (G - T)², and S such that its gradient with respect to the features F is S F:
  /// S = 4 weight (G - T) / (channels² * channels * pixels).
  private func styleLoss(
    _ layer: Layer, _ features: UnsafePointer<Float>, _ pixels: Int, _ weight: Double
  ) -> (loss: Double, factors: [Float]) {
    var gram = engine.gramMatrix(features: features, channels: layer.channels, pixels: pixels)
    let target = styleTargets.grams[layer]!
    let entries = Double(gram.count)
    let scale = Float(4 * weight / (entries * Double(layer.channels) * Double(pixels)))
    var sum = 0.0
    for index in gram.indices {
      let difference = gram[index] - target[index]
      sum += Double(difference) * Double(difference)
      gram[index] = difference * scale
    }
    return (weight * sum / entries, gram)
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
