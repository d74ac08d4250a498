/// The first convolution: three planes in, 3x3, bias, ReLU. Direct, since three input channels leave a transform nothing to win.
package struct FirstLayerArguments: @unchecked Sendable {  // only read; threads write disjoint rows
  /// Planes `[3][output.height][output.width]`.
  package var planes: UnsafePointer<Float>
  /// What is subtracted from each plane, before it is padded.
  package var means: SIMD3<Double>
  package var padding: PaddingKind
  /// `[output.channelGroups / 2][27][32]`; tap `plane * 9 + y * 3 + x`.
  package var weights: UnsafePointer<Float>
  package var bias: UnsafePointer<Float>
  package var output: FeatureMap
  package var mask: ReLUMask?

  package init(
    planes: UnsafePointer<Float>, means: SIMD3<Double>, padding: PaddingKind, weights: UnsafePointer<Float>,
    bias: UnsafePointer<Float>, output: FeatureMap, mask: ReLUMask?
  ) {
    self.planes = planes
    self.means = means
    self.padding = padding
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
  package var padding: PaddingKind
  /// `[dOutput.channelGroups * 16][32]`; lane `plane * 9 + y * 3 + x`, lanes from 27 on are zero.
  package var weights: UnsafePointer<Float>
  /// `[3][height][width]`.
  package var dPlanes: UnsafeMutablePointer<Float>

  package init(
    dOutput: FeatureMap, padding: PaddingKind, weights: UnsafePointer<Float>, dPlanes: UnsafeMutablePointer<Float>
  ) {
    self.dOutput = dOutput
    self.padding = padding
    self.weights = weights
    self.dPlanes = dPlanes
  }

  /// Floats of scratch that a call on `rows` rows needs.
  package func scratch(rows: Int) -> Int { (rows + 2) * dOutput.width * 32 }
}

/// What the first convolution sees in the ring of one pixel around the picture.
package enum PaddingKind: String, Sendable {
  /// Nothing: the mean colour.
  case zero
  /// The pixel at the edge again.
  case replicate
  /// The pixel on the other side of that at the edge: the edge is a mirror, and is not seen twice.
  case reflect

  /// The row or column that stands in for one that may be just outside `0..<extent`; nil for zeros.
  @inlinable @inline(__always) package func place(of outside: Int, extent: Int) -> Int? {
    if outside >= 0 && outside < extent { return outside }
    switch self {
    case .zero: return nil
    case .replicate: return outside < 0 ? 0 : extent - 1
    case .reflect: return Swift.max(0, Swift.min(extent - 1, outside < 0 ? -outside : 2 * extent - 2 - outside))
    }
  }
}

package enum PoolingKind: String, Sendable, CaseIterable {
  case average, max
  /// The root of the mean square, a smooth norm: `sqrt((a² + b² + c² + d²) / 4 + l2Floor)`.
  ///
  /// Hénaff & Simoncelli, "Geodesics of learned representations", 2015, https://arxiv.org/abs/1511.06394.
  case l2

  /// Keeps the root's slope finite where all four are zero.
  @inlinable @inline(__always) package static var l2Floor: Float { 1e-8 }
}

/// 2x2 pooling with stride 2; a last odd row or column is dropped.
package struct PoolingArguments: @unchecked Sendable {  // threads are given disjoint groups or rows
  package var kind: PoolingKind
  /// The layer before pooling, or the gradient with respect to it.
  package var large: FeatureMap
  package var small: FeatureMap
  /// For the gradient of `l2`: what was pooled.
  package var features: FeatureMap?
  /// Max pooling: which of the four was taken, four words of bits per output: `[groups][height / 2][width / 2][4]`.
  package var choice: UnsafeMutablePointer<UInt16>?

  package init(
    kind: PoolingKind, large: FeatureMap, small: FeatureMap, features: FeatureMap? = nil,
    choice: UnsafeMutablePointer<UInt16>? = nil
  ) {
    self.kind = kind
    self.large = large
    self.small = small
    self.features = features
    self.choice = choice
  }
}

/// The gradient of everything that looks at a layer directly: its own losses, and the pooling after it.
///
/// `dFeatures := weights * (S^T features + differenceFactor * (features - target) + signFactor * sign(features - target) +
/// factors * features + offsets) + gradient through the pooling`, added to what `dFeatures` holds if `accumulates`, and zero where a feature is zero: there the ReLU is
/// off. What is nil is left out.
package struct LossGradientArguments: @unchecked Sendable {  // only read; threads write disjoint rows
  package var features: FeatureMap
  package var dFeatures: FeatureMap
  /// S as panels `[channelGroups / 2, rounded up][channelGroups * 16][32]`, or nil.
  package var matrix: UnsafePointer<Float>?
  /// As large as `features`, or nil.
  package var target: FeatureView?
  package var differenceFactor: Float
  package var signFactor: Float
  /// Of each channel, `[channelGroups * 16]`.
  package var factors: UnsafePointer<Float>?
  /// The same.
  package var offsets: UnsafePointer<Float>?
  package var weights: PixelWeights?
  /// `large` is not looked at.
  package var pooling: PoolingArguments?
  package var accumulates: Bool

  package init(
    features: FeatureMap, dFeatures: FeatureMap, matrix: UnsafePointer<Float>? = nil, target: FeatureView? = nil,
    differenceFactor: Float = 0, signFactor: Float = 0, factors: UnsafePointer<Float>? = nil,
    offsets: UnsafePointer<Float>? = nil,
    weights: PixelWeights? = nil, pooling: PoolingArguments? = nil, accumulates: Bool = false
  ) {
    self.features = features
    self.dFeatures = dFeatures
    self.matrix = matrix
    self.target = target
    self.differenceFactor = differenceFactor
    self.signFactor = signFactor
    self.factors = factors
    self.offsets = offsets
    self.weights = weights
    self.pooling = pooling
    self.accumulates = accumulates
  }

  /// No factors, offsets, weights or signs: what the Gram matrix's loss and the mean squared one ask for.
  package var isPlain: Bool { factors == nil && offsets == nil && weights == nil && signFactor == 0 }

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
