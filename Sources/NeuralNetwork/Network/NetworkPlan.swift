package import KernelTypes
internal import Kernels
package import Networks

/// What a network for pictures of one size looks at, and how much of it is in memory.
package struct NetworkPlan {
  package let architecture: Architecture
  let observed: Set<Layer>
  let stripRows: Int?
  package let height: Int
  package let width: Int
  package let pooling: PoolingKind
  package let padding: PaddingKind
  /// Whether there is a gradient to compute.
  package let gradient: Bool
  /// The blocks from the picture on whose features aren't kept between loss and gradient, but computed again in strips.
  ///
  /// Loss and gradient are exactly the same. It takes up to half as much time again, and saves most of the memory.
  package let recomputedBlocks: Int
  package let blocks: [BlockLayout]

  /// - Parameters:
  ///   - observed: at least one.
  ///   - stripRows: rows of tiles in a strip; nil for what the cache suggests.
  package init(
    _ architecture: Architecture, observed: some Collection<Layer>, pooling: PoolingKind,
    padding: PaddingKind = .zero, height: Int, width: Int, gradient: Bool, recomputedBlocks: Int = 0,
    stripRows: Int? = nil
  ) {
    self.architecture = architecture
    self.observed = Set(observed)
    self.stripRows = stripRows
    self.height = height
    self.width = width
    self.pooling = pooling
    self.padding = padding
    self.gradient = gradient
    self.recomputedBlocks = recomputedBlocks
    let deepest = observed.max()!
    precondition(deepest.extent(of: min(height, width)) > 0, "the picture is too small for \(deepest)")
    blocks = (1...deepest.block).map { block in
      let layers = architecture.layers.filter { $0.block == block && $0 <= deepest }
      return BlockLayout(
        layers: layers, observed: Set(observed).intersection(layers),
        pooledByValue: pooling == .l2 && block < deepest.block, height: layers[0].extent(of: height),
        width: layers[0].extent(of: width), gradient: gradient, recomputed: gradient && block <= recomputedBlocks,
        stripRows: stripRows)
    }
  }

  /// Rows of the picture of which the gradient is computed at a time, at most.
  package var rowsPerStrip: Int {
    let ends = blocks[0].gradientSteps.map { min(height, $0.input * TileSize.gradient.outputs) }
    return zip(ends, [0] + ends).map { $0 - $1 }.max()!
  }
  var keepsChoices: Bool { gradient && pooling == .max }

  func pooledBuffer(after index: Int) -> FeatureBuffer {
    let next = blocks[index + 1]
    return FeatureBuffer(height: next.height, width: next.width, channels: blocks[index].channels)
  }

  static func choiceWords(after block: BlockLayout) -> Int {
    block.channels / 16 * (block.height / 2) * (block.width / 2) * 4
  }

  /// Bytes of all that grows with the picture.
  package var bytes: Int {
    let pooled = blocks.indices.dropLast().map { index in
      4
        * FeatureBuffer.count(
          width: blocks[index + 1].width, channels: blocks[index].channels, rows: blocks[index + 1].height)
    }
    // Without a gradient, what was pooled is let go when the next block is done.
    let together =
      gradient
      ? pooled.reduce(0, +)
      : (0..<blocks.count).map { index in
        (index > 0 ? pooled[index - 1] : 0) + (index < pooled.count ? pooled[index] : 0)
      }.max()!
    let choices = keepsChoices ? blocks.dropLast().reduce(0) { $0 + 2 * Self.choiceWords(after: $1) } : 0
    return together + choices + 4 * passingFloats + blocks.reduce(0) { $0 + 4 * $1.ownFloats }
  }

  var passingFloats: Int { blocks.map(\.passingFloats).max()! }

  /// Multiplications of direct convolutions in the whole evaluation: loss, gradient, and what is computed again.
  package var products: Double {
    let forward = blocks.map { block in
      block.layers.reduce(0) { sum, layer in
        sum + 9 * Double(layer.inChannels * layer.channels) * Double(block.height * block.width)
      }
    }
    let again = zip(blocks, forward).reduce(0) { $0 + ($1.0.recomputed ? $1.1 : 0) }
    return forward.reduce(0, +) * (gradient ? 2 : 1) + again
  }
}
