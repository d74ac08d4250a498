package import KernelTypes

/// What one loss adds to the gradient with respect to a layer's features F:
/// `weights * (S F + factor (F - target) + signFactor sign(F - target) + c F + d)`, with parts that may be missing.
package struct LossGradientSource {
  /// S, symmetric.
  private var matrix: StyleGradientMatrix?
  /// Whoever made the target keeps its memory.
  private var target: FeatureView?
  private var factor: Float = 0
  private var signFactor: Float = 0
  /// c and d of each channel: `[2][channels]`.
  private var channelTerms: FloatBuffer?
  /// Of the pixels; nil for ones. Whoever made them keeps their memory.
  private var weights: PixelWeights?

  /// Nothing.
  package static var none: LossGradientSource { LossGradientSource() }

  /// S F, for a symmetric matrix S, and what `channelTerms` add.
  package static func matrix(
    _ matrix: StyleGradientMatrix, channelTerms: FloatBuffer? = nil, weights: PixelWeights? = nil
  ) -> LossGradientSource {
    LossGradientSource(matrix: matrix, channelTerms: channelTerms, weights: weights)
  }

  /// c F + d.
  ///
  /// - Parameter terms: c and d of each channel: `[2][channels]`.
  package static func channelTerms(_ terms: FloatBuffer, weights: PixelWeights? = nil) -> LossGradientSource {
    LossGradientSource(channelTerms: terms, weights: weights)
  }

  /// `factor * (F - target) + signFactor * sign(F - target)`.
  package static func difference(
    from target: FeatureView, factor: Float, signFactor: Float = 0, weights: PixelWeights? = nil
  ) -> LossGradientSource {
    LossGradientSource(target: target, factor: factor, signFactor: signFactor, weights: weights)
  }

  /// The same `factor` times; in the memory that its makers have of it, until they write it anew.
  package func scaled(by factor: Float) -> LossGradientSource {
    var scaled = self
    scaled.factor *= factor
    scaled.signFactor *= factor
    matrix?.scale(by: factor)
    if let channelTerms { for index in 0..<channelTerms.count { channelTerms.pointer[index] *= factor } }
    return scaled
  }
}

extension LossGradientSource {
  /// Adds this to what a pass does; false where that has no room for it, or other weights.
  fileprivate func join(_ pass: inout LossGradientArguments) -> Bool {
    guard pass.weights?.pointer == weights?.pointer, matrix == nil || pass.matrix == nil,
      target == nil || pass.target == nil, channelTerms == nil || pass.factors == nil
    else { return false }
    fill(&pass)
    return true
  }

  fileprivate func fill(_ pass: inout LossGradientArguments) {
    pass.weights = weights
    if let matrix { pass.matrix = matrix.pointer }
    if let target { (pass.target, pass.differenceFactor, pass.signFactor) = (target, factor, signFactor) }
    if let channelTerms {
      pass.factors = UnsafePointer(channelTerms.pointer)
      pass.offsets = UnsafePointer(channelTerms.pointer + channelTerms.count / 2)
    }
  }
}

extension [LossGradientSource] {
  /// What the kernel is to do one after the other: a matrix and a difference in each pass, and the pooling in the first.
  func passes(features: FeatureMap, dFeatures: FeatureMap, pooling: PoolingArguments?) -> [LossGradientArguments] {
    let empty = LossGradientArguments(features: features, dFeatures: dFeatures)
    var passes: [LossGradientArguments] = []
    for source in self {
      if passes.indices.contains(where: { source.join(&passes[$0]) }) { continue }
      passes.append(empty)
      source.fill(&passes[passes.count - 1])
    }
    if passes.isEmpty { passes = [empty] }
    passes[0].pooling = pooling
    for index in passes.indices.dropFirst() { passes[index].accumulates = true }
    return passes
  }
}

/// The matrix S of a style loss, whose gradient with respect to the features F is S F, in the order in which the kernel
/// reads it. All zero at first.
package struct StyleGradientMatrix {
  private let channels: Int
  private let panels: FloatBuffer

  package init(channels: Int) {
    self.channels = channels
    panels = FloatBuffer(count: (channels + 31) / 32 * channels * 32)
  }

  /// A row's part in the 16 columns of a group of channels.
  package func store(_ values: SIMD16<Float>, row: Int, group: Int) {
    let start = panels.pointer + ((group / 2 &* channels &+ row) &* 32 &+ group % 2 &* 16)
    UnsafeMutableRawPointer(start).storeBytes(of: values, as: SIMD16<Float>.self)
  }

  var pointer: UnsafePointer<Float> { UnsafePointer(panels.pointer) }

  func scale(by factor: Float) {
    for index in 0..<panels.count { panels.pointer[index] *= factor }
  }

  /// The sum of v . Q v over the rows v of S: of squares of S F, where Q is F F^T.
  ///
  /// - Parameter products: Q, `[channels][channels]`, on the diagonal and right of it.
  package func squaredNorm(overProducts products: [Double], _ engine: Engine) -> Double {
    let (own, q) = (SquareMatrix(size: channels), SquareMatrix(size: channels))
    for row in 0..<channels {
      for column in 0..<channels {
        let place = (column / 32 &* channels &+ row) &* 32 &+ column % 32
        own[row, column] = Double(panels.pointer[place])
        q[row, column] = products[min(row, column) &* channels &+ max(row, column)]
      }
    }
    let product = SquareMatrix(size: channels)
    engine.multiply(q, own, into: product, symmetric: false)
    return product.dot(own)
  }

  /// S v for a vector v, `[channels]`.
  package func product(with vector: [Double]) -> [Double] {
    precondition(vector.count == channels)
    return (0..<channels / 16).flatMap { group in
      var sum = SIMD16<Double>(repeating: 0)
      for row in 0..<channels {
        let start = panels.pointer + ((group / 2 &* channels &+ row) &* 32 &+ group % 2 &* 16)
        sum += SIMD16<Double>(UnsafeRawPointer(start).loadUnaligned(as: SIMD16<Float>.self)) * vector[row]
      }
      return (0..<16).map { sum[$0] }
    }
  }
}
