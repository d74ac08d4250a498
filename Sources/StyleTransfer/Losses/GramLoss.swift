internal import KernelTypes
internal import Kernels
package import Networks

/// The mean of (G - T)² over the Gram matrix G = F F^T / (channels * pixels) of a layer's features F, and T that of the
/// painting, or a weighted mean of those of several. With a mask, pixels count by it.
///
/// Gatys, Ecker & Bethge, "A Neural Algorithm of Artistic Style", 2015, with the means of the fast.ai lesson. With a shift, of
/// F + shift: Novak & Nikulin, "Improving the Neural Algorithm of Artistic Style", 2016, arXiv 1605.04603.
package struct GramLoss: FeatureLoss {
  package static let kind = "style"

  package let layer: Layer
  package var weight: Double
  package let sources: [LossSource]
  /// Added to every feature.
  package let shift: Double

  package init(
    _ layer: Layer, weight: Double, shift: Double = 0, sources: [LossSource] = [LossSource(.style)]
  ) {
    self.layer = layer
    self.weight = weight
    self.shift = shift
    self.sources = sources
  }

  package var targetSubject: String { shift == 0 ? "style target" : "style target, shifted by \(shift)" }

  /// `[channels][channels]`, whatever the size.
  package func targetShape(height: Int, width: Int) -> [Int] { [layer.channels, layer.channels] }

  package func targetBuilder(height: Int, width: Int, mask: PixelMask?) -> any LossTargetBuilder {
    GramSum(GramMatrix(layer, shift: shift, height: height, width: width, mask: mask))
  }

  package func energy(of target: LossTarget) -> Double { target.meanSquare }

  package func comparison(
    with target: LossTarget, height: Int, width: Int, mask: PixelMask?
  ) -> any LossComparison {
    precondition(target.shape == targetShape(height: height, width: width), "a target of another layer")
    return GramComparison(
      GramMatrix(layer, shift: shift, height: height, width: width, mask: mask), shift: shift, target, weight: weight)
  }
}

private final class GramSum: LossTargetBuilder {
  private var gram: GramMatrix

  init(_ gram: GramMatrix) { self.gram = gram }

  func add(_ features: FeatureMap, rows: Range<Int>, _ engine: Engine) { gram.add(features, rows: rows, engine) }

  var target: LossTarget { LossTarget(shape: [gram.channels, gram.channels], floats: gram.matrix) }
}

/// The weighted mean of (G - T)²; its gradient with respect to the features F is S (F + shift), with
/// S = 4 weight (G - T) / (channels² * channels * pixels). With a mask, each pixel's times the mask.
private final class GramComparison: LossComparison {
  private var gram: GramMatrix
  private let shift: Double
  private let target: LossTarget
  private let weight: Double
  private let gradient: AffineGradient

  init(_ gram: GramMatrix, shift: Double, _ target: LossTarget, weight: Double) {
    self.gram = gram
    self.shift = shift
    self.target = target
    self.weight = weight
    gradient = AffineGradient(channels: gram.channels)
  }

  func begin() { gram.clear() }

  func add(_ features: FeatureMap, rows: Range<Int>, _ engine: Engine) { gram.add(features, rows: rows, engine) }

  func end(_ engine: Engine) -> (loss: Double, gradient: LossGradientSource) {
    if gram.isEmpty { return (0, .none) }
    let entries = Double(target.floats.count)
    let factor = Float(4 * weight / (entries * gram.divisor))
    let squaredDistance = gram.compare(with: target.floats, factor: factor, into: gradient.matrix, engine)
    let loss = weight * squaredDistance / entries
    guard shift != 0 else { return (loss, .matrix(gradient.matrix, weights: gram.weights.pixels)) }
    let shifts = [Double](repeating: shift, count: gram.channels)
    return (loss, gradient.source(around: shifts.map(-), weights: gram.weights))
  }

  func squaredGradientNorm(_ engine: Engine) -> Double {
    gram.isEmpty ? 0 : gradient.squaredNorm(over: gram.products, engine)
  }
}
