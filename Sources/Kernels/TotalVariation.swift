internal import Foundation

/// The weighted sum of squared differences of neighbouring pixels, divided by the number of values; its gradient is added to
/// `gradient`. Both pictures are `[3][height][width]`. By one thread, in one order.
package func totalVariation(
  _ picture: UnsafePointer<Float>, width: Int, height: Int, weight: Double, gradient: UnsafeMutablePointer<Float>
) -> Double {
  let scale = weight / Double(3 * width * height)
  let factor = Float(2 * scale)
  var sum = 0.0
  func compare(_ a: Int, _ b: Int) {
    let difference = picture[a] - picture[b]
    sum += Double(difference) * Double(difference)
    gradient[a] += factor * difference
    gradient[b] -= factor * difference
  }
  for row in 0..<3 * height {
    for x in 0..<width {
      let index = row * width + x
      if x + 1 < width { compare(index, index + 1) }
      if row % height + 1 < height { compare(index, index + width) }
    }
  }
  return scale * sum
}

/// How the differences across and down at a pixel become one number.
package enum VariationNorm: Sendable {
  /// Their squares' sum.
  case l2
  /// Their absolute values' sum; within `VariationNorm.rounding` of zero a parabola, so that there is a gradient.
  case l1

  /// Half a step of pixel values: below that, differences don't show.
  static let rounding = 0.5
}

/// The same of the sum of powers: of what `norm` makes of the differences of each value from its neighbours on the right and below.
/// Powers below 1 are rounded off at zero too.
///
/// - Parameter mask: `[height][width]`, 0...1, not zero everywhere: what `norm` makes of a difference counts by the masks of its two
///   pixels, and the mask's sum is the number of pixels. Nil where all count alike.
package func totalVariation(
  _ picture: UnsafePointer<Float>, width: Int, height: Int, weight: Double, norm: VariationNorm, power: Double,
  mask: UnsafePointer<Float>? = nil, gradient: UnsafeMutablePointer<Float>
) -> Double {
  let pixels = mask.map { mask in (0..<width * height).reduce(0) { $0 + Double(mask[$1]) } } ?? Double(width * height)
  let scale = weight / (3 * pixels)
  let rounding = VariationNorm.rounding
  /// Added before the power is taken.
  let floor = power < 1 ? (norm == .l2 ? rounding * rounding : rounding) : 0
  let least = power < 1 ? pow(floor, power) : 0
  func measure(_ difference: Double) -> (value: Double, slope: Double) {
    if norm == .l2 { return (difference * difference, 2 * difference) }
    let root = (difference * difference + rounding * rounding).squareRoot()
    return (root - rounding, difference / root)
  }
  var sum = 0.0
  for row in 0..<3 * height {
    for x in 0..<width {
      let index = row * width + x
      let right = x + 1 < width ? index + 1 : index
      let below = row % height + 1 < height ? index + width : index
      var across = measure(Double(picture[right]) - Double(picture[index]))
      var down = measure(Double(picture[below]) - Double(picture[index]))
      if let mask {
        let plane = row / height * height * width
        let own = Double(mask[index - plane])
        let (shareAcross, shareDown) = (own * Double(mask[right - plane]), own * Double(mask[below - plane]))
        across = (shareAcross * across.value, shareAcross * across.slope)
        down = (shareDown * down.value, shareDown * down.slope)
      }
      let base = across.value + down.value + floor
      let slope = power == 1 ? 1 : pow(base, power - 1)
      sum += base * slope - least
      let factor = scale * power * slope
      gradient[right] += Float(factor * across.slope)
      gradient[below] += Float(factor * down.slope)
      gradient[index] -= Float(factor * (across.slope + down.slope))
    }
  }
  return scale * sum
}
