package import Kernels
package import KernelTypes
package import NeuralNetwork

/// The Gram matrices of a painting: what the style losses compare with. `[channels][channels]` for each layer.
package struct StyleTargets: Sendable {
  package let grams: [Layer: [Float]]

  package init(grams: [Layer: [Float]]) { self.grams = grams }

  /// One forward pass over the painting.
  package init(
    of painting: PlanarPicture, layers: some Collection<Layer>, weights: NetworkWeights, pooling: PoolingKind,
    engine: Engine
  ) {
    var sums = layers.reduce(into: [:]) { $0[$1] = GramMatrix($1, height: painting.height, width: painting.width) }
    let network = FeatureNetwork(of: painting, layers: layers, weights: weights, pooling: pooling, engine: engine)
    network.forward(painting.values) { layer, features, rows in sums[layer]!.add(features, rows: rows, engine) }
    grams = sums.mapValues(\.matrix)
  }
}

/// The features of a photo: what the content losses compare with.
package struct ContentTargets {
  package let features: [Layer: FeatureBuffer]

  package init(features: [Layer: FeatureBuffer]) { self.features = features }

  /// One forward pass over the photo.
  package init(
    of photo: PlanarPicture, layers: some Collection<Layer>, weights: NetworkWeights, pooling: PoolingKind,
    engine: Engine
  ) {
    let kept = layers.reduce(into: [:]) { kept, layer in
      kept[layer] = FeatureBuffer(
        height: layer.extent(of: photo.height), width: layer.extent(of: photo.width), channels: layer.channels)
    }
    let network = FeatureNetwork(of: photo, layers: layers, weights: weights, pooling: pooling, engine: engine)
    network.forward(photo.values) { layer, features, rows in kept[layer]!.copy(features, rows: rows) }
    features = kept
  }

  func map(_ layer: Layer) -> FeatureMap { features[layer]!.map }
}

extension FeatureNetwork {
  /// A network that only looks.
  fileprivate convenience init(
    of picture: PlanarPicture, layers: some Collection<Layer>, weights: NetworkWeights, pooling: PoolingKind,
    engine: Engine
  ) {
    let plan = NetworkPlan(
      weights.architecture, observed: layers, pooling: pooling, height: picture.height, width: picture.width,
      gradient: false)
    self.init(plan, weights: weights, engine: engine)
  }
}

extension FeatureBuffer {
  fileprivate func copy(_ features: FeatureMap, rows: Range<Int>) {
    for block in 0..<features.blocks {
      for row in rows {
        map.row(row, block: block).update(from: features.row(row, block: block), count: features.rowStride)
      }
    }
  }
}
