internal import KernelTypes
internal import Kernels
package import Networks

/// The mean of (G - T)² over the Gram matrix G = F F^T / (channels * pixels) of a layer's features F, and T that of the
/// painting, or a weighted mean of those of several.
///
/// Gatys, Ecker & Bethge, "A Neural Algorithm of Artistic Style", 2015, with the means of the fast.ai lesson.
package struct GramLoss: FeatureLoss {
  package static let kind = "style"
  package static let targetSubject = "style target"

  package let layer: Layer
  package let weight: Double
  package let sources: [LossSource]

  package init(_ layer: Layer, weight: Double, sources: [LossSource] = [LossSource(.style)]) {
    self.layer = layer
    self.weight = weight
    self.sources = sources
  }

  /// `[channels][channels]`, whatever the size.
  package func targetShape(height: Int, width: Int) -> [Int] { [layer.channels, layer.channels] }

  package func targetBuilder(height: Int, width: Int) -> any LossTargetBuilder {
    GramSum(GramMatrix(layer, height: height, width: width))
  }

  package func comparison(with target: LossTarget, height: Int, width: Int) -> any LossComparison {
    precondition(target.shape == targetShape(height: height, width: width), "a target of another layer")
    return GramComparison(GramMatrix(layer, height: height, width: width), target, weight: weight)
  }
}

private final class GramSum: LossTargetBuilder {
  private var gram: GramMatrix

  init(_ gram: GramMatrix) { self.gram = gram }

  func add(_ features: FeatureMap, rows: Range<Int>, _ engine: Engine) { gram.add(features, rows: rows, engine) }

  var target: LossTarget { LossTarget(shape: [gram.channels, gram.channels], floats: gram.matrix) }
}

/// The weighted mean of (G - T)²; its gradient with respect to the features F is S F, with
/// S = 4 weight (G - T) / (channels² * channels * pixels).
private final class GramComparison: LossComparison {
  private var gram: GramMatrix
  private let target: LossTarget
  private let weight: Double
  private let gradient: StyleGradientMatrix

  init(_ gram: GramMatrix, _ target: LossTarget, weight: Double) {
    self.gram = gram
    self.target = target
    self.weight = weight
    gradient = StyleGradientMatrix(channels: gram.channels)
  }

  func begin() { gram.clear() }

  func add(_ features: FeatureMap, rows: Range<Int>, _ engine: Engine) { gram.add(features, rows: rows, engine) }

  func end(_ engine: Engine) -> (loss: Double, gradient: LossGradientSource) {
    let entries = Double(target.floats.count)
    let factor = Float(4 * weight / (entries * Double(gram.channels) * Double(gram.pixels)))
    let squaredDistance = gram.compare(with: target.floats, factor: factor, into: gradient, engine)
    return (weight * squaredDistance / entries, .matrix(gradient))
  }
}
