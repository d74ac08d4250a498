internal import Kernels
internal import KernelTypes

/// The convolutions of one block with their memory, computed in strips from the top to the bottom.
final class NetworkBlock {
  let layout: BlockLayout
  let engine: Engine
  let weights: NetworkWeights
  let features: [FeatureMap]
  let gradients: [FeatureMap]
  let masks: [MaskBuffer?]
  private let kept: [FeatureBuffer]
  /// Rows of tiles that each layer has behind it, forward.
  var done: [Int] = []

  var layers: [Layer] { layout.layers }

  /// - Parameter passing: memory that the blocks share, since they are computed one after the other:
  ///   `layout.passingFloats`. Its owner outlives the block.
  init(_ layout: BlockLayout, weights: NetworkWeights, passing: UnsafeMutablePointer<Float>, engine: Engine) {
    self.layout = layout
    self.weights = weights
    self.engine = engine
    let (height, width, channels) = (layout.height, layout.width, layout.channels)
    var free = passing
    func window(rows: Int) -> FeatureMap {
      defer { free += FeatureBuffer.count(width: width, channels: channels, rows: rows) }
      return FeatureMap(height: height, width: width, blocks: channels / 16, rowsInMemory: rows, pointer: free)
    }
    var kept: [FeatureBuffer] = []
    features = layout.layers.map { layer in
      guard layout.keepsFeatures(of: layer) else { return window(rows: layout.featureRowsInMemory(layer)) }
      kept.append(FeatureBuffer(height: height, width: width, channels: channels))
      return kept.last!.map
    }
    self.kept = kept
    gradients = layout.gradient ? layout.layers.map { _ in window(rows: layout.gradientRowsInMemory) } : []
    masks = layout.layers.map { layer in
      guard layout.needsMask(layer) else { return nil }
      return MaskBuffer(height: height, width: width, channels: channels, rowsInMemory: layout.maskRowsInMemory)
    }
  }

  /// What comes in: the picture itself, or what was pooled before.
  enum Input {
    case picture(PaddedPicture)
    case features(FeatureMap)
  }

  /// - Parameters:
  ///   - pooling: what follows, if anything.
  ///   - observe: told of rows of observed layers as soon as they are there.
  func forward(_ input: Input, pooling: PoolingArguments?, observe: @escaping FeatureNetwork.Observer) {
    begin()
    var pooled = 0
    for strip in layout.strips(of: .forward) {
      advance(input, to: strip.upperBound, masks: !layout.recomputed, observe: observe)
      guard let pooling else { continue }
      let end = min(pooling.small.height, TileSize.forward.rows(strip, height: layout.height).upperBound / 2)
      engine.pool(pooling, rows: pooled..<end)
      pooled = end
    }
  }

  func begin() { done = layers.map { _ in 0 } }

  /// Computes the last layer up to row of tiles `end`, and as much of the others as that needs.
  func advance(_ input: Input, to end: Int, masks withMasks: Bool, observe: FeatureNetwork.Observer?) {
    let tile = TileSize.forward
    for (index, layer) in layers.enumerated() {
      let target = min(tile.tiles(across: layout.height), end + layers.count - 1 - index)
      let tileRows = done[index]..<max(done[index], target)
      if tileRows.isEmpty { continue }
      let rows = tile.rows(tileRows, height: layout.height)
      let output = features[index]
      let mask = withMasks ? masks[index]?.mask : nil
      if index == 0, case .picture(let picture) = input {
        engine.firstLayer(
          weights.first, planes: picture.planes, paddedWidth: picture.paddedWidth, output: output, mask: mask,
          rows: rows)
      } else {
        let before = if index == 0, case .features(let map) = input { map } else { features[index - 1] }
        engine.convolve(weights.convolutions[layer]!, input: before, output: output, mask: mask, tileRows: tileRows)
      }
      done[index] = target
      if layout.observed.contains(layer) { observe?(layer, output, rows) }
    }
  }
}
