package import Kernels

/// The mean of squared differences of neighbouring pixels, over the numbers of the picture; or of a power of their squares' sum, or
/// of their absolute values' sum.
///
/// Mahendran & Vedaldi, "Understanding Deep Image Representations by Inverting Them", 2015, whose exponent is twice the power.
package struct TotalVariationLoss: Sendable, Equatable {
  package static let kind = "total variation"

  package var weight: Double
  package let norm: VariationNorm
  package let power: Double

  package init(weight: Double, norm: VariationNorm = .l2, power: Double = 1) {
    self.weight = weight
    self.norm = norm
    self.power = power
  }

  func divided(by roughness: Double) -> TotalVariationLoss {
    var divided = self
    divided.weight /= roughness
    return divided
  }

  /// The loss of a picture, `[3][height][width]`, without its weight.
  package func roughness(of picture: [Float], height: Int, width: Int) -> Double {
    var gradient = [Float](repeating: 0, count: picture.count)
    return TotalVariationLoss(weight: 1, norm: norm, power: power)
      .evaluate(picture, height: height, width: width, gradient: &gradient)
  }

  /// The weighted loss of a picture; its gradient is added to `gradient`. Both are `[3][height][width]`.
  ///
  /// - Parameter mask: of that size: a difference counts by those of its two pixels. Nil for all of the picture.
  package func evaluate(
    _ picture: UnsafePointer<Float>, height: Int, width: Int, mask: PixelMask? = nil,
    gradient: UnsafeMutablePointer<Float>
  ) -> Double {
    if let mask {
      precondition((mask.height, mask.width) == (height, width), "a mask of another size than the picture")
      return mask.values.withUnsafeBufferPointer { mask in
        totalVariation(
          picture, width: width, height: height, weight: weight, norm: norm, power: power, mask: mask.baseAddress,
          gradient: gradient)
      }
    }
    if norm == .l2 && power == 1 {
      return totalVariation(picture, width: width, height: height, weight: weight, gradient: gradient)
    }
    return totalVariation(
      picture, width: width, height: height, weight: weight, norm: norm, power: power, gradient: gradient)
  }
}
