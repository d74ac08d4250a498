/// The first convolution: three planes in, 3x3, bias, ReLU. Direct, since three input channels leave a transform nothing to win.
package struct FirstLayerArguments: @unchecked Sendable {  // buffers outlive the call; threads have disjoint rows
  package var height: Int
  package var width: Int
  package var outBlocks: Int
  /// Planes `[3][height + 2][paddedWidth]` with a border of zeros.
  package var planes: UnsafePointer<Float>
  package var paddedWidth: Int
  /// `[outBlocks / 2][27][32]`; tap `plane * 9 + y * 3 + x`.
  package var weights: UnsafePointer<Float>
  package var bias: UnsafePointer<Float>
  package var output: UnsafeMutablePointer<Float>
  package var mask: UnsafeMutablePointer<UInt16>?

  package init(
    height: Int, width: Int, outBlocks: Int, planes: UnsafePointer<Float>, paddedWidth: Int,
    weights: UnsafePointer<Float>,
    bias: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, mask: UnsafeMutablePointer<UInt16>?
  ) {
    self.height = height
    self.width = width
    self.outBlocks = outBlocks
    self.planes = planes
    self.paddedWidth = paddedWidth
    self.weights = weights
    self.bias = bias
    self.output = output
    self.mask = mask
  }
}

/// The gradient of the first convolution with respect to its three input planes.
package struct FirstLayerGradientArguments: @unchecked Sendable {  // as above
  package var height: Int
  package var width: Int
  package var outBlocks: Int
  package var dOutput: UnsafePointer<Float>
  /// `[outBlocks * 16][32]`; lane `plane * 9 + y * 3 + x`, lanes from 27 on are zero.
  package var weights: UnsafePointer<Float>
  /// `[3][height][width]`.
  package var dPlanes: UnsafeMutablePointer<Float>
  /// `[rows + 2][width][32]` for the rows that one call is given.
  package var scratch: UnsafeMutablePointer<Float>

  package init(
    height: Int, width: Int, outBlocks: Int, dOutput: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    dPlanes: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
  ) {
    self.height = height
    self.width = width
    self.outBlocks = outBlocks
    self.dOutput = dOutput
    self.weights = weights
    self.dPlanes = dPlanes
    self.scratch = scratch
  }
}

package enum PoolingKind: String, Sendable, Codable {
  case average, max
}

/// 2x2 pooling with stride 2; a last odd row or column is dropped.
package struct PoolingArguments: @unchecked Sendable {  // threads are given disjoint channel blocks
  package var kind: PoolingKind
  /// Of the layer before pooling: `[blocks][height][width][16]`.
  package var height: Int
  package var width: Int
  package var large: UnsafeMutablePointer<Float>
  /// `[blocks][height / 2][width / 2][16]`.
  package var small: UnsafeMutablePointer<Float>
  /// Max pooling: which of the four was taken, four words of bits per output: `[blocks][height / 2][width / 2][4]`.
  package var choice: UnsafeMutablePointer<UInt16>?
  /// Gradient only: the ReLU bits of the layer before pooling, and whether `large` already holds a gradient to add to.
  package var mask: UnsafePointer<UInt16>?
  package var accumulate: Bool

  package init(
    kind: PoolingKind, height: Int, width: Int, large: UnsafeMutablePointer<Float>, small: UnsafeMutablePointer<Float>,
    choice: UnsafeMutablePointer<UInt16>?, mask: UnsafePointer<UInt16>? = nil, accumulate: Bool = false
  ) {
    self.kind = kind
    self.height = height
    self.width = width
    self.large = large
    self.small = small
    self.choice = choice
    self.mask = mask
    self.accumulate = accumulate
  }
}

/// Sums of products of channels over some pixels: the numerator of a Gram matrix.
package struct GramArguments: @unchecked Sendable {  // read only
  /// `[blocks][pixels][16]`.
  package var features: UnsafePointer<Float>
  package var blocks: Int
  package var pixels: Int

  package init(features: UnsafePointer<Float>, blocks: Int, pixels: Int) {
    self.features = features
    self.blocks = blocks
    self.pixels = pixels
  }
}

/// The gradient of a layer's own losses with respect to its features, written over the features:
/// `features := S^T features + contentFactor * (features - content)`, and zero where a feature is zero: there the ReLU is off.
package struct LossGradientArguments: @unchecked Sendable {  // threads are given disjoint pixels
  /// `[blocks][pixels][16]`.
  package var features: UnsafeMutablePointer<Float>
  package var blocks: Int
  package var pixels: Int
  /// S as panels `[blocks / 2, rounded up][blocks * 16][32]`, or nil.
  package var style: UnsafePointer<Float>?
  /// `[blocks][pixels][16]`, or nil.
  package var content: UnsafePointer<Float>?
  package var contentFactor: Float

  package init(
    features: UnsafeMutablePointer<Float>, blocks: Int, pixels: Int, style: UnsafePointer<Float>?,
    content: UnsafePointer<Float>?, contentFactor: Float
  ) {
    self.features = features
    self.blocks = blocks
    self.pixels = pixels
    self.style = style
    self.content = content
    self.contentFactor = contentFactor
  }

  /// Pixels that are worked on at a time; scratch holds `[blocks / 2, rounded up][chunk][32]`.
  package static let chunk = 48
}
