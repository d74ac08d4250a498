import Files
import Foundation
import KernelTypes
import Kernels
import NeuralNetwork
import Networks
import Safetensors
import TestSupport
import Testing
import WeightsImport

/// What torchvision's weights make of a picture, by their own rule, and what they do after they were imported.
struct PreprocessingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: [PaddingKind.zero, .replicate, .reflect])
  func torchvisionsWeightsSeeTheSameAfterTheImport(padding: PaddingKind) throws {
    var random = SeededGenerator(seed: 3)
    func numbers(_ shape: [Int]) -> [Float] {
      (0..<shape.reduce(1, *)).map { _ in .random(in: -1...1, using: &random) }
    }
    let (weights, bias) = (numbers([64, 3, 3, 3]), numbers([64]).map { Float(Float16($0)) })
    let imported = try imported(weights, bias)

    let (height, width) = (7, 9)
    let picture = (0..<3 * height * width).map { _ in Float(Int.random(in: 0...255, using: &random)) }
    let layer = Layer(block: 1, convolution: 1)
    let engine = Engine(threads: 1)
    let network = FeatureNetwork(
      NetworkPlan(
        .vgg16, observed: [layer], pooling: .average, padding: padding, height: height, width: width, gradient: false),
      weights: try NetworkWeights(imported, upTo: layer, engine: engine), engine: engine)
    var largest = 0.0
    network.forward(picture) { _, map, rows in
      for channel in 0..<64 {
        for y in rows {
          for x in 0..<width {
            let expected = torchvision(picture, height, width, weights, bias, padding, channel, y, x)
            let found = Double(map.row(y, group: channel / 16)[x * 16 + channel % 16])
            largest = max(largest, abs(found - expected))
          }
        }
      }
    }
    #expect(largest < 1e-4)  // of numbers up to 30
  }

  /// A pixel of the first convolution, in double precision.
  private func torchvision(
    _ picture: [Float], _ height: Int, _ width: Int, _ weights: [Float], _ bias: [Float], _ padding: PaddingKind,
    _ channel: Int, _ y: Int, _ x: Int
  ) -> Double {
    var sum = Double(bias[channel])
    for plane in 0..<3 {
      for tap in 0..<9 {
        let place = (y: y + tap / 3 - 1, x: x + tap % 3 - 1)
        let isOutside = place.y < 0 || place.y >= height || place.x < 0 || place.x >= width
        if isOutside && padding == .zero { continue }
        func inside(_ place: Int, _ extent: Int) -> Int {
          let mirrored = place < 0 ? -place : place >= extent ? 2 * extent - 2 - place : place
          return padding == .reflect ? mirrored : max(0, min(extent - 1, place))
        }
        let value = Double(picture[(plane * height + inside(place.y, height)) * width + inside(place.x, width)])
        let normalised = (value / 255 - [0.485, 0.456, 0.406][plane]) / [0.229, 0.224, 0.225][plane]
        sum += normalised * Double(weights[(channel * 3 + plane) * 9 + tap])
      }
    }
    return max(0, sum)
  }

  /// A VGG-16 with torchvision's names, all zero after the first convolution.
  private func imported(_ weights: [Float], _ bias: [Float]) throws -> VerifiedWeights {
    let places = [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28]
    let tensors = zip(places, Architecture.vgg16.layers).flatMap { place, layer in
      [("weight", layer.weightShape, weights), ("bias", layer.biasShape, bias)].map { kind, shape, first in
        let floats = place == 0 ? first : [Float](repeating: 0, count: shape.reduce(1, *))
        return place == 0
          ? TensorContents(name: "features.\(place).\(kind)", shape: shape, floats: floats)
          : TensorContents(name: "features.\(place).\(kind)", shape: shape, halvesOf: floats)
      }
    }
    let input = Path(folder.path("input.safetensors"))
    try SafetensorsDocument(tensors: tensors).write(to: input)
    let result = try VGGWeightsImport.run(
      input: input, network: .vgg16, output: Path(folder.path("out.safetensors")), description: WeightsDescription())
    #expect(result.metadata["preprocessing"] == "torchvision")
    return result
  }
}
