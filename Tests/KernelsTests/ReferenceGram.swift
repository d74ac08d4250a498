/// The style loss's matrix products, as their definitions say.
enum ReferenceGram {
  /// F F^T / (C H W): `[channels][channels]`.
  static func matrix(_ features: Features) -> [Double] {
    let (channels, pixels) = (features.channels, features.height * features.width)
    var matrix = [Double](repeating: 0, count: channels * channels)
    for row in 0..<channels {
      for column in 0..<channels {
        var sum = 0.0
        for pixel in 0..<pixels {
          sum += features.values[row * pixels + pixel] * features.values[column * pixels + pixel]
        }
        matrix[row * channels + column] = sum / Double(channels * pixels)
      }
    }
    return matrix
  }

  /// S^T F + factor * (F - content), zero where F is, for there the ReLU is off; a term whose S or content is nil is
  /// left out.
  static func lossGradient(_ features: Features, style: [Float]?, content: Features?, factor: Float) -> Features {
    let (channels, pixels) = (features.channels, features.height * features.width)
    var gradient = Features(channels, Shape(features.height, features.width))
    if let style {
      for row in 0..<channels {
        for column in 0..<channels {
          let weight = Double(style[row * channels + column])
          for pixel in 0..<pixels {
            gradient.values[column * pixels + pixel] += weight * features.values[row * pixels + pixel]
          }
        }
      }
    }
    if let content {
      for index in gradient.values.indices {
        gradient.values[index] += Double(factor) * (features.values[index] - content.values[index])
      }
    }
    return gradient.masked(by: features.positive)
  }
}
