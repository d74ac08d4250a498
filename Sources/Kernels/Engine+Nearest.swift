package import KernelTypes

/// Features that others are compared with, as the kernels read them.
package struct Candidates {
  package let count: Int
  private let panels: Int
  private let channels: Int
  /// `[panels][channels][32]`.
  private let values: FloatBuffer
  /// `[panels * 32]`.
  private let offsets: FloatBuffer

  /// None yet: all are like nothing.
  package init(count: Int, channels: Int) {
    self.count = count
    self.channels = channels
    panels = (count + 31) / 32
    values = FloatBuffer(count: panels * channels * 32)
    offsets = FloatBuffer(count: panels * 32)
    for index in 0..<panels * 32 { offsets.pointer[index] = -.infinity }
  }

  /// - Parameters:
  ///   - vector: as many numbers as there are channels.
  ///   - offset: what is added to products with it.
  package func set(_ candidate: Int, _ vector: [Float], offset: Float) {
    let panel = values.pointer + (candidate / 32 * channels * 32 + candidate % 32)
    for channel in 0..<channels { panel[channel * 32] = vector[channel] }
    offsets.pointer[candidate] = offset
  }

  fileprivate func arguments(_ features: FeatureView, _ nearest: UnsafeMutablePointer<Int32>) -> NearestArguments {
    precondition(features.channelGroups * 16 == channels)
    return NearestArguments(
      features: features, candidates: values.pointer, offsets: offsets.pointer, panels: panels, nearest: nearest)
  }
}

extension Engine {
  /// For each pixel, `[height][width]`, the number of the candidate whose product with its features, the candidate's offset added, is
  /// the largest.
  package func nearest(_ candidates: Candidates, to features: FeatureView) -> [Int32] {
    var found = [Int32](repeating: 0, count: features.height * features.width)
    let scratch = threadScratch(NearestArguments.scratchFloats)
    let kernels = kernels
    found.withUnsafeMutableBufferPointer { found in
      let arguments = candidates.arguments(features, found.baseAddress!)
      parallel(.gram, tasks: features.height) { row, thread in
        kernels.nearest(arguments, row, scratch[thread].pointer)
      }
    }
    return found
  }
}
