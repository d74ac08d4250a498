package import Kernels
package import Networks

/// The weights of a network up to some layer, packed for the kernels.
package struct NetworkWeights: Sendable {
  package let architecture: Architecture
  /// SHA-256 of the file's payload, in hexadecimal.
  package let digest: String
  package let first: FirstLayerWeights
  package let convolutions: [Layer: ConvolutionWeights]

  /// What is subtracted from the red, green and blue of a picture, 0...255, before the network sees it, where its file says nothing
  /// else: the mean over ImageNet.
  package static let means: [Double] = [123.68, 116.779, 103.939]

  /// The convolutions up to `deepest`.
  ///
  /// - Throws: a `SafetensorsError` when the file changed under us.
  package init(_ weights: VerifiedWeights, upTo deepest: Layer, engine: Engine) throws {
    architecture = weights.architecture
    digest = weights.digest
    let layers = architecture.layers.filter { $0 <= deepest }
    first = FirstLayerWeights(
      outChannels: layers[0].channels, weights: Self.redFirst(try weights.weights(of: layers[0])),
      bias: try weights.bias(of: layers[0]), means: weights.means)
    var packed: [Layer: ConvolutionWeights] = [:]
    for layer in layers.dropFirst() {
      let bias = try weights.bias(of: layer)
      packed[layer] = try weights.withHalves(of: layer) {
        ConvolutionWeights(
          inChannels: layer.inChannels, outChannels: layer.channels, weights: $0, bias: bias, engine: engine)
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
