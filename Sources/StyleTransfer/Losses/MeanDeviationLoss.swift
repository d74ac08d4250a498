internal import KernelTypes
internal import Kernels
package import Networks

/// The mean over a layer's channels of the squared differences of their means, and of their standard deviations.
///
/// Huang & Belongie, "Arbitrary Style Transfer in Real-time with Adaptive Instance Normalization", 2017, equation 13, with squares;
/// to a variance 1e-5 is added, as there.
package struct MeanDeviationLoss: FeatureLoss {
  package static let kind = GramLoss.kind

  package let layer: Layer
  package var weight: Double
  package let sources: [LossSource]

  package init(_ layer: Layer, weight: Double, sources: [LossSource] = [LossSource(.style)]) {
    self.layer = layer
    self.weight = weight
    self.sources = sources
  }

  package var targetSubject: String { "target of means and deviations" }

  /// `[2][channels]`: means, then standard deviations.
  package func targetShape(height: Int, width: Int) -> [Int] { [2, layer.channels] }

  package func targetBuilder(height: Int, width: Int, mask: PixelMask?) -> any LossTargetBuilder {
    MeanDeviationSum(FeatureMoments(.channels, of: layer, height: height, width: width, mask: mask))
  }

  package func energy(of target: LossTarget) -> Double { 2 * target.meanSquare }

  package func comparison(
    with target: LossTarget, height: Int, width: Int, mask: PixelMask?
  ) -> any LossComparison {
    precondition(target.shape == targetShape(height: height, width: width), "a target of another layer")
    return MeanDeviationComparison(
      FeatureMoments(.channels, of: layer, height: height, width: width, mask: mask), target, weight: weight)
  }
}

extension FeatureMoments {
  /// Standard deviations of the channels.
  fileprivate var deviations: [Double] { variances.map { ($0 + 1e-5).squareRoot() } }
}

private final class MeanDeviationSum: LossTargetBuilder {
  private var moments: FeatureMoments

  init(_ moments: FeatureMoments) { self.moments = moments }

  func add(_ features: FeatureMap, rows: Range<Int>, _ engine: Engine) { moments.add(features, rows: rows, engine) }

  var target: LossTarget {
    LossTarget(
      shape: [2, moments.channels], floats: (moments.means + moments.deviations).map { Float($0) })
  }
}

/// Its gradient with respect to the features of a channel is a factor times them, and an offset.
private final class MeanDeviationComparison: LossComparison {
  private var moments: FeatureMoments
  private let target: LossTarget
  private let weight: Double
  /// Factors of the channels, then offsets.
  private let terms: FloatBuffer

  init(_ moments: FeatureMoments, _ target: LossTarget, weight: Double) {
    self.moments = moments
    self.target = target
    self.weight = weight
    terms = FloatBuffer(count: 2 * moments.channels)
  }

  func begin() { moments.clear() }

  func add(_ features: FeatureMap, rows: Range<Int>, _ engine: Engine) { moments.add(features, rows: rows, engine) }

  func end(_ engine: Engine) -> (loss: Double, gradient: LossGradientSource) {
    if moments.isEmpty { return (0, .none) }
    let channels = moments.channels
    let scale = weight / Double(channels)
    var sum = 0.0
    for (channel, (mean, deviation)) in zip(moments.means, moments.deviations).enumerated() {
      let meanDifference = mean - Double(target.floats[channel])
      let difference = deviation - Double(target.floats[channels + channel])
      sum += meanDifference * meanDifference + difference * difference
      let factor = 2 * scale * difference / (deviation * moments.total)
      terms.pointer[channel] = Float(factor)
      terms.pointer[channels + channel] = Float(2 * scale * meanDifference / moments.total - factor * mean)
    }
    return (scale * sum, .channelTerms(terms, weights: moments.weights.pixels))
  }

  func squaredGradientNorm(_ engine: Engine) -> Double {
    if moments.isEmpty { return 0 }
    return zip(moments.means, moments.variances).enumerated().reduce(0) { sum, entry in
      let (channel, (mean, variance)) = entry
      let factor = Double(terms.pointer[channel])
      let atMean = factor * mean + Double(terms.pointer[moments.channels + channel])
      return sum + moments.total * (factor * factor * variance + atMean * atMean)
    }
  }
}
