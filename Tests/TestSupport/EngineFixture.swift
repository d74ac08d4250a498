internal import Foundation

/// What an independent implementation makes of the network's weights; see `NeuralNetworkTests/Fixtures/README.md`.
package struct EngineFixture: Decodable, Sendable {
  package let forward: [Features]
  package let grams: [Gram]
  package let losses: [Loss]

  /// A tensor, by its size and some of its elements.
  package struct Summary: Decodable, Sendable {
    package let shape: [Int]
    package let mean: Double
    package let rms: Double
    package let samples: Samples

    package struct Samples: Decodable, Sendable {
      package let step: Int
      package let values: [Double]
    }

    /// The Euclidean distance to `tensor` over the samples, as a fraction of the samples' norm.
    package func relativeDistance(to tensor: [Double]) -> Double {
      precondition(tensor.count == shape.reduce(1, *), "\(tensor.count) elements for the shape \(shape)")
      var (distance, norm) = (0.0, 0.0)
      for (index, value) in samples.values.enumerated() {
        let difference = tensor[index * samples.step] - value
        distance += difference * difference
        norm += value * value
      }
      return (distance / norm).squareRoot()
    }
  }

  package struct Features: Decodable, Sendable {
    package let pooling: String
    /// Nil for zeros.
    package let padding: String?
    package let layer: String
    package let summary: Summary

    private enum CodingKeys: CodingKey { case pooling, padding, layer }

    package init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      pooling = try container.decode(String.self, forKey: .pooling)
      padding = try container.decodeIfPresent(String.self, forKey: .padding)
      layer = try container.decode(String.self, forKey: .layer)
      summary = try Summary(from: decoder)
    }
  }

  package struct Gram: Decodable, Sendable {
    package let layer: String
    package let summary: Summary

    private enum CodingKeys: CodingKey { case layer }

    package init(from decoder: any Decoder) throws {
      layer = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .layer)
      summary = try Summary(from: decoder)
    }
  }

  package struct Loss: Decodable, Sendable, CustomStringConvertible {
    package let start: String
    package let task: String
    package let pooling: String
    package let loss: Double
    package let contentLosses: [String: Double]
    package let styleLosses: [String: Double]
    package let gradient: Summary

    package var description: String { "\(task) at \(start), \(pooling) pooling" }
  }

  /// A picture of the fixture: rows of red, green, blue.
  package struct Picture: Sendable {
    package let width: Int
    package let height: Int
    package let pixels: [UInt8]
  }

  private static let folder = "\((#filePath as NSString).deletingLastPathComponent)/../NeuralNetworkTests/Fixtures"

  package static func load() throws -> EngineFixture { try decode("vgg16.json") }
  package static func content() throws -> Picture { try picture("content", width: 45, height: 37) }
  package static func style() throws -> Picture { try picture("style", width: 53, height: 41) }

  /// The same for parts of the pictures in full resolution, and the transfer task only.
  package struct Crops: Decodable, Sendable {
    package let losses: [Loss]

    package static func load() throws -> Crops { try decode("crops.json") }
    package static func content() throws -> Picture { try picture("content", width: 240, height: 160) }
    package static func style() throws -> Picture { try picture("style", width: 240, height: 160) }
  }

  /// The same for VGG-19: what its layers show of the content picture.
  package struct VGG19: Decodable, Sendable {
    /// The first tap of the first convolution for the first eight output channels.
    package let first: [Float]
    package let forward: [Features]

    package static func load() throws -> VGG19 { try decode("vgg19.json") }
  }

  private static func decode<T: Decodable>(_ name: String) throws -> T {
    try JSONDecoder().decode(T.self, from: Data(contentsOf: URL(filePath: "\(folder)/\(name)")))
  }

  private static func picture(_ name: String, width: Int, height: Int) throws -> Picture {
    let file = URL(filePath: "\(folder)/\(name)-\(width)x\(height).rgb")
    return Picture(width: width, height: height, pixels: [UInt8](try Data(contentsOf: file)))
  }
}
