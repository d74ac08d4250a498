/// A layer's activations, or the gradient with respect to them, in the kernels' layout:
/// `[channels / 16][rows in memory][width][16]`.
///
/// Of a tall picture only the latest rows need to be in memory: row `y` lies at `y % rowsInMemory`.
package struct FeatureMap: @unchecked Sendable {  // who writes which rows is settled by who starts the threads
  /// Of the whole layer.
  package let height: Int
  package let width: Int
  /// Channels / 16.
  package let channelGroups: Int
  /// `height`, or fewer: then a multiple of the rows of a tile, so that no tile's outputs are torn apart.
  package let rowsInMemory: Int
  package let pointer: UnsafeMutablePointer<Float>

  package init(
    height: Int, width: Int, channelGroups: Int, rowsInMemory: Int? = nil, pointer: UnsafeMutablePointer<Float>
  ) {
    self.height = height
    self.width = width
    self.channelGroups = channelGroups
    self.rowsInMemory = max(1, rowsInMemory ?? height)  // what was pooled from a single row has none
    self.pointer = pointer
  }

  /// Floats of a row of 16 channels.
  @inlinable @inline(__always) package var rowStride: Int { width * 16 }
  /// Floats from one group of channels to the next.
  @inlinable @inline(__always) package var groupStride: Int { rowsInMemory * width * 16 }

  /// The row's first pixel: `[width][16]`.
  @inlinable @inline(__always) package func row(_ y: Int, group: Int) -> UnsafeMutablePointer<Float> {
    pointer + (group * groupStride + y % rowsInMemory * rowStride)
  }
}

/// Which of a layer's ReLUs were on: all that the gradient needs of most layers.
///
/// For each tile of 6x6 pixels two words a channel, of the upper and the lower three rows:
/// `[channels / 16][tile rows in memory][tiles across][2][16]`. Bit `6 * (y % 3) + x % 6` is the pixel's. Whole words, since
/// SIMD types of narrower ones are converted lane by lane.
package struct ReLUMask: @unchecked Sendable {  // as above
  package let tilesAcross: Int
  package let tileRowsInMemory: Int
  package let pointer: UnsafeMutablePointer<UInt32>

  package init(width: Int, rowsInMemory: Int, pointer: UnsafeMutablePointer<UInt32>) {
    tilesAcross = Self.tiles(width)
    tileRowsInMemory = Self.tiles(rowsInMemory)
    self.pointer = pointer
  }

  /// Words of a mask.
  package static func count(channelGroups: Int, width: Int, rowsInMemory: Int) -> Int {
    channelGroups * tiles(rowsInMemory) * tiles(width) * 32
  }

  private static func tiles(_ extent: Int) -> Int { (extent + 5) / 6 }

  /// The words of the row's first tile; the next tile's are 32 words on.
  @inlinable @inline(__always) package func words(ofRow y: Int, group: Int) -> UnsafeMutablePointer<UInt32> {
    let tileRow = group * tileRowsInMemory + y / 6 % tileRowsInMemory
    return pointer + (tileRow * tilesAcross * 32 + y % 6 / 3 * 16)
  }
}
