internal import Kernels
internal import KernelTypes
internal import Networks

/// Sums over the pixels of a layer, each pixel's times its weight m: of products of channels, of channels and of their squares;
/// summed while rows of features F come in.
struct FeatureMoments {
  /// What is summed: the rest stays zero.
  enum Kind {
    case products, channels, all
  }

  let channels: Int
  let weights: LayerWeights
  private let kind: Kind
  /// F diag(m) F^T, `[channels][channels]`: on the diagonal and right of it.
  private(set) var products: [Double]
  /// Of the channels, then of their squares: `[2][channels]`.
  private var channelSums: [Double]

  /// - Parameters:
  ///   - height: of the picture, in pixels.
  ///   - width: of the picture, in pixels.
  ///   - mask: of that size.
  init(_ kind: Kind, of layer: Layer, height: Int, width: Int, mask: PixelMask?) {
    self.kind = kind
    channels = layer.channels
    weights = LayerWeights(layer, height: height, width: width, mask: mask)
    products = [Double](repeating: 0, count: kind == .channels ? 0 : channels * channels)
    channelSums = [Double](repeating: 0, count: 2 * channels)
  }

  /// Of no pixels.
  mutating func clear() {
    products.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
    channelSums.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
  }

  mutating func add(_ features: FeatureMap, rows: Range<Int>, _ engine: Engine) {
    if kind != .channels {
      engine.addGramProducts(of: features, rows: rows, weights: weights.pixels, to: &products)
    }
    if kind != .products {
      engine.addChannelSums(of: features, rows: rows, weights: weights.pixels, to: &channelSums)
    }
  }
}

extension FeatureMoments {
  /// The sum of the weights.
  var total: Double { weights.sum }
  /// Whether no pixel counts.
  var isEmpty: Bool { total == 0 }

  /// Of each channel.
  var means: [Double] { channelSums[..<channels].map { isEmpty ? 0 : $0 / total } }
  /// Of each channel: the mean square of the difference from the mean.
  var variances: [Double] {
    zip(channelSums[channels...], means).map { isEmpty ? 0 : max(0, $0 / total - $1 * $1) }
  }

  /// What `products` would be of F with `shift` added to each channel.
  func products(shiftedBy shift: [Double]) -> [Double] {
    var shifted = products
    shifted.withUnsafeMutableBufferPointer { shifted in
      channelSums.withUnsafeBufferPointer { sums in
        for row in 0..<channels {
          let (sum, own) = (sums[row] + total * shift[row], shift[row])
          for column in row..<channels {
            shifted[row &* channels &+ column] += own * sums[column] + sum * shift[column]
          }
        }
      }
    }
    return shifted
  }

  /// The channels' covariance: the mean product of differences from the means; the same as products with the means taken away.
  /// `[channels][channels]`: on the diagonal and right of it.
  var covariance: [Double] {
    guard !isEmpty else { return products }
    return products(shiftedBy: means.map { -$0 }).map { $0 / total }
  }
}
