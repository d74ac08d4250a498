internal import Kernels
internal import KernelTypes
internal import Networks

/// The Gram matrix F F^T / (channels * pixels) of a layer's features F, as in the lesson; summed while rows of them come in.
struct GramMatrix {
  let channels: Int
  let pixels: Int
  /// F F^T, `[channels][channels]`: on the diagonal and right of it.
  private var products: [Double]

  /// - Parameters:
  ///   - height: of the picture, in pixels.
  ///   - width: of the picture, in pixels.
  init(_ layer: Layer, height: Int, width: Int) {
    channels = layer.channels
    pixels = layer.extent(of: height) * layer.extent(of: width)
    products = [Double](repeating: 0, count: channels * channels)
  }

  private var scale: Double { 1 / (Double(channels) * Double(pixels)) }

  /// Without any features.
  mutating func clear() {
    products.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
  }

  mutating func add(_ features: FeatureMap, rows: Range<Int>, _ engine: Engine) {
    engine.addGramProducts(of: features, rows: rows, to: &products)
  }

  /// The sum of squared differences from a target, `[channels][channels]`; writes the differences, times `factor`, to `matrix`.
  func compare(
    with target: UnsafeBufferPointer<Float>, factor: Float, into matrix: StyleGradientMatrix, _ engine: Engine
  ) -> Double {
    engine.compareGrams(products, scale: scale, target: target, factor: factor, into: matrix, channels: channels)
  }

  /// `[channels][channels]`, symmetric.
  var matrix: [Float] {
    [Float](unsafeUninitializedCapacity: channels * channels) { matrix, count in
      for row in 0..<channels {
        for column in row..<channels {
          let value = Float(products[row &* channels &+ column] * scale)
          matrix[row &* channels &+ column] = value
          matrix[column &* channels &+ row] = value
        }
      }
      count = channels * channels
    }
  }
}
