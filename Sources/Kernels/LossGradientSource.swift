package import KernelTypes

/// What one loss adds to the gradient with respect to a layer's features F.
package enum LossGradientSource {
  /// S F, for a symmetric matrix S.
  case matrix(StyleGradientMatrix)
  /// `factor * (F - target)`; whoever made the target keeps its memory.
  case difference(from: FeatureView, factor: Float)
}

extension [LossGradientSource] {
  /// What the kernel is to do one after the other: a matrix and a difference in each pass, and the pooling in the first.
  func passes(features: FeatureMap, dFeatures: FeatureMap, pooling: PoolingArguments?) -> [LossGradientArguments] {
    var matrices: [UnsafePointer<Float>] = []
    var differences: [(target: FeatureView, factor: Float)] = []
    for source in self {
      switch source {
      case .matrix(let matrix): matrices.append(matrix.pointer)
      case .difference(let target, let factor): differences.append((target, factor))
      }
    }
    return (0..<Swift.max(1, matrices.count, differences.count)).map { pass in
      let difference = pass < differences.count ? differences[pass] : nil
      return LossGradientArguments(
        features: features, dFeatures: dFeatures, matrix: pass < matrices.count ? matrices[pass] : nil,
        target: difference?.target, differenceFactor: difference?.factor ?? 0, pooling: pass == 0 ? pooling : nil,
        accumulates: pass > 0)
    }
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
}
