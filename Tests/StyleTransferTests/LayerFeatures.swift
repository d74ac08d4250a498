import KernelTypes
import Kernels
import Networks
import StyleTransfer

/// A layer's features in double precision, `[channels][pixels]`, as the slow versions of losses want them.
struct LayerFeatures {
  let layer: Layer
  /// Of the picture, in pixels.
  let height: Int
  let width: Int
  var values: [Double]

  var channels: Int { layer.channels }
  var pixels: Int { layer.extent(of: height) * layer.extent(of: width) }

  /// Features as after a ReLU: half of them zero, and the others such that single precision has them exactly.
  init(_ layer: Layer, height: Int, width: Int, scale: Double = 1, random: inout Random) {
    (self.layer, self.height, self.width) = (layer, height, width)
    let pixels = layer.extent(of: height) * layer.extent(of: width)
    /// Channels have something in common, as those of a network have.
    let common = (0..<pixels).map { _ in random.normal() }
    values = (0..<layer.channels * pixels).map { index in
      Double(Float(max(0, scale * (random.normal() + 0.7 * common[index % pixels] + 0.2))))
    }
  }

  subscript(channel: Int, pixel: Int) -> Double { values[channel * pixels + pixel] }

  func channel(_ channel: Int) -> ArraySlice<Double> { values[channel * pixels..<(channel + 1) * pixels] }

  func moved(_ step: Double, _ direction: [Double]) -> LayerFeatures {
    var moved = self
    for index in values.indices { moved.values[index] += step * direction[index] }
    return moved
  }

  /// As the engine has them.
  var buffer: FeatureBuffer {
    FeatureBuffer(
      height: layer.extent(of: height), width: layer.extent(of: width), channels: channels,
      values: (0..<values.count).map { index in
        let (group, pixel, lane) = (index / 16 / pixels, index / 16 % pixels, index % 16)
        return Float(values[(group * 16 + lane) * pixels + pixel])
      })
  }

  /// From the engine's memory.
  func values(of buffer: FeatureBuffer) -> [Double] {
    (0..<values.count).map { index in
      let (channel, pixel) = (index / pixels, index % pixels)
      return Double(buffer.values[(channel / 16 * pixels + pixel) * 16 + channel % 16])
    }
  }

  /// The mask of the layer's pixels; ones without a mask.
  func weights(_ mask: PixelMask?) -> [Double] {
    mask?.averaged(to: layer).values.map(Double.init) ?? [Double](repeating: 1, count: pixels)
  }
}

extension FeatureLoss {
  func target(of features: LayerFeatures, mask: PixelMask? = nil, _ engine: Engine = Engine()) -> LossTarget {
    let builder = targetBuilder(height: features.height, width: features.width, mask: mask)
    let buffer = features.buffer
    builder.add(buffer.map, rows: 0..<buffer.map.height, engine)
    return builder.target
  }

  /// Loss and gradient with respect to the features, which come in two strips.
  func evaluate(
    _ features: LayerFeatures, target: LossTarget, mask: PixelMask? = nil, _ engine: Engine = Engine()
  ) -> (loss: Double, gradient: [Double]) {
    let comparison = comparison(with: target, height: features.height, width: features.width, mask: mask)
    return evaluate(features, comparison, engine)
  }

  func evaluate(
    _ features: LayerFeatures, _ comparison: any LossComparison, _ engine: Engine
  ) -> (loss: Double, gradient: [Double]) {
    let buffer = features.buffer
    let height = buffer.map.height
    comparison.begin()
    for rows in [0..<min(6, height), min(6, height)..<height] where !rows.isEmpty {
      comparison.add(buffer.map, rows: rows, engine)
    }
    let (loss, source) = comparison.end(engine)
    let dFeatures = FeatureBuffer(height: height, width: buffer.map.width, channels: features.channels)
    engine.lossGradient(of: [source], features: buffer.map, dFeatures: dFeatures.map, rows: 0..<height)
    return (loss, features.values(of: dFeatures))
  }
}
