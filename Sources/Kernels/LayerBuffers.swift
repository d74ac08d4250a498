package import KernelTypes

/// Memory for a layer's activations or their gradient.
package final class FeatureBuffer {
  package let map: FeatureMap
  private let memory: FloatBuffer

  package init(height: Int, width: Int, channels: Int, rowsInMemory: Int? = nil) {
    let rows = min(height, rowsInMemory ?? height)
    memory = FloatBuffer(count: Self.count(width: width, channels: channels, rows: rows))
    map = FeatureMap(
      height: height, width: width, channelGroups: channels / 16, rowsInMemory: rows, pointer: memory.pointer)
  }

  /// Of rows that are all in memory: `[channels / 16][height][width][16]`.
  package convenience init(height: Int, width: Int, channels: Int, values: [Float]) {
    self.init(height: height, width: width, channels: channels)
    precondition(values.count == self.values.count)
    map.pointer.update(from: values, count: values.count)
  }

  /// All that is in memory.
  package var values: UnsafeMutableBufferPointer<Float> {
    // A layer without rows has none in memory either; `rowsInMemory` is 1 for it.
    UnsafeMutableBufferPointer(
      start: map.pointer, count: map.channelGroups * min(map.height, map.rowsInMemory) * map.rowStride)
  }

  package static func count(width: Int, channels: Int, rows: Int) -> Int { channels * rows * width }
}

/// Memory for a layer's ReLU bits.
package final class MaskBuffer {
  package let mask: ReLUMask
  private let memory: FloatBuffer

  package init(height: Int, width: Int, channels: Int, rowsInMemory: Int? = nil) {
    let rows = min(height, rowsInMemory ?? height)
    memory = FloatBuffer(count: ReLUMask.count(channelGroups: channels / 16, width: width, rowsInMemory: rows))
    let words = UnsafeMutableRawPointer(memory.pointer).bindMemory(to: UInt32.self, capacity: memory.count)
    mask = ReLUMask(width: width, rowsInMemory: rows, pointer: words)
  }
}
