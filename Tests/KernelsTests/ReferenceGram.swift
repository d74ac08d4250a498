/// The style loss's matrix products, as their definitions say.
enum ReferenceGram {
  /// F F^T / (C H W): `[channels][channels]`.
  static func matrix(_ features: Features) -> [Double] { products(features, features) }

  /// A B^T / (C H W).
  static func products(_ a: Features, _ b: Features) -> [Double] {
    let (channels, pixels) = (a.channels, a.height * a.width)
    var matrix = [Double](repeating: 0, count: channels * channels)
    for row in 0..<channels {
      for column in 0..<channels {
        var sum = 0.0
        for pixel in 0..<pixels {
          sum += a.values[row * pixels + pixel] * b.values[column * pixels + pixel]
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

  static func channelSums(_ features: Features) -> [Double] {
    let pixels = features.height * features.width
    return (0..<features.channels).map { features.values[$0 * pixels..<($0 + 1) * pixels].reduce(0, +) }
  }

  /// A factor of each channel times the features, and its offset.
  static func channelTerms(_ terms: [Float], _ features: Features) -> Features {
    let pixels = features.height * features.width
    var result = features
    for index in result.values.indices {
      let channel = index / pixels
      result.values[index] =
        Double(terms[channel]) * features.values[index] + Double(terms[features.channels + channel])
    }
    return result
  }
}

extension Features {
  /// Each pixel times its weight.
  func weighted(by weights: [Float]) -> Features {
    var result = self
    for index in values.indices { result.values[index] *= Double(weights[index % weights.count]) }
    return result
  }

  func times(_ other: Features) -> Features {
    Features(channels, Shape(height, width), values: zip(values, other.values).map { $0 * $1 })
  }
}
