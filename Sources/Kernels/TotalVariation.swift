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
