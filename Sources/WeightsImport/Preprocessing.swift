internal import NeuralNetwork

/// What a network's weights expect of a picture.
package enum Preprocessing: String, CaseIterable, Sendable {
  /// What the file's names and numbers tell.
  case auto
  /// RGB in 0...1, minus means, divided by standard deviations.
  case torchvision
  /// BGR in 0...255 minus means: also Easel's way.
  case caffe
  /// The same: Keras's VGGs are Caffe's.
  case keras
}

/// How pictures come to the first convolution, and what makes it take them as Easel gives them: BGR in 0...255 minus `means`.
///
/// Division is folded into the weights, and the order of channels by exchanging them. Means are not folded into the bias: beyond
/// the border is zero after they are subtracted, so that there the bias would be another. They stay with the file.
struct InputConvention: Equatable {
  /// Of red, green and blue in 0...255.
  var means: [Double]
  /// Of the weights for blue, green and red.
  var factors: [Double] = [1, 1, 1]
  /// Whether the weights have red first.
  var isRedFirst = false

  static let caffe = InputConvention(means: NetworkWeights.means)

  /// https://pytorch.org/vision/stable/models.html
  static let torchvision = InputConvention(
    means: [123.675, 116.28, 103.53], factors: [0.225, 0.224, 0.229].map { 1 / (255 * $0) },
    isRedFirst: true)

  var changesWeights: Bool { factors != [1, 1, 1] || isRedFirst }

  /// - Parameter weights: of the first convolution as the file has them, `[outChannels][3][9]`.
  func folded(_ weights: [Float]) -> [Float] {
    weights.indices.map { index in
      let (output, plane, tap) = (index / 27, index / 9 % 3, index % 9)
      return Float(Double(weights[output * 27 + (isRedFirst ? 2 - plane : plane) * 9 + tap]) * factors[plane])
    }
  }
}

extension InputConvention {
  /// - Parameters:
  ///   - first: weights of the first convolution.
  ///   - known: those that come with Easel.
  static func of(
    _ names: WeightsNames, _ preprocessing: Preprocessing, first: [Float], known: () throws -> [Float]
  ) throws -> InputConvention {
    switch (preprocessing, names) {
    case (.torchvision, _): return .torchvision
    case (_, .own(let means)): return InputConvention(means: means)
    case (.auto, .counted): return areAlike(first, try known()) ? .caffe : .torchvision
    default: return .caffe
    }
  }

  /// Whether they differ by no more than somebody's own training or rounding makes.
  private static func areAlike(_ a: [Float], _ b: [Float]) -> Bool {
    let distance = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return a.count == b.count && distance < 0.04 * b.reduce(0) { $0 + $1 * $1 }
  }
}
