/// The first convolution: three planes in, 3x3, bias, ReLU. Direct, since three input channels leave a transform nothing to win.
package struct FirstLayerArguments: @unchecked Sendable {  // only read; threads write disjoint rows
  /// Planes `[3][output.height][output.width]`.
  package var planes: UnsafePointer<Float>
  /// What is subtracted from each plane; beyond the border is zero.
  package var means: SIMD3<Double>
  /// `[output.channelGroups / 2][27][32]`; tap `plane * 9 + y * 3 + x`.
  package var weights: UnsafePointer<Float>
  package var bias: UnsafePointer<Float>
  package var output: FeatureMap
  package var mask: ReLUMask?

  package init(
    planes: UnsafePointer<Float>, means: SIMD3<Double>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>,
    output: FeatureMap, mask: ReLUMask?
  ) {
    self.planes = planes
    self.means = means
    self.weights = weights
    self.bias = bias
    self.output = output
    self.mask = mask
  }

  /// Floats of scratch that a call on `rows` rows needs.
  package func scratch(rows: Int) -> Int { 3 * (rows + 2) * (output.width + 2) }
}

/// The gradient of the first convolution with respect to its three input planes.
package struct FirstLayerGradientArguments: @unchecked Sendable {  // as above
  package var dOutput: FeatureMap
  /// `[dOutput.channelGroups * 16][32]`; lane `plane * 9 + y * 3 + x`, lanes from 27 on are zero.
  package var weights: UnsafePointer<Float>
  /// `[3][height][width]`.
  package var dPlanes: UnsafeMutablePointer<Float>

  package init(dOutput: FeatureMap, weights: UnsafePointer<Float>, dPlanes: UnsafeMutablePointer<Float>) {
    self.dOutput = dOutput
    self.weights = weights
    self.dPlanes = dPlanes
  }

  /// Floats of scratch that a call on `rows` rows needs.
  package func scratch(rows: Int) -> Int { (rows + 2) * dOutput.width * 32 }
}

package enum PoolingKind: String, Sendable {
  case average, max
}

/// 2x2 pooling with stride 2; a last odd row or column is dropped.
package struct PoolingArguments: @unchecked Sendable {  // threads are given disjoint groups or rows
  package var kind: PoolingKind
  /// The layer before pooling, or the gradient with respect to it.
  package var large: FeatureMap
  package var small: FeatureMap
  /// Max pooling: which of the four was taken, four words of bits per output: `[groups][height / 2][width / 2][4]`.
  package var choice: UnsafeMutablePointer<UInt16>?

  package init(kind: PoolingKind, large: FeatureMap, small: FeatureMap, choice: UnsafeMutablePointer<UInt16>?) {
    self.kind = kind
    self.large = large
    self.small = small
    self.choice = choice
  }
}

/// The gradient of everything that looks at a layer directly: its own losses, and the pooling after it.
///
/// `dFeatures := S^T features + differenceFactor * (features - target) + gradient through the pooling`, added to what
/// `dFeatures` holds if `accumulates`, and zero where a feature is zero: there the ReLU is off.
package struct LossGradientArguments: @unchecked Sendable {  // only read; threads write disjoint rows
  package var features: FeatureMap
  package var dFeatures: FeatureMap
  /// S as panels `[channelGroups / 2, rounded up][channelGroups * 16][32]`, or nil.
  package var matrix: UnsafePointer<Float>?
  /// As large as `features`, or nil.
  package var target: FeatureView?
  package var differenceFactor: Float
  /// `large` is not looked at.
  package var pooling: PoolingArguments?
  package var accumulates: Bool

  package init(
    features: FeatureMap, dFeatures: FeatureMap, matrix: UnsafePointer<Float>? = nil, target: FeatureView? = nil,
    differenceFactor: Float = 0, pooling: PoolingArguments? = nil, accumulates: Bool = false
  ) {
    self.features = features
    self.dFeatures = dFeatures
    self.matrix = matrix
    self.target = target
    self.differenceFactor = differenceFactor
    self.pooling = pooling
    self.accumulates = accumulates
  }

  /// Pixels of a row that are worked on at a time; scratch holds `[channelGroups / 2, rounded up][chunk][32]`.
  package static let chunk = 96
}

/// A part of a Gram matrix that one thread computes: some groups of rows, for a pair of groups of columns.
package struct GramBlock: Sendable {
  package var pair: Int
  package var groups: Range<Int>

  /// Blocks of about the same size that cover the diagonal's panels and what is right of them; enough for many threads.
  package static func blocks(groups count: Int) -> [GramBlock] {
    let size = max(1, count / 4)
    return (0..<(count + 1) / 2).flatMap { pair in
      let end = min(2 * pair + 2, count)
      return stride(from: 0, to: end, by: size).map { GramBlock(pair: pair, groups: $0..<min(end, $0 + size)) }
    }
  }
}
