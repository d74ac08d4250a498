/// One 3x3 convolution with stride 1 and padding 1 on a batch of tiles, by Winograd's transforms.
package struct WinogradArguments: Sendable {
  package var input: FeatureMap
  package var output: FeatureMap

  /// The batch: tiles `firstTile ..< firstTile + tileCount` in row-major order.
  package var firstTile = 0
  package var tileCount = 0
  /// How many tiles the matrix kernel takes at a time.
  package var tilesPerPass = 1
  package var weights: WinogradWeights
  package var epilogue: Epilogue

  /// What happens to the sums before they are stored.
  package enum Epilogue: @unchecked Sendable {  // the bias is only read
    /// `max(0, sum + bias)`; the mask is told which were positive. Takes tiles of six, as the mask does, or of two, then all in
    /// one call.
    case biasReLU(bias: UnsafePointer<Float>, mask: ReLUMask?)
    /// The gradient with respect to a layer's output: `(sum + what output holds, if accumulating) * mask`.
    case gradient(mask: ReLUMask?, accumulate: Bool)
  }

  package init(input: FeatureMap, output: FeatureMap, weights: WinogradWeights, epilogue: Epilogue) {
    self.input = input
    self.output = output
    self.weights = weights
    self.epilogue = epilogue
  }

  /// One cache line more than the data, so that the positions of a tile don't fall into the same cache sets.
  package static func stride(floats: Int) -> Int { floats + 16 }

  package var tile: TileSize { weights.tile }
  package var tilesAcross: Int { tile.tiles(across: output.width) }
  package var passes: Int { (tileCount + tilesPerPass - 1) / tilesPerPass }
  /// Of the batch.
  package func tiles(_ passes: Range<Int>) -> Range<Int> {
    passes.lowerBound * tilesPerPass..<min(tileCount, passes.upperBound * tilesPerPass)
  }
  package var transformedStride: Int { Self.stride(floats: input.channelGroups * passes * tilesPerPass * 16) }

  /// Products of so many input groups are summed before their sums are added. Long sums are most of a convolution's rounding
  /// error, and what the first convolutions get wrong puts ReLUs of all later ones on the wrong side; in the deepest
  /// layers, and on the way back, it makes no difference.
  package var groupsPerSum: Int {
    guard case .biasReLU = epilogue else { return input.channelGroups }
    return input.channelGroups <= 8 ? 2 : input.channelGroups <= 16 ? 4 : input.channelGroups
  }

  /// Pairs of output groups, which the matrix kernel takes together; the last may lack its second group.
  package var pairs: Int { (output.channelGroups + 1) / 2 }
}

/// The weights of a convolution as the kernels take them.
package struct WinogradWeights: @unchecked Sendable {  // only read
  /// The tiles for which they are, or are to be, transformed.
  package var tile: TileSize
  /// Half precision, `[pairs][inGroups * 16][9][16]`: word `i` holds output channels `i` (low half) and `16 + i` (high half) of
  /// the pair of groups.
  package var packed: UnsafePointer<UInt32>
  /// Transformed once for all, where they are small: `[pairs][positions][inGroups * 16][32]`, each position padded by
  /// `WinogradArguments.stride`. Nil where each thread transforms a row at a time, which saves the memory (64 or 100 numbers
  /// for each 9) and the time to read it.
  package var transformed: UnsafePointer<Float>?

  package init(tile: TileSize, packed: UnsafePointer<UInt32>, transformed: UnsafePointer<Float>? = nil) {
    self.tile = tile
    self.packed = packed
    self.transformed = transformed
  }

  /// Floats of a transformed pair, for one row of a tile's positions.
  package static func rowStride(_ tile: TileSize, inGroups: Int) -> Int {
    tile.inputs * WinogradArguments.stride(floats: inGroups * 16 * 32)
  }
}

/// What one thread needs beside the arguments.
package struct WinogradScratch: @unchecked Sendable {  // each thread has its own
  /// `[positions][passes][inGroups][tilesPerPass][16]`, the positions `transformedStride` floats apart: in the order in which
  /// the matrix kernel reads it, so that the processor fetches ahead. Shared where several threads work on one batch.
  package var input: UnsafeMutablePointer<Float>
  /// Room for a row of transformed weights, where there are none in the arguments.
  package var weights: UnsafeMutablePointer<Float>
  /// Products before the output transform: `[positions][tiles][32]`, padded by `WinogradArguments.stride`.
  package var products: UnsafeMutablePointer<Float>
  package var clock: PhaseClock

  package init(
    input: UnsafeMutablePointer<Float>, weights: UnsafeMutablePointer<Float>, products: UnsafeMutablePointer<Float>,
    clock: PhaseClock
  ) {
    self.input = input
    self.weights = weights
    self.products = products
    self.clock = clock
  }
}
