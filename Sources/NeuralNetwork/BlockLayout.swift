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
    let most = rowBytes * tileRows <= Self.wholeBytes ? tileRows : max(2, Self.stripBytes / rowBytes)
    let count = (tileRows + most - 1) / most
    return (0..<count).map { tileRows * $0 / count..<tileRows * ($0 + 1) / count }
  }

  /// Rows of the picture for rows of tiles.
  func rows(_ tileRows: Range<Int>) -> Range<Int> {
    let (first, end) = (tileRows.lowerBound * 6, tileRows.upperBound * 6)
    return min(height, first)..<min(height, end)
  }

  /// While a strip is computed, layers before the last are ahead of it by a row of tiles for each convolution that follows, and
  /// the gradient stays behind by as many.
  private var stripRowsInMemory: Int {
    let longest = strips.map(\.count).max()!
    return min(height, (longest + 2 * layers.count + 1) * WinogradArguments.outputsPerTile)
  }

  func featureRowsInMemory(_ layer: Layer) -> Int {
    gradient && !recomputed && observed.contains(layer) ? height : stripRowsInMemory
  }

  var gradientRowsInMemory: Int { gradient ? stripRowsInMemory : 0 }

  /// The last layer's ReLU shows in its features, if they are there.
  func needsMask(_ layer: Layer) -> Bool { gradient && !(layer == layers.last && observed.contains(layer)) }
  var maskRowsInMemory: Int { recomputed ? stripRowsInMemory : height }

  var bytes: Int {
    layers.reduce(0) { sum, layer in
      let features = featureRowsInMemory(layer) + gradientRowsInMemory
      let mask = ReLUMask.count(blocks: channels / 16, width: width, rowsInMemory: maskRowsInMemory)
      return sum + 4 * FeatureBuffer.count(width: width, channels: channels, rows: features)
        + (needsMask(layer) ? 4 * mask : 0)
    }
  }
}
