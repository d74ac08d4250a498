internal import KernelTypes
internal import Kernels
package import Networks

/// The mean over a layer's channels of the squared distance between the channel's values in their order and those of the painting's: of
/// the integral over all shares of pixels of (value - value of the painting at that share)², which is the squared Wasserstein-2
/// distance in one dimension. The painting's order is kept as quantiles.
///
/// Risser, Wilmot & Barnes, "Stable and Controllable Neural Texture Synthesis and Style Transfer Using Histogram Losses", 2017: features
/// F are drawn to R, which has the painting's histogram and the order of F. The order does not change where features change little,
/// so the gradient is exact.
package struct HistogramLoss: FeatureLoss {
  package static let kind = GramLoss.kind
  /// Quantiles of a channel.
  package static let quantiles = 256

  package let layer: Layer
  package var weight: Double
  package let sources: [LossSource]

  package init(_ layer: Layer, weight: Double, sources: [LossSource] = [LossSource(.style)]) {
    self.layer = layer
    self.weight = weight
    self.sources = sources
  }

  package var targetSubject: String { "target of \(Self.quantiles) quantiles" }

  /// `[channels][quantiles]`, rising.
  package func targetShape(height: Int, width: Int) -> [Int] { [layer.channels, Self.quantiles] }

  package func targetBuilder(height: Int, width: Int, mask: PixelMask?) -> any LossTargetBuilder {
    QuantilesBuilder(CollectedFeatures(layer, height: height, width: width, mask: mask))
  }

  package func energy(of target: LossTarget) -> Double { target.meanSquare }

  package func comparison(
    with target: LossTarget, height: Int, width: Int, mask: PixelMask?
  ) -> any LossComparison {
    precondition(target.shape == targetShape(height: height, width: width), "a target of another layer")
    return HistogramComparison(
      CollectedFeatures(layer, height: height, width: width, mask: mask), target, weight: weight)
  }

  package func comparisonBytes(height: Int, width: Int) -> Int {
    let pixels = layer.extent(of: height) * layer.extent(of: width)
    return 4 * layer.channels * pixels + Engine.histogramBytes(pixels: pixels, threads: UsableProcessors.count)
  }
}

/// All features of a layer: order is known only when all are there.
private struct CollectedFeatures {
  let buffer: FeatureBuffer
  let weights: LayerWeights
  let channels: Int

  init(_ layer: Layer, height: Int, width: Int, mask: PixelMask?) {
    channels = layer.channels
    buffer = FeatureBuffer(
      height: layer.extent(of: height), width: layer.extent(of: width), channels: layer.channels)
    weights = LayerWeights(layer, height: height, width: width, mask: mask)
  }

  func add(_ features: FeatureMap, rows: Range<Int>) {
    for group in 0..<features.channelGroups {
      for row in rows {
        buffer.map.row(row, group: group).update(from: features.row(row, group: group), count: features.rowStride)
      }
    }
  }
}

private final class QuantilesBuilder: LossTargetBuilder {
  private let collected: CollectedFeatures
  private var engine: Engine?

  init(_ collected: CollectedFeatures) { self.collected = collected }

  func add(_ features: FeatureMap, rows: Range<Int>, _ engine: Engine) {
    collected.add(features, rows: rows)
    self.engine = engine
  }

  var target: LossTarget {
    let shape = [collected.channels, HistogramLoss.quantiles]
    guard let engine, collected.weights.sum > 0 else {
      return LossTarget(shape: shape, floats: [Float](repeating: 0, count: shape[0] * shape[1]))
    }
    return LossTarget(
      shape: shape,
      floats: engine.quantiles(
        of: collected.buffer.map, count: HistogramLoss.quantiles, weights: collected.weights.pixels,
        total: collected.weights.sum))
  }
}

/// Its gradient is 2 weight m (F - R) / (channels pixels), with the mask m, and R the mean of the painting's values at the pixel's
/// share.
private final class HistogramComparison: LossComparison {
  private let collected: CollectedFeatures
  private let target: LossTarget
  private let weight: Double
  /// The sum of m (F - R)².
  private var squaredDifferences = 0.0

  init(_ collected: CollectedFeatures, _ target: LossTarget, weight: Double) {
    self.collected = collected
    self.target = target
    self.weight = weight
  }

  func begin() {}

  func add(_ features: FeatureMap, rows: Range<Int>, _ engine: Engine) { collected.add(features, rows: rows) }

  /// What was collected becomes R.
  func end(_ engine: Engine) -> (loss: Double, gradient: LossGradientSource) {
    let (weights, map) = (collected.weights, collected.buffer.map)
    if weights.sum == 0 { return (0, .none) }
    let (distance, toMeans) = engine.matchHistograms(
      of: map, to: target.floats, weights: weights.pixels, total: weights.sum)
    squaredDifferences = toMeans * weights.sum
    let matched = FeatureView(
      height: map.height, width: map.width, channelGroups: map.channelGroups, pointer: UnsafePointer(map.pointer))
    return (
      weight * distance / Double(collected.channels),
      .difference(from: matched, factor: Float(2 * weight / count), weights: weights.pixels)
    )
  }

  func squaredGradientNorm(_ engine: Engine) -> Double {
    collected.weights.sum == 0 ? 0 : 4 * weight * weight / (count * count) * squaredDifferences
  }

  private var count: Double { Double(collected.channels) * collected.weights.sum }
}
