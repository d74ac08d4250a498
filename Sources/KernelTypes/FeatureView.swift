/// A layer's activations that are only read, with all rows in memory: `[channels / 16][height][width][16]`.
package struct FeatureView: @unchecked Sendable {  // only read
  package let height: Int
  package let width: Int
  /// Channels / 16.
  package let channelGroups: Int
  package let pointer: UnsafePointer<Float>

  /// - Parameter pointer: has to stay as long as the view is used.
  package init(height: Int, width: Int, channelGroups: Int, pointer: UnsafePointer<Float>) {
    self.height = height
    self.width = width
    self.channelGroups = channelGroups
    self.pointer = pointer
  }

  /// The row's first pixel: `[width][16]`.
  @inlinable @inline(__always) package func row(_ y: Int, group: Int) -> UnsafePointer<Float> {
    pointer + (group * height + y) * width * 16
  }
}

/// How much each pixel of a layer counts in sums over them: `[height][width]`.
package struct PixelWeights: @unchecked Sendable {  // only read
  package let width: Int
  package let pointer: UnsafePointer<Float>

  /// - Parameter pointer: has to stay as long as the weights are used.
  package init(width: Int, pointer: UnsafePointer<Float>) {
    self.width = width
    self.pointer = pointer
  }

  @inlinable @inline(__always) package func row(_ y: Int) -> UnsafePointer<Float> { pointer + y * width }
}
