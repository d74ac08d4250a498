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
    let network = FeatureNetwork(of: painting, layers: layers, weights: weights, pooling: pooling, engine: engine)
    grams = Dictionary(
      uniqueKeysWithValues: network.observed.map { layer in
        let gram = engine.gramMatrix(
          features: network.features(layer).pointer, channels: layer.channels, pixels: network.pixels(layer))
        return (layer, gram)
      })
  }
}

/// The features of a photo: what the content losses compare with. `[channels / 16][height][width][16]` for each layer.
package struct ContentTargets {
  package let features: [Layer: FloatBuffer]

  package init(features: [Layer: FloatBuffer]) { self.features = features }

  /// One forward pass over the photo.
  package init(
    of photo: PlanarPicture, layers: some Collection<Layer>, weights: NetworkWeights, pooling: PoolingKind,
    engine: Engine
  ) {
    let network = FeatureNetwork(of: photo, layers: layers, weights: weights, pooling: pooling, engine: engine)
    features = Dictionary(uniqueKeysWithValues: network.observed.map { ($0, network.features($0)) })
  }
}

extension FeatureNetwork {
  /// Runs a picture through a network that only looks.
  fileprivate convenience init(
    of picture: PlanarPicture, layers: some Collection<Layer>, weights: NetworkWeights, pooling: PoolingKind,
    engine: Engine
  ) {
    self.init(
      weights: weights, pooling: pooling, height: picture.height, width: picture.width, observed: layers,
      gradient: false,
      engine: engine)
    forward(picture.values)
  }
}
