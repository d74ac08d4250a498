package import Kernels
package import Safetensors

/// The weights of a network up to some layer, packed for the kernels.
package struct NetworkWeights: Sendable {
  package let architecture: Architecture
  /// SHA-256 of the file's payload, in hexadecimal.
  package let digest: String
  package let first: FirstLayerWeights
  package let convolutions: [Layer: ConvolutionWeights]

  /// What is subtracted from the red, green and blue of a picture, 0...255, before the network sees it: the mean over ImageNet.
  package static let means: [Double] = [123.68, 116.779, 103.939]

  /// Reads the convolutions up to `deepest` from a verified file, in which the first takes blue, green and red planes.
  package init(file: SafetensorsFile, architecture: Architecture, digest: String, deepest: Layer, engine: Engine) throws
  {
    self.architecture = architecture
    self.digest = digest
    let layers = architecture.layers.filter { $0 <= deepest }
    first = FirstLayerWeights(
      outChannels: layers[0].channels, weights: Self.redFirst(try file.floats(of: "\(layers[0]).weight")),
      bias: try file.floats(of: "\(layers[0]).bias"), means: Self.means)
    var packed: [Layer: ConvolutionWeights] = [:]
    for layer in layers.dropFirst() {
      let bias = try file.floats(of: "\(layer).bias")
      packed[layer] = try file.withUnsafeBytes(of: "\(layer).weight") { bytes in
        bytes.withMemoryRebound(to: UInt16.self) {
          ConvolutionWeights(
            inChannels: layer.inChannels, outChannels: layer.channels, weights: $0.baseAddress!, bias: bias,
            engine: engine)
        }
      }
    }
    convolutions = packed
  }
  /// `[outChannels][blue, green, red][9]` to `[outChannels][red, green, blue][9]`.
  private static func redFirst(_ weights: [Float]) -> [Float] {
    stride(from: 0, to: weights.count, by: 27).flatMap { first in
      [18, 9, 0].flatMap { weights[first + $0..<first + $0 + 9] }
    }
  }
}
