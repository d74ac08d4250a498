internal import Kernels
internal import KernelTypes

/// Memory of a gradient S (F - c) + d with respect to features F, for a symmetric matrix S and numbers of each channel.
struct AffineGradient {
  /// S.
  let matrix: StyleGradientMatrix
  private let channels: Int
  private let terms: FloatBuffer

  init(channels: Int) {
    self.channels = channels
    matrix = StyleGradientMatrix(channels: channels)
    terms = FloatBuffer(count: 2 * channels)
  }

  /// The gradient with S as it is now, each pixel's times its weight.
  ///
  /// - Parameters:
  ///   - centre: c.
  ///   - offsets: d; nil for zeros.
  func source(around centre: [Double], offsets: [Double]? = nil, weights: LayerWeights) -> LossGradientSource {
    let product = matrix.product(with: centre)
    for channel in 0..<channels {
      terms.pointer[channels + channel] = Float((offsets?[channel] ?? 0) - product[channel])
    }
    return .matrix(matrix, channelTerms: terms, weights: weights.pixels)
  }

  /// The sum of squares of S (F - c) + d over features that are c on average, or with d zero.
  ///
  /// - Parameters:
  ///   - products: (F - c) (F - c)^T, on the diagonal and right of it.
  ///   - offsets: d; nil for zeros.
  ///   - total: the number of pixels.
  func squaredNorm(over products: [Double], offsets: [Double]? = nil, total: Double = 0, _ engine: Engine) -> Double {
    matrix.squaredNorm(overProducts: products, engine)
      + total * (offsets ?? []).reduce(0) { $0 + $1 * $1 }
  }
}
