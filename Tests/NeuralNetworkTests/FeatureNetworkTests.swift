import KernelTypes
import Kernels
import NeuralNetwork
import Networks
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
    let found = features(photo, layers, weights, engine, pooling: pooling)
    let expected = try EngineFixture.load().forward.filter { $0.pooling == pooling.rawValue }
    #expect(expected.map(\.layer) == layers.map(\.description))
    for (layer, expected) in zip(layers, expected) {
      let found = found[layer]!
      #expect(expected.summary.relativeDistance(to: found) < Self.tolerance, "\(layer)")
      #expect(abs(found.reduce(0, +) / Double(found.count) / expected.summary.mean - 1) < Self.tolerance, "\(layer)")
    }
  }

  /// Of the file that comes with Easel, as the package that it is from holds it.
  @Test(arguments: [
    ("average", "zero"), ("max", "zero"), ("l2", "zero"), ("average", "replicate"), ("average", "reflect"),
  ])
  func everyLayerOfVGG19IsThatOfTheIndependentImplementation(pooling: String, padding: String) throws {
    let engine = Engine()
    let layers = Architecture.vgg19.layers
    let file = try VerifiedWeights(.vgg19)
    let fixture = try EngineFixture.VGG19.load()
    let first = try file.weights(of: layers[0])
    #expect(fixture.first == (0..<8).map { first[$0 * 27] })
    let weights = try NetworkWeights(file, upTo: layers.last!, engine: engine)
    let found = features(
      try EngineFixture.content(), layers, weights, engine, pooling: try #require(PoolingKind(rawValue: pooling)),
      padding: try #require(PaddingKind(rawValue: padding)))
    let expected = fixture.forward.filter { $0.pooling == pooling && $0.padding == padding }
    #expect(expected.map(\.layer) == layers.map(\.description))
    for (layer, expected) in zip(layers, expected) {
      #expect(expected.summary.relativeDistance(to: found[layer]!) < Self.tolerance, "\(layer)")
    }
  }

  @Test func layersThatAreNotKeptGiveTheSameFeatures() throws {
    let engine = Engine()
    let (weights, layers) = try network(engine)
    let photo = try EngineFixture.content()
    let layer = Layer(block: 4, convolution: 2)
    let alone = features(photo, [layer], weights, engine, pooling: .max)[layer]
    #expect(alone == features(photo, layers, weights, engine, pooling: .max)[layer])
    let others = [Layer(block: 1, convolution: 2), layer]
    #expect(alone == features(photo, others, weights, engine, pooling: .max, gradient: true)[layer])
  }

  @Test(arguments: [1, 2, 3])
  func stripsGiveTheSameFeatures(stripRows: Int) throws {
    let engine = Engine()
    let (weights, layers) = try network(engine)
    let photo = try EngineFixture.content()
    let whole = features(photo, layers, weights, engine, pooling: .average)
    #expect(features(photo, layers, weights, engine, pooling: .average, stripRows: stripRows) == whole)
  }

  @Test func networksAreReadOnlyAsFarAsNeeded() throws {
    let file = try VerifiedWeights(.vgg16)
    let weights = try NetworkWeights(file, upTo: Layer(block: 2, convolution: 1), engine: Engine())
    #expect(
      Set(weights.convolutions.keys) == [Layer(block: 1, convolution: 2), Layer(block: 2, convolution: 1)])
    #expect(weights.digest == file.digest)
  }

  private func network(_ engine: Engine) throws -> (NetworkWeights, [Layer]) {
    let layers = Architecture.vgg16.layers
    return (try NetworkWeights(VerifiedWeights(.vgg16), upTo: layers.last!, engine: engine), layers)
  }
}

/// What a network shows of each layer: `[channels][height][width]`. Rows that it leaves out are NaN, and rows that it shows
/// twice are noted.
private func features(
  _ photo: EngineFixture.Picture, _ layers: [Layer], _ weights: NetworkWeights, _ engine: Engine,
  pooling: PoolingKind, padding: PaddingKind = .zero, gradient: Bool = false, stripRows: Int? = nil
) -> [Layer: [Double]] {
  let plan = NetworkPlan(
    weights.architecture, observed: layers, pooling: pooling, padding: padding, height: photo.height,
    width: photo.width, gradient: gradient, stripRows: stripRows)
  let network = FeatureNetwork(plan, weights: weights, engine: engine)
  var shown: [Layer: [Double]] = [:]
  var twice: Set<Layer> = []
  network.forward(photo.planes) { layer, map, rows in
    var values = shown[layer] ?? [Double](repeating: .nan, count: layer.channels * map.height * map.width)
    for channel in 0..<layer.channels {
      for y in rows {
        for x in 0..<map.width {
          let index = (channel * map.height + y) * map.width + x
          if !values[index].isNaN { twice.insert(layer) }
          values[index] = Double(map.row(y, group: channel / 16)[x * 16 + channel % 16])
        }
      }
    }
    shown[layer] = values
  }
  #expect(twice.isEmpty, "rows were shown twice")
  return shown
}

extension EngineFixture.Picture {
  /// `[3][height][width]`.
  fileprivate var planes: [Float] {
    (0..<3).flatMap { colour in stride(from: colour, to: pixels.count, by: 3).map { Float(pixels[$0]) } }
  }
}
