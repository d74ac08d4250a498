internal import Kernels
internal import KernelTypes

/// How a block of the network is cut into strips, and what of it is in memory.
///
/// A block is computed strip by strip through all of its convolutions, so that the features of a strip are still in the cache
/// when the next convolution, the Gram matrix and the pooling read them. Only what is needed later is kept whole: the features of
/// observed layers, if they aren't computed again for the gradient, and one bit per element of the others.
struct BlockLayout {
  let layers: [Layer]
  let observed: Set<Layer>
  let height: Int
  let width: Int
  /// Whether there is a gradient to compute.
  let gradient: Bool
  /// Whether features and bits are computed again for the gradient.
  let recomputed: Bool
  /// The most rows of tiles in a strip; nil for what the cache suggests.
  let stripRows: Int?

  /// Rows of six pixels.
  var tileRows: Int { WinogradArguments.tilesAcross(height) }
  var channels: Int { layers[0].channels }

  /// Bytes of a layer's features that may still be in the cache when the next layer has been computed, and of layers that are
  /// not worth cutting up.
  private static let stripBytes = 6 << 20
  private static let wholeBytes = 24 << 20

  /// In rows of tiles.
  var strips: [Range<Int>] {
    let rowBytes = FeatureBuffer.count(width: width, channels: channels, rows: WinogradArguments.outputsPerTile) * 4
    let suggested = rowBytes * tileRows <= Self.wholeBytes ? tileRows : max(2, Self.stripBytes / rowBytes)
    let most = stripRows ?? suggested
    let count = (tileRows + most - 1) / most
    return (0..<count).map { tileRows * $0 / count..<tileRows * ($0 + 1) / count }
  }

  /// Rows of the picture for rows of tiles.
  func rows(_ tileRows: Range<Int>) -> Range<Int> {
    let (first, end) = (tileRows.lowerBound * 6, tileRows.upperBound * 6)
    return min(height, first)..<min(height, end)
  }

  /// While a strip is computed, each layer is ahead of the next by a row of tiles, and so is each gradient of the next on its way
  /// back. Where features are computed again, they are as far ahead as the convolutions on both ways need.
  private func rowsInMemory(ahead tileRows: Int) -> Int {
    let longest = strips.map(\.count).max()!
    return min(height, (longest + tileRows) * WinogradArguments.outputsPerTile)
  }

  private var windowRows: Int { rowsInMemory(ahead: recomputed ? 2 * layers.count : 2) }

  /// Observed features are kept whole until the gradient is computed, if they aren't computed again.
  func keepsFeatures(of layer: Layer) -> Bool { gradient && !recomputed && observed.contains(layer) }
  func featureRowsInMemory(_ layer: Layer) -> Int { keepsFeatures(of: layer) ? height : windowRows }
  var gradientRowsInMemory: Int { rowsInMemory(ahead: layers.count + 1) }

  /// The last layer's ReLU shows in its features, if they are there.
  func needsMask(_ layer: Layer) -> Bool { gradient && !(layer == layers.last && observed.contains(layer)) }
  var maskRowsInMemory: Int { recomputed ? windowRows : height }

  /// Floats of what is kept for this block alone.
  var ownFloats: Int {
    layers.reduce(0) { sum, layer in
      let mask = ReLUMask.count(blocks: channels / 16, width: width, rowsInMemory: maskRowsInMemory)
      return sum + (keepsFeatures(of: layer) ? floats(rows: height) : 0) + (needsMask(layer) ? mask : 0)
    }
  }

  /// Floats that the block needs only while it is being computed.
  var passingFloats: Int {
    layers.reduce(0) { sum, layer in
      sum + (keepsFeatures(of: layer) ? 0 : floats(rows: featureRowsInMemory(layer)))
        + (gradient ? floats(rows: gradientRowsInMemory) : 0)
    }
  }

  private func floats(rows: Int) -> Int { FeatureBuffer.count(width: width, channels: channels, rows: rows) }
}
