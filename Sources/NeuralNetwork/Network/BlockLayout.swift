internal import Kernels
internal import KernelTypes
package import Networks

/// How a block of the network is cut into strips, and what of it is in memory.
///
/// A block is computed strip by strip through all of its convolutions, so that the features of a strip are still in the cache
/// when the next convolution, the Gram matrix and the pooling read them. Only what is needed later is kept whole: the features of
/// observed layers, if they aren't computed again for the gradient, and one bit per element of the others.
package struct BlockLayout {
  package let layers: [Layer]
  let observed: Set<Layer>
  /// Whether the gradient through the pooling that follows needs the features that were pooled.
  let pooledByValue: Bool
  package let height: Int
  let width: Int
  /// Whether there is a gradient to compute.
  let gradient: Bool
  /// Whether features and bits are computed again for the gradient.
  package let recomputed: Bool
  /// The most rows of tiles in a strip; nil for what the cache suggests.
  let stripRows: Int?

  var channels: Int { layers[0].channels }

  /// Bytes of a layer's features that may still be in the cache when the next layer has been computed, and of layers that are
  /// not worth cutting up.
  private static let stripBytes = 6 << 20
  private static let wholeBytes = 24 << 20

  /// Step by step on the way down: up to which row of `TileSize.forward` each layer is computed.
  package var forwardSteps: [[Int]] {
    let rows = TileSize.forward.tiles(across: height)
    return Self.steps(of: rows, atMost: mostRows(.forward)).map(forwardEnds)
  }

  /// Each layer is ahead of the next by a row of tiles.
  private func forwardEnds(_ lastEnd: Int) -> [Int] {
    let rows = TileSize.forward.tiles(across: height)
    return layers.indices.map { min(rows, lastEnd + layers.count - 1 - $0) }
  }

  /// A step on the way down the gradients.
  package struct GradientStep {
    /// Up to which row of `TileSize.forward` each layer has to be computed, if it is computed again.
    package let features: [Int]
    /// Up to which row of `TileSize.gradient` the gradient with respect to each layer's output is computed.
    package let gradients: [Int]
    /// The same with respect to the block's input.
    package let input: Int
  }

  /// The last layer's gradient goes first. The others follow, each a row of tiles behind the next, so that none has more to do
  /// in one step than another.
  package var gradientSteps: [GradientStep] {
    let rows = TileSize.gradient.tiles(across: height)
    let most = mostRows(.gradient)
    let behind = most < rows ? 1 : 0
    return Self.steps(of: rows + behind * layers.count, atMost: most).map { end in
      func row(_ place: Int) -> Int { min(rows, max(0, end - behind * (layers.count - 1 - place))) }
      let gradients = layers.indices.map(row)
      let covering = TileSize.forward.tiles(across: gradients.last! * TileSize.gradient.outputs)
      return GradientStep(features: forwardEnds(covering), gradients: gradients, input: row(-1))
    }
  }

  /// Rows of tiles that are computed at a time.
  private func mostRows(_ tile: TileSize) -> Int {
    let isWhole = 4 * floats(rows: height) <= Self.wholeBytes
    let rows = isWhole ? tile.tiles(across: height) : max(2, Self.stripBytes / (4 * floats(rows: tile.outputs)))
    return stripRows ?? rows
  }

  private static func steps(of rows: Int, atMost most: Int) -> [Int] {
    let count = (rows + most - 1) / most
    return (1...count).map { rows * $0 / count }
  }

  /// Rows in memory of a layer's features that aren't kept: those that are still to be read when the last are computed.
  package func featureRowsInMemory(of layer: Layer) -> Int {
    if keepsFeatures(of: layer) { return height }
    let index = layers.firstIndex(of: layer)!
    /// Once the layers are computed up to `ends`: the next reads a row above its own.
    func unread(_ ends: [Int]) -> Int { index + 1 < ends.count ? max(0, ends[index + 1] - 1) : ends[index] }
    let forward = forwardSteps.map { (end: $0[index], unread: unread($0)) }
    let again = gradientSteps.map { step in
      let gradientRow = step.gradients[index] * TileSize.gradient.outputs
      return (end: step.features[index], unread: min(unread(step.features), gradientRow / TileSize.forward.outputs))
    }
    let rows = max(Self.longest(forward), recomputed ? Self.longest(again) : 0)
    return min(height, rows * TileSize.forward.outputs)
  }

  package func maskRowsInMemory(of layer: Layer) -> Int { recomputed ? featureRowsInMemory(of: layer) : height }

  /// The same of the gradient with respect to a layer's output.
  package func gradientRowsInMemory(of layer: Layer) -> Int {
    let index = layers.firstIndex(of: layer)!
    let steps = gradientSteps.map { step in
      (end: step.gradients[index], unread: max(0, (index > 0 ? step.gradients[index - 1] : step.input) - 1))
    }
    return min(height, Self.longest(steps) * TileSize.gradient.outputs)
  }

  /// From the first row that is unread after a step to the last that the next step computes.
  private static func longest(_ steps: [(end: Int, unread: Int)]) -> Int {
    zip([0] + steps.map(\.unread), steps.map(\.end)).map { $1 - $0 }.max()!
  }

  /// Features that the gradient reads are kept whole until the gradient is computed, if they aren't computed again.
  func keepsFeatures(of layer: Layer) -> Bool { gradient && !recomputed && readsFeatures(of: layer) }

  /// The last layer's ReLU shows in its features, if they are there.
  func needsMask(_ layer: Layer) -> Bool { gradient && !(layer == layers.last && readsFeatures(of: layer)) }

  /// Whether the gradient is made of the layer's features.
  func readsFeatures(of layer: Layer) -> Bool {
    observed.contains(layer) || pooledByValue && layer == layers.last
  }

  /// Floats of what is kept for this block alone.
  var ownFloats: Int {
    layers.reduce(0) { sum, layer in
      let mask = ReLUMask.count(channelGroups: channels / 16, width: width, rowsInMemory: maskRowsInMemory(of: layer))
      return sum + (keepsFeatures(of: layer) ? floats(rows: height) : 0) + (needsMask(layer) ? mask : 0)
    }
  }

  /// Floats that the block needs only while it is being computed.
  var passingFloats: Int {
    layers.reduce(0) { sum, layer in
      sum + (keepsFeatures(of: layer) ? 0 : floats(rows: featureRowsInMemory(of: layer)))
        + (gradient ? floats(rows: gradientRowsInMemory(of: layer)) : 0)
    }
  }

  private func floats(rows: Int) -> Int { FeatureBuffer.count(width: width, channels: channels, rows: rows) }
}
