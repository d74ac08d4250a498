/// The VGG networks of Simonyan & Zisserman (2014, https://arxiv.org/abs/1409.1556), without their dense layers.
package enum VGGNetwork: String, CaseIterable, Sendable {
  case vgg16
  case vgg19

  /// The convolutions from the input on, all 3x3.
  package var convolutions: [Convolution] {
    let perBlock =
      switch self {
      case .vgg16: [2, 2, 3, 3, 3]
      case .vgg19: [2, 2, 4, 4, 4]
      }
    var inputs = 3
    var convolutions: [Convolution] = []
    for (block, (count, outputs)) in zip(perBlock, [64, 128, 256, 512, 512]).enumerated() {
      for index in 1...count {
        convolutions.append(
          Convolution(name: "block\(block + 1)_conv\(index)", inputChannels: inputs, outputChannels: outputs))
        inputs = outputs
      }
    }
    return convolutions
  }

  package struct Convolution: Equatable, Sendable {
    /// As in `block4_conv2`.
    package let name: String
    package let inputChannels: Int
    package let outputChannels: Int

    package var weightName: String { "\(name).weight" }
    package var biasName: String { "\(name).bias" }
    /// Output channels, input channels, height, width.
    package var weightShape: [Int] { [outputChannels, inputChannels, 3, 3] }
    package var biasShape: [Int] { [outputChannels] }
  }

  /// Name and shape of every tensor, weight before bias, from the input on.
  package var tensorShapes: [(name: String, shape: [Int])] {
    convolutions.flatMap { [($0.weightName, $0.weightShape), ($0.biasName, $0.biasShape)] }
  }
}
