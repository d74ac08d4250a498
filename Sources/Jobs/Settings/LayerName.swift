/// The ReLU output of one convolution of a VGG network, as in `block4_conv2`: the second convolution of block 4.
///
/// Read in the three spellings in use: `block4_conv2` (Keras), `conv4_2` (Caffe) and `relu4_2` (torch). All three mean
/// the output after the ReLU.
package struct LayerName: Hashable, Sendable, Comparable, CustomStringConvertible {
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
  package static func < (left: LayerName, right: LayerName) -> Bool {
    (left.block, left.convolution) < (right.block, right.convolution)
  }
}

extension LayerName: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let name = LayerName(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not the name of a layer")
    }
    self = name
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
