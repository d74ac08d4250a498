import KernelTypes
import NeuralNetwork
import Networks
import StyleTransfer

/// The loss by its definition, in double precision and slowly. Tensors are `[channels][height][width]`.
struct ReferenceObjective {
  let weights: LossWeights
  let pooling: PoolingKind
  let width: Int
  let height: Int
  private let network: ReferenceNetwork
  private let contentTargets: [Layer: [Double]]
  private let grams: [Layer: [Double]]

  init(
    weights: LossWeights, pooling: PoolingKind, padding: PaddingKind = .zero, content: PlanarPicture,
    style: PlanarPicture
  ) throws {
    self.weights = weights
    self.pooling = pooling
    width = content.width
    height = content.height
    network = try ReferenceNetwork(deepest: weights.layers.max()!, pooling: pooling, padding: padding)
    contentTargets = network.features(of: content.values.map(Double.init), width: width, height: height)
    grams = network.features(of: style.values.map(Double.init), width: style.width, height: style.height).reduce(
      into: [:]
    ) { grams, entry in
      grams[entry.key] = weights.style[entry.key] == nil ? nil : gramMatrix(entry.value, channels: entry.key.channels)
    }
  }

  func loss(_ picture: [Double]) -> Double {
    let features = network.features(of: picture, width: width, height: height)
    let content = weights.content.map { $1 * meanSquare(features[$0]!, contentTargets[$0]!) }
    let style = weights.style.map { layer, weight in
      weight * meanSquare(gramMatrix(features[layer]!, channels: layer.channels), grams[layer]!)
    }
    return (content + style).reduce(weights.totalVariation * totalVariation(picture), +)
  }

  private func totalVariation(_ picture: [Double]) -> Double {
    var sum = 0.0
    for plane in 0..<3 {
      for y in 0..<height {
        for x in 0..<width {
          let index = (plane * height + y) * width + x
          if x + 1 < width { sum += square(picture[index + 1] - picture[index]) }
          if y + 1 < height { sum += square(picture[index + width] - picture[index]) }
        }
      }
    }
    return sum / Double(picture.count)
  }
}

/// The convolutions of VGG-16 in double precision.
struct ReferenceNetwork {
  private let layers: [(layer: Layer, weights: [Double], bias: [Double])]
  private let pooling: PoolingKind
  private let padding: PaddingKind

  init(deepest: Layer, pooling: PoolingKind, padding: PaddingKind = .zero) throws {
    let file = try VerifiedWeights(.vgg16)
    layers = try Architecture.vgg16.layers.filter { $0 <= deepest }.map { layer in
      (
        layer, try file.weights(of: layer).map(Double.init), try file.bias(of: layer).map(Double.init)
      )
    }
    self.pooling = pooling
    self.padding = padding
  }

  /// - Parameter picture: `[3][height][width]`, red, green, blue.
  func features(of picture: [Double], width: Int, height: Int) -> [Layer: [Double]] {
    let pixels = width * height
    var current = [2, 1, 0].flatMap { colour in
      picture[colour * pixels..<(colour + 1) * pixels].map { $0 - [123.68, 116.779, 103.939][colour] }
    }
    var features: [Layer: [Double]] = [:]
    var (width, height) = (width, height)
    for (layer, weights, bias) in layers {
      if layer.convolution == 1 && layer.block > 1 {
        current = pooled(current, width: width, height: height)
        (width, height) = (width / 2, height / 2)
      }
      if layer.inChannels == 3 && padding != .zero {
        let around = ringed(current, width: width, height: height)
        let output = convolved(around, width: width + 2, height: height + 2, weights, bias)
        current = withoutRing(output, width: width, height: height)
      } else {
        current = convolved(current, width: width, height: height, weights, bias)
      }
      features[layer] = current
    }
    return features
  }

  private func pooled(_ input: [Double], width: Int, height: Int) -> [Double] {
    let channels = input.count / (width * height)
    var output: [Double] = []
    for row in 0..<channels * (height / 2) {
      let (channel, y) = (row / (height / 2), row % (height / 2))
      for x in 0..<width / 2 {
        let first = (channel * height + 2 * y) * width + 2 * x
        let four = [input[first], input[first + 1], input[first + width], input[first + width + 1]]
        switch pooling {
        case .average: output.append(four.reduce(0, +) / 4)
        case .max: output.append(four.max()!)
        case .l2: output.append((four.reduce(0) { $0 + $1 * $1 } / 4 + 1e-8).squareRoot())
        }
      }
    }
    return output
  }

  /// With a ring of pixels around it, as the padding says.
  private func ringed(_ input: [Double], width: Int, height: Int) -> [Double] {
    func inside(_ place: Int, _ extent: Int) -> Int {
      if place >= 0 && place < extent { return place }
      if padding == .replicate { return place < 0 ? 0 : extent - 1 }
      return place < 0 ? 1 : extent - 2
    }
    return (0..<input.count / (width * height)).flatMap { plane in
      (-1...height).flatMap { y in
        (-1...width).map { x in input[(plane * height + inside(y, height)) * width + inside(x, width)] }
      }
    }
  }

  private func withoutRing(_ output: [Double], width: Int, height: Int) -> [Double] {
    (0..<output.count / ((width + 2) * (height + 2))).flatMap { plane in
      (1...height).flatMap { y in
        let start = (plane * (height + 2) + y) * (width + 2) + 1
        return output[start..<start + width]
      }
    }
  }

  /// With ReLU.
  private func convolved(_ input: [Double], width: Int, height: Int, _ weights: [Double], _ bias: [Double]) -> [Double]
  {
    let inChannels = input.count / (width * height)
    var output: [Double] = []
    output.reserveCapacity(bias.count * width * height)
    input.withUnsafeBufferPointer { input in
      weights.withUnsafeBufferPointer { weights in
        for channel in bias.indices {
          var plane = [Double](repeating: bias[channel], count: width * height)
          plane.withUnsafeMutableBufferPointer { plane in
            for inChannel in 0..<inChannels {
              for tap in 0..<9 {
                let weight = weights[(channel * inChannels + inChannel) * 9 + tap]
                let (dy, dx) = (tap / 3 - 1, tap % 3 - 1)
                for y in max(0, -dy)..<max(max(0, -dy), min(height, height - dy)) {
                  let source = (inChannel * height + y + dy) * width + dx
                  for x in max(0, -dx)..<max(max(0, -dx), min(width, width - dx)) {
                    plane[y * width + x] += weight * input[source + x]
                  }
                }
              }
            }
          }
          output += plane.map { max(0, $0) }
        }
      }
    }
    return output
  }
}

private func square(_ value: Double) -> Double { value * value }

private func meanSquare(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(0) { $0 + square($1.0 - $1.1) } / Double(a.count)
}

/// F F^T / (channels * pixels).
private func gramMatrix(_ features: [Double], channels: Int) -> [Double] {
  let pixels = features.count / channels
  return features.withUnsafeBufferPointer { features in
    (0..<channels * channels).map { entry in
      var sum = 0.0
      for pixel in 0..<pixels {
        sum += features[entry / channels * pixels + pixel] * features[entry % channels * pixels + pixel]
      }
      return sum / Double(features.count)
    }
  }
}
