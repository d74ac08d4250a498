internal import Kernels
internal import KernelTypes
internal import Networks

/// The convolutions of one block with their memory, computed in strips from the top to the bottom.
final class NetworkBlock {
  let layout: BlockLayout
  /// Of the picture.
  let padding: PaddingKind
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
  init(
    _ layout: BlockLayout, padding: PaddingKind, weights: NetworkWeights, passing: UnsafeMutablePointer<Float>,
    engine: Engine
  ) {
    self.layout = layout
    self.padding = padding
    self.weights = weights
    self.engine = engine
    let (height, width, channels) = (layout.height, layout.width, layout.channels)
    var free = passing
    func window(rows: Int) -> FeatureMap {
      defer { free += FeatureBuffer.count(width: width, channels: channels, rows: rows) }
      return FeatureMap(height: height, width: width, channelGroups: channels / 16, rowsInMemory: rows, pointer: free)
    }
    var kept: [FeatureBuffer] = []
    features = layout.layers.map { layer in
      guard layout.keepsFeatures(of: layer) else { return window(rows: layout.featureRowsInMemory(of: layer)) }
      kept.append(FeatureBuffer(height: height, width: width, channels: channels))
      return kept.last!.map
    }
    self.kept = kept
    gradients = layout.gradient ? layout.layers.map { window(rows: layout.gradientRowsInMemory(of: $0)) } : []
    masks = layout.layers.map { layer in
      guard layout.needsMask(layer) else { return nil }
      return MaskBuffer(
        height: height, width: width, channels: channels, rowsInMemory: layout.maskRowsInMemory(of: layer))
    }
  }

  /// What comes in.
  enum Input {
    /// `[3][height][width]`.
    case picture(UnsafePointer<Float>)
    /// What was pooled before.
    case features(FeatureMap)
  }

  /// - Parameters:
  ///   - pooling: what follows, if anything.
  ///   - observe: told of rows of observed layers as soon as they are there.
  func forward(_ input: Input, pooling: PoolingArguments?, observe: @escaping FeatureNetwork.Observer) {
    begin()
    var pooled = 0
    for ends in layout.forwardSteps {
      advance(input, to: ends, masks: !layout.recomputed, observe: observe)
      guard let pooling else { continue }
      let end = min(pooling.small.height, ends.last! * TileSize.forward.outputs / 2)
      engine.pool(pooling, rows: pooled..<end)
      pooled = end
    }
  }

  func begin() { done = layers.map { _ in 0 } }

  /// Computes each layer up to its row of tiles in `ends`.
  func advance(_ input: Input, to ends: [Int], masks withMasks: Bool, observe: FeatureNetwork.Observer?) {
    for (index, layer) in layers.enumerated() {
      let tileRows = done[index]..<ends[index]
      if tileRows.isEmpty { continue }
      let rows = TileSize.forward.rows(tileRows, height: layout.height)
      let output = features[index]
      let mask = withMasks ? masks[index]?.mask : nil
      if index == 0, case .picture(let picture) = input {
        engine.firstLayer(weights.first, planes: picture, padding: padding, output: output, mask: mask, rows: rows)
      } else {
        let before = if index == 0, case .features(let map) = input { map } else { features[index - 1] }
        engine.convolve(weights.convolutions[layer]!, input: before, output: output, mask: mask, tileRows: tileRows)
      }
      if layout.observed.contains(layer) { observe?(layer, output, rows) }
    }
    done = ends
  }
}
