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

  var channels: Int { layers[0].channels }

  /// Bytes of a layer's features that may still be in the cache when the next layer has been computed, and of layers that are
  /// not worth cutting up.
  private static let stripBytes = 6 << 20
  private static let wholeBytes = 24 << 20

  /// In rows of tiles: `TileSize.forward` on the way there, `TileSize.gradient` on the way back.
  func strips(of tile: TileSize) -> [Range<Int>] {
    let tileRows = tile.tiles(across: height)
    let isWhole = 4 * floats(rows: height) <= Self.wholeBytes
    let suggested = isWhole ? tileRows : max(2, Self.stripBytes / (4 * floats(rows: tile.outputs)))
    let most = stripRows ?? suggested
    let count = (tileRows + most - 1) / most
    return (0..<count).map { tileRows * $0 / count..<tileRows * ($0 + 1) / count }
  }

  private func longestStrip(of tile: TileSize) -> Int { strips(of: tile).map(\.count).max()! }

  /// Rows in memory of features that aren't kept. While a strip is computed, each layer is ahead of the next by a row of tiles;
  /// where features are computed again, all are ahead of the gradients, too.
  private var windowRows: Int {
    let forward = longestStrip(of: .forward) + 2
    let again = recomputed ? Self.tileRows(covering: gradientRowsAhead) + layers.count - 1 : 0
    return min(height, max(forward, again) * TileSize.forward.outputs)
  }

  /// Each gradient is ahead of the next on its way back by a row of tiles.
  var gradientRowsInMemory: Int { min(height, (gradientRowsAhead + 1) * TileSize.gradient.outputs) }

  /// Rows of the gradient's tiles from the end of one strip to that of the last layer's gradient in the next.
  private var gradientRowsAhead: Int { longestStrip(of: .gradient) + layers.count }

  /// Rows of tiles that the last layer needs to have computed before its gradient comes to row of tiles `gradientRow`.
  static func tileRows(covering gradientRow: Int) -> Int {
    TileSize.forward.tiles(across: gradientRow * TileSize.gradient.outputs)
  }

  /// Observed features are kept whole until the gradient is computed, if they aren't computed again.
  func keepsFeatures(of layer: Layer) -> Bool { gradient && !recomputed && observed.contains(layer) }
  func featureRowsInMemory(_ layer: Layer) -> Int { keepsFeatures(of: layer) ? height : windowRows }

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
