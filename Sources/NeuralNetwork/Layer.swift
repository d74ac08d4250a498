/// One 3x3 convolution of a VGG network with its ReLU, as in `block4_conv2`.
package struct Layer: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// 1 to 5.
  package let block: Int
  /// 1 to the number of convolutions in the block.
  package let convolution: Int

  package init(block: Int, convolution: Int) {
    self.block = block
    self.convolution = convolution
  }

  package var description: String { "block\(block)_conv\(convolution)" }

  /// From the picture towards the deep end.
  package static func < (left: Layer, right: Layer) -> Bool {
    (left.block, left.convolution) < (right.block, right.convolution)
  }

  /// Output channels of every convolution in its block.
  package var channels: Int { [64, 128, 256, 512, 512][block - 1] }

  package var inChannels: Int {
    if convolution > 1 { return channels }
    return block == 1 ? 3 : Layer(block: block - 1, convolution: 1).channels
  }

  /// Height or width of the layer for a picture of this height or width: halved before each block after the first.
  package func extent(of picture: Int) -> Int { picture >> (block - 1) }
}

/// The convolutional part of a VGG network (Simonyan & Zisserman, "Very Deep Convolutional Networks for Large-Scale Image
/// Recognition", 2014): five blocks of 3x3 convolutions, with 2x2 pooling between them.
package enum Architecture: String, Sendable {
  case vgg16, vgg19

  /// Convolutions in each of the five blocks.
  package var convolutions: [Int] {
    switch self {
    case .vgg16: [2, 2, 3, 3, 3]
    case .vgg19: [2, 2, 4, 4, 4]
    }
  }

  package var layers: [Layer] {
    convolutions.enumerated().flatMap { block, count in (1...count).map { Layer(block: block + 1, convolution: $0) } }
  }
}
