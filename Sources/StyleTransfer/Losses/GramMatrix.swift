internal import Kernels
internal import KernelTypes
internal import Networks

/// The Gram matrix (F + shift) (F + shift)^T / (channels * pixels) of a layer's features F, as in the lesson, where the shift is
/// zero; summed while rows of them come in.
///
/// With a mask each pixel's products count by it, and the sum of the mask is in place of the number of pixels.
struct GramMatrix {
  private var moments: FeatureMoments
  private let shift: Double
  var channels: Int { moments.channels }
  var weights: LayerWeights { moments.weights }
  /// Whether no pixel counts.
  var isEmpty: Bool { moments.isEmpty }

  /// - Parameters:
  ///   - height: of the picture, in pixels.
  ///   - width: of the picture, in pixels.
  ///   - mask: of that size.
  init(_ layer: Layer, shift: Double, height: Int, width: Int, mask: PixelMask?) {
    moments = FeatureMoments(shift == 0 ? .products : .all, of: layer, height: height, width: width, mask: mask)
    self.shift = shift
  }

  /// channels * pixels.
  var divisor: Double { Double(channels) * moments.total }
  private var scale: Double { isEmpty ? 0 : 1 / divisor }

  /// Without any features.
  mutating func clear() { moments.clear() }

  mutating func add(_ features: FeatureMap, rows: Range<Int>, _ engine: Engine) {
    moments.add(features, rows: rows, engine)
  }

  /// The matrix without its scale, on the diagonal and right of it.
  var products: [Double] {
    shift == 0
      ? moments.products : moments.products(shiftedBy: [Double](repeating: shift, count: channels))
  }

  /// The sum of squared differences from a target, `[channels][channels]`; writes the differences, times `factor`, to `matrix`.
  func compare(
    with target: UnsafeBufferPointer<Float>, factor: Float, into matrix: StyleGradientMatrix, _ engine: Engine
  ) -> Double {
    engine.compareGrams(products, scale: scale, target: target, factor: factor, into: matrix, channels: channels)
  }

  /// `[channels][channels]`, symmetric.
  var matrix: [Float] { symmetric(products, channels: channels, scale: scale) }
}

/// Both halves of a symmetric matrix, times `scale`.
///
/// - Parameter upper: `[channels][channels]`, on the diagonal and right of it.
func symmetric(_ upper: [Double], channels: Int, scale: Double) -> [Float] {
  [Float](unsafeUninitializedCapacity: channels * channels) { matrix, count in
    for row in 0..<channels {
      for column in row..<channels {
        let value = Float(upper[row &* channels &+ column] * scale)
        matrix[row &* channels &+ column] = value
        matrix[column &* channels &+ row] = value
      }
    }
    count = channels * channels
  }
}
