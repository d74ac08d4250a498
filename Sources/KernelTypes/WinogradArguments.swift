/// One 3x3 convolution with stride 1 and padding 1 on a group of tiles, by Winograd's F(6x6, 3x3)
/// (Lavin & Gray, "Fast Algorithms for Convolutional Neural Networks", 2015).
///
/// Activations have 16 channels innermost: `[channels / 16][height][width][16]`. A tile is 6x6 outputs; it takes 8x8 inputs
/// and 64 products for each pair of channels, where the direct form takes 324.
package struct WinogradArguments: @unchecked Sendable {  // buffers outlive the call; threads have disjoint parts
  package var height: Int
  package var width: Int
  /// Channels / 16.
  package var inBlocks: Int
  package var outBlocks: Int

  /// The group: tiles `firstTile ..< firstTile + tileCount` in row-major order.
  package var firstTile: Int
  package var tileCount: Int
  /// How many tiles the matrix kernel takes at a time.
  package var tilesPerPass: Int

  package var input: UnsafePointer<Float>
  /// `[64][passes][inBlocks][tilesPerPass][16]`, each of the 64 positions `transformedStride` floats apart: in the order in which the
  /// matrix kernel reads it, so that the processor fetches ahead.
  package var transformedInput: UnsafeMutablePointer<Float>
  /// Half-precision weights, `[outBlocks / 2, rounded up][inBlocks * 16][9][16]`: word `i` holds output channels `i` (low
  /// half) and `16 + i` (high half) of the pair of blocks.
  package var weights: UnsafePointer<UInt32>
  package var output: UnsafeMutablePointer<Float>
  package var epilogue: Epilogue

  /// What happens to the sums before they are stored.
  package enum Epilogue {
    /// `max(0, sum + bias)`; where `mask` is given, one bit per element says which were positive: `[outBlocks][height][width]`.
    case biasReLU(bias: UnsafePointer<Float>, mask: UnsafeMutablePointer<UInt16>?)
    /// The gradient with respect to a layer's output: `(sum + what output holds, if accumulating) * mask`.
    case gradient(mask: UnsafePointer<UInt16>?, accumulate: Bool)
  }

  package init(
    height: Int, width: Int, inBlocks: Int, outBlocks: Int, firstTile: Int, tileCount: Int, tilesPerPass: Int,
    input: UnsafePointer<Float>,
    transformedInput: UnsafeMutablePointer<Float>, weights: UnsafePointer<UInt32>, output: UnsafeMutablePointer<Float>,
    epilogue: Epilogue
  ) {
    self.height = height
    self.width = width
    self.inBlocks = inBlocks
    self.outBlocks = outBlocks
    self.firstTile = firstTile
    self.tileCount = tileCount
    self.tilesPerPass = tilesPerPass
    self.input = input
    self.transformedInput = transformedInput
    self.weights = weights
    self.output = output
    self.epilogue = epilogue
  }

  package static let outputsPerTile = 6
  package static let positions = 64

  package static func tilesAcross(_ extent: Int) -> Int { (extent + outputsPerTile - 1) / outputsPerTile }

  /// One cache line more than the data, so that the 64 positions don't fall into the same cache sets.
  package static func stride(floats: Int) -> Int { floats + 16 }

  package var tilesAcross: Int { Self.tilesAcross(width) }
  package var passes: Int { (tileCount + tilesPerPass - 1) / tilesPerPass }
  package var transformedStride: Int { Self.stride(floats: inBlocks * passes * tilesPerPass * 16) }
}

/// What one thread needs beside the arguments.
package struct WinogradScratch: @unchecked Sendable {  // each thread has its own
  /// Transformed weights of a pair of output blocks: `[64][inBlocks * 16][32]`, padded by `WinogradArguments.stride`.
  package var weights: UnsafeMutablePointer<Float>
  /// Products before the output transform: `[64][tiles][32]`, padded likewise.
  package var products: UnsafeMutablePointer<Float>
  /// How many tiles `products` has room for.
  package var tileCapacity: Int

  package init(weights: UnsafeMutablePointer<Float>, products: UnsafeMutablePointer<Float>, tileCapacity: Int) {
    self.weights = weights
    self.products = products
    self.tileCapacity = tileCapacity
  }
}
