internal import KernelTypes
internal import Kernels
package import Networks

// Fitting an evaluation into a memory limit.
extension NetworkPlan {
  /// The same network with more of its blocks computed again.
  package func recomputing(_ count: Int) -> NetworkPlan {
    NetworkPlan(
      architecture, observed: observed, pooling: pooling, padding: padding, height: height, width: width,
      gradient: gradient, recomputedBlocks: count, stripRows: stripRows)
  }

  /// The plan that keeps most and needs no more than `limit` bytes; where there is none, the one that needs least.
  package func fitting(_ limit: Int) -> NetworkPlan {
    let plans = (0...blocks.count).map(recomputing)
    return plans.first { $0.bytes <= limit } ?? plans.min { $0.bytes < $1.bytes }!
  }

  /// How many times as long an evaluation takes as with everything kept, by what there is to multiply.
  package var relativeTime: Double { products / recomputing(0).products }
}

extension NetworkWeights {
  /// Bytes of a network's weights in memory, as a file and packed for the kernels, up to a layer.
  package static func bytes(_ architecture: Architecture, deepest: Layer) -> Int {
    architecture.layers.filter { $0 <= deepest }.dropFirst().reduce(0) { sum, layer in
      sum + 9 * layer.inChannels * layer.channels * 2 + ConvolutionWeights.bytes(layer.inChannels, layer.channels)
    }
  }
}
