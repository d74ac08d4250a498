internal import Kernels
internal import KernelTypes

/// The Gram matrix F F^T / (channels * pixels) of a layer's features F, as in the lesson; summed while rows of them come in.
struct GramMatrix {
  let channels: Int
  /// F F^T, `[channels][channels]`: on the diagonal and right of it.
  private var products: [Double]

  init(channels: Int) {
    self.channels = channels
    products = [Double](repeating: 0, count: channels * channels)
  }

  mutating func add(_ features: FeatureMap, rows: Range<Int>, _ engine: Engine) {
    engine.addGramProducts(of: features, rows: rows, to: &products)
  }

  /// `[channels][channels]`, symmetric.
  func matrix(pixels: Int) -> [Float] {
    let scale = 1 / (Double(channels) * Double(pixels))
    return [Float](unsafeUninitializedCapacity: channels * channels) { matrix, count in
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
