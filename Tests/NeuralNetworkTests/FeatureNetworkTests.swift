import KernelTypes
import Kernels
import NeuralNetwork
import TestSupport
import Testing

struct FeatureNetworkTests {
  /// Relative to the layer's root mean square; the portable kernels in the deepest layer come to a third of it.
  private static let tolerance = 5e-5

  @Test(arguments: InstructionSet.available, [PoolingKind.average, .max])
  func everyLayerIsThatOfTheIndependentImplementation(set: InstructionSet, pooling: PoolingKind) throws {
    let engine = Engine(instructionSet: set)
    let (weights, layers) = try network(engine)
    let photo = try EngineFixture.content()
    let network = FeatureNetwork(
      weights: weights, pooling: pooling, height: photo.height, width: photo.width, observed: layers, gradient: false,
      engine: engine)
    network.forward(photo.planes)
    let expected = try EngineFixture.load().forward.filter { $0.pooling == pooling.rawValue }
    #expect(expected.map(\.layer) == layers.map(\.description))
    for (layer, expected) in zip(layers, expected) {
      let found = network.planarFeatures(layer)
      #expect(expected.summary.relativeDistance(to: found) < Self.tolerance, "\(layer)")
      #expect(abs(found.reduce(0, +) / Double(found.count) / expected.summary.mean - 1) < Self.tolerance, "\(layer)")
    }
  }

  @Test func layersThatAreNotKeptGiveTheSameFeatures() throws {
    let engine = Engine()
    let (weights, layers) = try network(engine)
    let photo = try EngineFixture.content()
    func features(_ observed: [Layer], gradient: Bool) -> [Double] {
      let network = FeatureNetwork(
        weights: weights, pooling: .max, height: photo.height, width: photo.width, observed: observed,
        gradient: gradient, engine: engine)
      network.forward(photo.planes)
      return network.planarFeatures(Layer(block: 4, convolution: 2))
    }
    let alone = features([Layer(block: 4, convolution: 2)], gradient: false)
    #expect(alone == features(layers, gradient: false))
    #expect(alone == features([Layer(block: 1, convolution: 2), Layer(block: 4, convolution: 2)], gradient: true))
  }

  @Test func networksAreReadOnlyAsFarAsNeeded() throws {
    let (file, digest) = try WeightsFile.open(.vgg16)
    let weights = try NetworkWeights(
      file: file, architecture: .vgg16, digest: digest, deepest: Layer(block: 2, convolution: 1), engine: Engine())
    #expect(
      Set(weights.convolutions.keys) == [Layer(block: 1, convolution: 2), Layer(block: 2, convolution: 1)])
    #expect(weights.digest == digest)
  }

  @Test func vgg19HasItsThreeLayersMore() {
    #expect(Architecture.vgg16.layers.count == 13)
    let more = Set(Architecture.vgg19.layers).subtracting(Architecture.vgg16.layers)
    #expect(more == Set((3...5).map { Layer(block: $0, convolution: 4) }))
  }

  private func network(_ engine: Engine) throws -> (NetworkWeights, [Layer]) {
    let (file, digest) = try WeightsFile.open(.vgg16)
    let layers = Architecture.vgg16.layers
    let weights = try NetworkWeights(
      file: file, architecture: .vgg16, digest: digest, deepest: layers.last!, engine: engine)
    return (weights, layers)
  }
}

extension FeatureNetwork {
  /// `[channels][height][width]`.
  fileprivate func planarFeatures(_ layer: Layer) -> [Double] {
    let pixels = pixels(layer)
    let blocked = features(layer).elements
    return (0..<layer.channels * pixels).map { index in
      let (channel, pixel) = (index / pixels, index % pixels)
      return Double(blocked[(channel / 16 * pixels + pixel) * 16 + channel % 16])
    }
  }
}

extension EngineFixture.Picture {
  /// `[3][height][width]`.
  fileprivate var planes: [Float] {
    (0..<3).flatMap { colour in stride(from: colour, to: pixels.count, by: 3).map { Float(pixels[$0]) } }
  }
}
