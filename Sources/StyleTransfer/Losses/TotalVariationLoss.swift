internal import Kernels

/// The mean of squared differences of neighbouring pixels, over the numbers of the picture.
///
/// Mahendran & Vedaldi, "Understanding Deep Image Representations by Inverting Them", 2015, with exponent 2.
package struct TotalVariationLoss: Sendable, Equatable {
  package static let kind = "total variation"

  package let weight: Double

  package init(weight: Double) { self.weight = weight }

  /// The weighted loss of a picture; its gradient is added to `gradient`. Both are `[3][height][width]`.
  package func evaluate(
    _ picture: UnsafePointer<Float>, height: Int, width: Int, gradient: UnsafeMutablePointer<Float>
  ) -> Double {
    totalVariation(picture, width: width, height: height, weight: weight, gradient: gradient)
  }
}
