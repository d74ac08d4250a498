internal import KernelTypes
internal import Kernels
package import Networks

/// The mean of (F - T)² over a layer's features F, and T those of the photo.
///
/// Gatys, Ecker & Bethge, "A Neural Algorithm of Artistic Style", 2015, with the mean of the fast.ai lesson.
package struct ContentLoss: FeatureLoss {
  package static let kind = "content"
  package static let targetSubject = "content target"

  package let layer: Layer
  package let weight: Double
  package let sources: [LossSource]

  package init(_ layer: Layer, weight: Double, sources: [LossSource] = [LossSource(.content)]) {
    self.layer = layer
    self.weight = weight
    self.sources = sources
  }

  /// `[channels / 16][height][width][16]` of the layer, as the engine has it.
  package func targetShape(height: Int, width: Int) -> [Int] {
    [layer.channels / 16, layer.extent(of: height), layer.extent(of: width), 16]
  }

  package func targetBuilder(height: Int, width: Int) -> any LossTargetBuilder {
    FeatureCopy(shape: targetShape(height: height, width: width))
  }

  package func comparison(with target: LossTarget, height: Int, width: Int) -> any LossComparison {
    precondition(target.shape == targetShape(height: height, width: width), "a target of another size")
    return FeatureComparison(target, weight: weight)
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

/// The weighted mean of (F - T)²; its gradient is 2 weight (F - T) / count.
private final class FeatureComparison: LossComparison {
  private let target: LossTarget
  private let weight: Double
  private var squaredDistance = 0.0

  init(_ target: LossTarget, weight: Double) {
    self.target = target
    self.weight = weight
  }

  func begin() { squaredDistance = 0 }

  func add(_ features: FeatureMap, rows: Range<Int>, _ engine: Engine) {
    squaredDistance += engine.squaredDistance(features, target.features, rows: rows)
  }

  func end(_ engine: Engine) -> (loss: Double, gradient: LossGradientSource) {
    let count = Double(target.floats.count)
    return (weight * squaredDistance / count, .difference(from: target.features, factor: Float(2 * weight / count)))
  }
}
