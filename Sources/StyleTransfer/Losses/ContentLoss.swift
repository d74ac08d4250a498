internal import KernelTypes
internal import Kernels
package import Networks

/// Squared differences of a layer's features F from those of the photo, T: their mean, or with another scale. With a mask each counts
/// by it, and the mask's sum is the number of pixels.
///
/// Gatys, Ecker & Bethge, "A Neural Algorithm of Artistic Style", 2015, with the mean of the fast.ai lesson.
package struct ContentLoss: FeatureLoss {
  package static let kind = "content"

  /// What the sum of squared differences of N channels and M pixels is divided by.
  package enum Scale: Sendable {
    /// N M.
    case mean
    /// 2, as in Gatys' paper.
    case halfSum
    /// 2 √(N M), as in Gatys' programs.
    case roots
    /// The sum of absolute differences, as in crowsonkb's style-transfer-pytorch.
    case absoluteSum
  }

  package let layer: Layer
  package var weight: Double
  package let sources: [LossSource]
  package let scale: Scale

  package init(
    _ layer: Layer, weight: Double, scale: Scale = .mean, sources: [LossSource] = [LossSource(.content)]
  ) {
    self.layer = layer
    self.weight = weight
    self.scale = scale
    self.sources = sources
  }

  package var targetSubject: String { "content target" }

  /// `[channels / 16][height][width][16]` of the layer, as the engine has it.
  package func targetShape(height: Int, width: Int) -> [Int] {
    [layer.channels / 16, layer.extent(of: height), layer.extent(of: width), 16]
  }

  /// All features, whatever the mask: the comparison has one of its own.
  package func targetBuilder(height: Int, width: Int, mask: PixelMask?) -> any LossTargetBuilder {
    FeatureCopy(shape: targetShape(height: height, width: width))
  }

  package func energy(of target: LossTarget) -> Double {
    let (count, squares) = (Double(target.floats.count), target.meanSquare * Double(target.floats.count))
    if scale == .absoluteSum {
      let absolutes = target.floats.reduce(0.0) { $0 + Double(abs($1)) }
      return absolutes > 0 ? squares / absolutes : 0
    }
    return count > 0 ? squares / scale.divisor(count: count) : 0
  }

  package func comparison(
    with target: LossTarget, height: Int, width: Int, mask: PixelMask?
  ) -> any LossComparison {
    precondition(target.shape == targetShape(height: height, width: width), "a target of another size")
    let mask = LayerWeights(layer, height: height, width: width, mask: mask)
    if scale == .absoluteSum { return RelativeComparison(target, mask, weight: weight) }
    return FeatureComparison(
      target, mask, divisor: scale.divisor(count: Double(layer.channels) * mask.sum), weight: weight)
  }
}

/// A copy of a layer's features.
private final class FeatureCopy: LossTargetBuilder {
  private let shape: [Int]
  private let buffer: FeatureBuffer

  init(shape: [Int]) {
    self.shape = shape
    buffer = FeatureBuffer(height: shape[1], width: shape[2], channels: shape[0] * 16)
  }

  func add(_ features: FeatureMap, rows: Range<Int>, _ engine: Engine) {
    for group in 0..<features.channelGroups {
      for row in rows {
        buffer.map.row(row, group: group).update(from: features.row(row, group: group), count: features.rowStride)
      }
    }
  }

  var target: LossTarget { LossTarget(shape: shape, reading: UnsafeBufferPointer(buffer.values), of: buffer) }
}

extension ContentLoss.Scale {
  /// - Parameter count: of the features that count.
  fileprivate func divisor(count: Double) -> Double {
    switch self {
    case .mean: count
    case .halfSum: count > 0 ? 2 : 0
    case .roots: 2 * count.squareRoot()
    case .absoluteSum: .nan  // depends on the features
    }
  }
}

/// The weighted sum of m (F - T)² / divisor, m the mask; its gradient is 2 weight m (F - T) / divisor.
private final class FeatureComparison: LossComparison {
  private let target: LossTarget
  private let mask: LayerWeights
  private let divisor: Double
  private let weight: Double
  private var squaredDistance = 0.0

  init(_ target: LossTarget, _ mask: LayerWeights, divisor: Double, weight: Double) {
    self.target = target
    self.mask = mask
    self.divisor = divisor
    self.weight = weight
  }

  func begin() { squaredDistance = 0 }

  func add(_ features: FeatureMap, rows: Range<Int>, _ engine: Engine) {
    squaredDistance += engine.squaredDistance(features, target.features, rows: rows, weights: mask.pixels)
  }

  func end(_ engine: Engine) -> (loss: Double, gradient: LossGradientSource) {
    if divisor == 0 { return (0, .none) }
    let gradient = LossGradientSource.difference(
      from: target.features, factor: Float(2 * weight / divisor), weights: mask.pixels)
    return (weight * squaredDistance / divisor, gradient)
  }

  func squaredGradientNorm(_ engine: Engine) -> Double {
    divisor == 0 ? 0 : 4 * weight * weight / (divisor * divisor) * squaredDistance
  }
}

/// The weighted sum of m (F - T)² divided by that of m |F - T|; its gradient has a part along F - T and one along its sign.
private final class RelativeComparison: LossComparison {
  private let target: LossTarget
  private let mask: LayerWeights
  private let weight: Double
  private var (squares, absolutes, differing) = (0.0, 0.0, 0.0)

  /// Keeps the quotient finite where nothing differs.
  private static let least = 1e-8

  init(_ target: LossTarget, _ mask: LayerWeights, weight: Double) {
    self.target = target
    self.mask = mask
    self.weight = weight
  }

  func begin() { (squares, absolutes, differing) = (0, 0, 0) }

  func add(_ features: FeatureMap, rows: Range<Int>, _ engine: Engine) {
    let (target, weights) = (target.features, mask.pixels)
    squares += engine.squaredDistance(features, target, rows: rows, weights: weights)
    absolutes += engine.absoluteDistance(features, target, rows: rows, weights: weights)
    differing += engine.differingFeatures(features, target, rows: rows, weights: weights)
  }

  private var factors: (difference: Double, sign: Double) {
    let divisor = absolutes + Self.least
    return (2 * weight / divisor, -weight * squares / (divisor * divisor))
  }

  func end(_ engine: Engine) -> (loss: Double, gradient: LossGradientSource) {
    let gradient = LossGradientSource.difference(
      from: target.features, factor: Float(factors.difference), signFactor: Float(factors.sign), weights: mask.pixels)
    return (weight * squares / (absolutes + Self.least), gradient)
  }

  func squaredGradientNorm(_ engine: Engine) -> Double {
    let (difference, sign) = factors
    return difference * difference * squares + 2 * difference * sign * absolutes + sign * sign * differing
  }
}
