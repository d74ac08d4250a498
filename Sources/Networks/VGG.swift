/// One 3x3 convolution of a VGG network with its ReLU, as in `block4_conv2`: the second convolution of block 4.
///
/// Read in the three spellings in use: `block4_conv2` (Keras), `conv4_2` (Caffe) and `relu4_2` (torch). All three mean
/// the output after the ReLU.
package struct Layer: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// 1 to 5; a pooling layer follows each block.
  package let block: Int
  /// 1 to the number of convolutions in the block.
  package let convolution: Int

  package init(block: Int, convolution: Int) {
    self.block = block
    self.convolution = convolution
  }

  /// Nil for a text in none of the three spellings. Whether a network has that layer is the network's to say.
  package init?(_ text: String) {
    guard let match = text.wholeMatch(of: /(?:block([1-9])_conv|(?:conv|relu)([1-9])_)([1-9])/) else { return nil }
    guard let block = match.1 ?? match.2, let block = Int(block), let convolution = Int(match.3) else { return nil }
    self.init(block: block, convolution: convolution)
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

  /// The tensor of the weights in a file: `[channels][inChannels][3][3]`.
  package var weightName: String { "\(self).weight" }
  package var weightShape: [Int] { [channels, inChannels, 3, 3] }
  /// The tensor of the bias: `[channels]`.
  package var biasName: String { "\(self).bias" }
  package var biasShape: [Int] { [channels] }
}

extension Layer: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let layer = Layer(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not the name of a layer")
    }
    self = layer
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// The convolutional part of a VGG network (Simonyan & Zisserman, "Very Deep Convolutional Networks for Large-Scale Image
/// Recognition", 2014, https://arxiv.org/abs/1409.1556): five blocks of 3x3 convolutions, with 2x2 pooling between them.
package enum Architecture: String, CaseIterable, Codable, Sendable {
  case vgg16, vgg19

  /// Convolutions in each of the five blocks.
  package var convolutionsPerBlock: [Int] {
    switch self {
    case .vgg16: [2, 2, 3, 3, 3]
    case .vgg19: [2, 2, 4, 4, 4]
    }
  }

  /// SHA-256 of the tensors in the file of weights that comes with Easel, in hexadecimal.
  package var weightsDigest: String {
    switch self {
    case .vgg16: "df80169abd450fcc3c1809371c6707f7a6e215d6761f70c3d5c36da74047e7bd"
    case .vgg19: "16ad2836b7cd86489bf7495b865b0e86895fb5f0e8e8ed9258319cf785ca8c36"
    }
  }

  /// From the picture to the deep end.
  package var layers: [Layer] {
    convolutionsPerBlock.enumerated().flatMap { block, count in
      (1...count).map { Layer(block: block + 1, convolution: $0) }
    }
  }

  package func has(_ layer: Layer) -> Bool { layers.contains(layer) }

  /// Name and shape of every tensor in a file of weights: weight before bias, from the picture on.
  package var tensors: [(name: String, shape: [Int])] {
    layers.flatMap { [($0.weightName, $0.weightShape), ($0.biasName, $0.biasShape)] }
  }
}
