package import KernelTypes
package import Kernels
package import NeuralNetwork

/// What a loss compares with: read-only numbers, in memory or in a mapped file.
package struct LossTarget {
  /// Of the numbers, in row-major order.
  package let shape: [Int]
  package let floats: UnsafeBufferPointer<Float>
  /// Keeps them there.
  private let owner: AnyObject

  /// Numbers that are elsewhere; as many as the shape says.
  package init(shape: [Int], reading floats: UnsafeBufferPointer<Float>, of owner: AnyObject) {
    precondition(floats.count == shape.reduce(1, *), "\(floats.count) numbers for shape \(shape)")
    self.shape = shape
    self.floats = floats
    self.owner = owner
  }

  /// A copy of `floats`.
  package init(shape: [Int], floats: [Float]) {
    let memory = FloatBuffer(floats)
    self.init(shape: shape, reading: UnsafeBufferPointer(memory.elements), of: memory)
  }

  /// Of the numbers.
  var meanSquare: Double {
    floats.isEmpty ? 0 : floats.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(floats.count)
  }

  /// As features `[channels / 16][height][width][16]`; its shape must be one of those.
  var features: FeatureView {
    precondition(shape.count == 4 && shape[3] == 16, "\(shape) is no shape of features")
    return FeatureView(height: shape[1], width: shape[2], channelGroups: shape[0], pointer: floats.baseAddress!)
  }
}

extension LossTarget {
  /// The weighted mean of targets of one shape: of what several pictures give, one target.
  ///
  /// - Parameter shares: as many as there are targets; they add up to 1.
  package static func blended(_ targets: [LossTarget], shares: [Double]) -> LossTarget {
    precondition(targets.count == shares.count && targets.allSatisfy { $0.shape == targets[0].shape })
    if targets.count == 1 { return targets[0] }
    let blend = targets[0].floats.indices.map { index in
      Float(zip(targets, shares).reduce(0.0) { $0 + $1.1 * Double($1.0.floats[index]) })
    }
    return LossTarget(shape: targets[0].shape, floats: blend)
  }

  /// The targets of all of `losses` in one forward pass over the picture that they are made of; in their order.
  ///
  /// - Parameter mask: of the picture; what it leaves out takes no part.
  package static func targets(
    of picture: PlanarPicture, for losses: [any FeatureLoss], mask: PixelMask? = nil, weights: NetworkWeights,
    pooling: PoolingKind, padding: PaddingKind = .zero, engine: Engine
  ) -> [LossTarget] {
    if losses.isEmpty { return [] }
    let plan = NetworkPlan(
      weights.architecture, observed: losses.map(\.layer), pooling: pooling, padding: padding, height: picture.height,
      width: picture.width, gradient: false)
    let builders = losses.map { $0.targetBuilder(height: picture.height, width: picture.width, mask: mask) }
    FeatureNetwork(plan, weights: weights, engine: engine).forward(picture.values) { layer, features, rows in
      for (loss, builder) in zip(losses, builders) where loss.layer == layer {
        builder.add(features, rows: rows, engine)
      }
    }
    return builders.map(\.target)
  }
}
