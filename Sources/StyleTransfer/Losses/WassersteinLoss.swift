internal import KernelTypes
internal import Kernels
package import Networks

/// The squared Wasserstein-2 distance of two normal distributions, those with the means m and covariances C of a layer's channels in
/// the picture and in the painting, divided by the number of channels:
/// `|m - m'|² + tr(C + C' - 2 (C'^½ C C'^½)^½)`.
///
/// Dowson & Landau, "The Fréchet Distance between Multivariate Normal Distributions", 1982. So that roots of covariances of few
/// pixels exist, a small multiple of the unit matrix is added to both: `ridge` times the painting's mean variance.
package struct WassersteinLoss: FeatureLoss {
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
    let variances = (0..<layer.channels).reduce(0) { $0 + MomentsTarget.covariance(target, $1, $1) }
    return (variances + MomentsTarget.means(target).reduce(0) { $0 + $1 * $1 }) / Double(layer.channels)
  }

  package func comparison(
    with target: LossTarget, height: Int, width: Int, mask: PixelMask?
  ) -> any LossComparison {
    precondition(target.shape == targetShape(height: height, width: width), "a target of another layer")
    return WassersteinComparison(
      FeatureMoments(.all, of: layer, height: height, width: width, mask: mask), target, weight: weight)
  }

  package func comparisonBytes(height: Int, width: Int) -> Int {
    MatrixRoots.bytes(size: layer.channels) + 4 * SquareMatrix.bytes(size: layer.channels)
  }
}

/// Its gradient with respect to the features F is 2 weight / (channels pixels) ((1 - A) (F - m) + m - m'), where
/// A = C'^½ (C'^½ C C'^½)^-½ C'^½ is the map that takes the one distribution to the other.
private final class WassersteinComparison: LossComparison {
  private var moments: FeatureMoments
  private let target: LossTarget
  private let targetMeans: [Double]
  private let weight: Double
  /// What is added to the diagonals of both covariances.
  private let ridge: Double
  private let gradient: AffineGradient
  /// Of the gradient, for each channel.
  private var offsets: [Double] = []

  private let covariance: SquareMatrix
  private let product: SquareMatrix
  private let middle: SquareMatrix
  private var roots: MatrixRoots
  /// C'^½, made when it is first needed.
  private var targetRoot: SquareMatrix?
  private var targetTrace = 0.0

  private static let relativeRidge = 1e-3
  /// Rounding may leave the least eigenvalue of a covariance with its ridge this much smaller.
  private static let certainRidge = 0.5

  init(_ moments: FeatureMoments, _ target: LossTarget, weight: Double) {
    self.moments = moments
    self.target = target
    self.weight = weight
    targetMeans = MomentsTarget.means(target)
    let channels = moments.channels
    let variance = (0..<channels).reduce(0) { $0 + MomentsTarget.covariance(target, $1, $1) } / Double(channels)
    ridge = max(Self.relativeRidge * variance, 1e-9)
    gradient = AffineGradient(channels: channels)
    covariance = SquareMatrix(size: channels)
    product = SquareMatrix(size: channels)
    middle = SquareMatrix(size: channels)
    roots = MatrixRoots(size: channels)
  }

  func begin() { moments.clear() }

  func add(_ features: FeatureMap, rows: Range<Int>, _ engine: Engine) { moments.add(features, rows: rows, engine) }

  func end(_ engine: Engine) -> (loss: Double, gradient: LossGradientSource) {
    if moments.isEmpty { return (0, .none) }
    let channels = moments.channels
    let targetRoot = rootOfTarget(engine)
    setCovariance()
    engine.multiply(covariance, targetRoot, into: product, symmetric: false)
    engine.multiply(targetRoot, product, into: middle, symmetric: true)
    let least = Self.certainRidge * ridge
    roots.compute(middle, smallest: least * least, engine)
    let found = moments.means
    let differences = zip(found, targetMeans).map(-)
    let distance =
      differences.reduce(0) { $0 + $1 * $1 } + max(0, covariance.trace + targetTrace - 2 * roots.root.trace)

    engine.multiply(roots.inverse, targetRoot, into: product, symmetric: false)
    engine.multiply(targetRoot, product, into: middle, symmetric: true)
    let scale = 2 * weight / (Double(channels) * moments.total)
    for group in 0..<channels / 16 {
      for row in 0..<channels {
        var values = SIMD16<Float>(middle.columns(group, row: row) * -scale)
        if row / 16 == group { values[row % 16] = Float(scale * (1 - middle[row, row])) }
        gradient.matrix.store(values, row: row, group: group)
      }
    }
    offsets = differences.map { scale * $0 }
    return (
      weight * distance / Double(channels),
      gradient.source(around: found, offsets: offsets, weights: moments.weights)
    )
  }

  func squaredGradientNorm(_ engine: Engine) -> Double {
    if moments.isEmpty { return 0 }
    let products = moments.covariance.map { $0 * moments.total }
    return gradient.squaredNorm(over: products, offsets: offsets, total: moments.total, engine)
  }

  private func setCovariance() {
    let found = moments.covariance
    for row in 0..<moments.channels {
      for column in row..<moments.channels {
        let value = found[row &* moments.channels &+ column]
        covariance[row, column] = value
        covariance[column, row] = value
      }
      covariance[row, row] += ridge
    }
  }

  private func rootOfTarget(_ engine: Engine) -> SquareMatrix {
    if let targetRoot { return targetRoot }
    for row in 0..<moments.channels {
      for column in 0..<moments.channels { middle[row, column] = MomentsTarget.covariance(target, row, column) }
      middle[row, row] += ridge
    }
    targetTrace = middle.trace
    roots.compute(middle, smallest: Self.certainRidge * ridge, engine)
    let root = SquareMatrix(size: moments.channels)
    root.set(to: roots.root)
    targetRoot = root
    return root
  }
}
