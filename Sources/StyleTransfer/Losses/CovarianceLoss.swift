internal import KernelTypes
internal import Kernels
package import Networks

/// The two parts of a Gram matrix, each compared on its own: the mean of (C - C')² over the covariance C of a layer's channels,
/// and that of (M - M')² over the products M of their means; both divided by the number of channels, as a Gram matrix is, which is
/// C + M. So the weight means what it means for the Gram loss.
///
/// After Li, Wang, Liu & Hou, "Demystifying Neural Style Transfer", 2017, where Gram matrices are one way of several to compare
/// distributions of features.
package struct CovarianceLoss: FeatureLoss {
  package static let kind = GramLoss.kind

  package let layer: Layer
  package var weight: Double
  package let sources: [LossSource]

  package init(_ layer: Layer, weight: Double, sources: [LossSource] = [LossSource(.style)]) {
    self.layer = layer
    self.weight = weight
    self.sources = sources
  }

  package var targetSubject: String { MomentsTarget.subject }

  package func targetShape(height: Int, width: Int) -> [Int] { MomentsTarget.shape(layer) }

  package func targetBuilder(height: Int, width: Int, mask: PixelMask?) -> any LossTargetBuilder {
    MomentsTarget.builder(layer, height: height, width: width, mask: mask)
  }

  package func energy(of target: LossTarget) -> Double {
    let entries = Double(layer.channels * layer.channels)
    let covariance = target.floats.prefix(layer.channels * layer.channels).reduce(0.0) { $0 + Double($1) * Double($1) }
    // The sum of squared products of means is the square of that of squared means.
    let means = MomentsTarget.means(target).reduce(0) { $0 + $1 * $1 }
    return (covariance + means * means) / (entries * entries)
  }

  package func comparison(
    with target: LossTarget, height: Int, width: Int, mask: PixelMask?
  ) -> any LossComparison {
    precondition(target.shape == targetShape(height: height, width: width), "a target of another layer")
    return CovarianceComparison(
      FeatureMoments(.all, of: layer, height: height, width: width, mask: mask), target, weight: weight)
  }
}

/// Its gradient with respect to the features F is S (F - means) + d, with S as of a Gram matrix of features less their means, and d
/// the same for every pixel.
private final class CovarianceComparison: LossComparison {
  private var moments: FeatureMoments
  /// The covariance, divided by the number of channels.
  private let covariance: [Float]
  private let means: [Double]
  private let weight: Double
  private let gradient: AffineGradient
  /// Of the gradient, for each channel.
  private var offsets: [Double] = []

  init(_ moments: FeatureMoments, _ target: LossTarget, weight: Double) {
    self.moments = moments
    self.weight = weight
    let channels = moments.channels
    covariance = target.floats.prefix(channels * channels).map { $0 / Float(channels) }
    means = MomentsTarget.means(target)
    gradient = AffineGradient(channels: channels)
  }

  func begin() { moments.clear() }

  func add(_ features: FeatureMap, rows: Range<Int>, _ engine: Engine) { moments.add(features, rows: rows, engine) }

  func end(_ engine: Engine) -> (loss: Double, gradient: LossGradientSource) {
    if moments.isEmpty { return (0, .none) }
    let channels = Double(moments.channels)
    let (entries, divisor) = (channels * channels, channels * moments.total)
    let found = moments.means
    let squaredDistance = covariance.withUnsafeBufferPointer { covariance in
      engine.compareGrams(
        moments.products(shiftedBy: found.map(-)), scale: 1 / divisor, target: covariance,
        factor: Float(4 * weight / (entries * divisor)), into: gradient.matrix, channels: moments.channels)
    }
    let (squaredMeans, slopes) = compareMeans(found)
    let scale = weight / (entries * entries)  // both sides of M are divided by the number of channels
    offsets = slopes.map { scale * $0 / moments.total }
    return (
      weight * squaredDistance / entries + scale * squaredMeans,
      gradient.source(around: found, offsets: offsets, weights: moments.weights)
    )
  }

  func squaredGradientNorm(_ engine: Engine) -> Double {
    if moments.isEmpty { return 0 }
    let products = moments.products(shiftedBy: moments.means.map(-))
    return gradient.squaredNorm(over: products, offsets: offsets, total: moments.total, engine)
  }

  /// The sum of squared differences of products of means, and its gradient with respect to the means.
  private func compareMeans(_ found: [Double]) -> (squaredDistance: Double, slopes: [Double]) {
    var sum = 0.0
    var slopes = [Double](repeating: 0, count: found.count)
    for row in found.indices {
      for column in found.indices {
        let difference = found[row] * found[column] - means[row] * means[column]
        sum += difference * difference
        slopes[row] += 4 * difference * found[column]
      }
    }
    return (sum, slopes)
  }
}
