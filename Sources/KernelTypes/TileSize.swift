/// The tiles of Winograd's F(m x m, 3x3): m x m outputs take (m + 2) x (m + 2) inputs, and as many products for each pair of
/// channels (Lavin & Gray, "Fast Algorithms for Convolutional Neural Networks", 2015).
package enum TileSize: Int, Sendable {
  /// 16 products for 4 outputs, 4 for each. For small layers, where larger tiles stick out and most of the time goes into
  /// transforming weights: 16 numbers for each 9, in place of 64 or 100.
  case two = 2
  /// 64 products for 36 outputs, 1.78 for each where the direct form takes 9; errors of 3e-6.
  case six = 6
  /// 100 products for 64 outputs, 1.56 for each, and nothing sticks out where a width is a multiple of 8; errors of 2e-5.
  case eight = 8

  /// Forward, where errors decide whether a ReLU is on: the larger tile would put the gradient off by 1e-3.
  package static let forward = six
  /// Backward, where errors stay as small as they are.
  package static let gradient = eight

  package var outputs: Int { rawValue }
  package var inputs: Int { rawValue + 2 }
  package var positions: Int { inputs * inputs }

  /// How many cover a width or height.
  package func tiles(across extent: Int) -> Int { (extent + outputs - 1) / outputs }

  /// Rows of pixels of some rows of tiles, in a picture of `height`.
  package func rows(_ tileRows: Range<Int>, height: Int) -> Range<Int> {
    min(height, tileRows.lowerBound * outputs)..<min(height, tileRows.upperBound * outputs)
  }
}
