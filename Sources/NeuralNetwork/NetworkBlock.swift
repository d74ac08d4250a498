internal import Kernels
internal import KernelTypes

/// The convolutions of one block with their memory, computed in strips from the top to the bottom.
final class NetworkBlock {
  let layout: BlockLayout
  let engine: Engine
  let weights: NetworkWeights
  let features: [FeatureBuffer]
  let gradients: [FeatureBuffer]
  let masks: [MaskBuffer?]
  /// Rows of tiles that each layer has behind it, forward.
  var done: [Int] = []

  var layers: [Layer] { layout.layers }

  init(_ layout: BlockLayout, weights: NetworkWeights, engine: Engine) {
    self.layout = layout
    self.weights = weights
    self.engine = engine
    let (height, width, channels) = (layout.height, layout.width, layout.channels)
    func buffer(rows: Int) -> FeatureBuffer {
      FeatureBuffer(height: height, width: width, channels: channels, rowsInMemory: rows)
    }
    features = layout.layers.map { buffer(rows: layout.featureRowsInMemory($0)) }
    gradients = layout.gradient ? layout.layers.map { _ in buffer(rows: layout.gradientRowsInMemory) } : []
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
    for strip in layout.strips {
      advance(input, to: strip.upperBound, masks: !layout.recomputed, observe: observe)
      guard let pooling else { continue }
      let end = min(pooling.small.height, layout.rows(strip).upperBound / 2)
      engine.pool(pooling, rows: pooled..<end)
      pooled = end
    }
  }

  func begin() { done = layers.map { _ in 0 } }

  /// Computes the last layer up to row of tiles `end`, and as much of the others as that needs.
  func advance(_ input: Input, to end: Int, masks withMasks: Bool, observe: FeatureNetwork.Observer?) {
    for (index, layer) in layers.enumerated() {
      let target = min(layout.tileRows, end + layers.count - 1 - index)
      let tileRows = done[index]..<max(done[index], target)
      if tileRows.isEmpty { continue }
      let output = features[index].map
      let mask = withMasks ? masks[index]?.mask : nil
      if index == 0, case .picture(let picture) = input {
        engine.firstLayer(
          weights.first, planes: picture.planes, paddedWidth: picture.paddedWidth, output: output, mask: mask,
          rows: layout.rows(tileRows))
      } else {
        let before = if index == 0, case .features(let map) = input { map } else { features[index - 1].map }
        engine.convolve(weights.convolutions[layer]!, input: before, output: output, mask: mask, tileRows: tileRows)
      }
      done[index] = target
      if layout.observed.contains(layer) { observe?(layer, output, layout.rows(tileRows)) }
    }
  }
}
