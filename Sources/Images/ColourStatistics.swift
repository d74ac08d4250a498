/// Mean and covariance of a picture's colours, in levels of 0...255.
package struct ColourStatistics: Equatable, Sendable {
  package let mean: SIMD3<Double>
  package let covariance: Matrix3

  package init(mean: SIMD3<Double>, covariance: Matrix3) {
    self.mean = mean
    self.covariance = covariance
  }

  /// What several pictures have on average.
  ///
  /// - Parameter shares: of each of them; they add up to 1.
  package init(mixing several: [ColourStatistics], shares: [Double]) {
    let parts = zip(several, shares)
    mean = parts.reduce(.zero) { $0 + $1.1 * $1.0.mean }
    covariance = Matrix3(rows: (0..<3).map { row in parts.reduce(.zero) { $0 + $1.1 * $1.0.covariance.rows[row] } })
  }

  /// - Parameter alpha: by which pixels count; of that size.
  package init(of image: RGBImage, alpha: AlphaPlane? = nil) {
    let weight = alpha.map { alpha in { (pixel: Int) in Double(alpha.values[pixel]) / 255 } }
    self.init(count: image.width * image.height, weight: weight) { image.pixels.colour(at: $0) }
  }

  /// - Parameters:
  ///   - weight: of a pixel's number, not zero for all; nil where all count alike.
  ///   - colour: of a pixel's number.
  package init(count: Int, weight: ((Int) -> Double)? = nil, colour: (Int) -> SIMD3<Double>) {
    var total = 0.0
    var sum = SIMD3<Double>.zero
    // Products of red, green and blue with themselves, and of red with green, red with blue, green with blue.
    var squares = SIMD3<Double>.zero
    var products = SIMD3<Double>.zero
    // Around the middle, where sums of squares lose less.
    let middle = SIMD3<Double>(repeating: 128)
    for index in 0..<count {
      let colour = colour(index) - middle
      let weight = weight?(index) ?? 1
      total += weight
      sum += weight * colour
      squares += weight * colour * colour
      products += weight * SIMD3(colour.x * colour.y, colour.x * colour.z, colour.y * colour.z)
    }
    let mean = sum / total
    let variances = squares / total - mean * mean
    let mixed =
      products / total - SIMD3(mean.x * mean.y, mean.x * mean.z, mean.y * mean.z)
    self.init(
      mean: mean + middle,
      covariance: Matrix3(rows: [
        SIMD3(variances.x, mixed.x, mixed.y), SIMD3(mixed.x, variances.y, mixed.z),
        SIMD3(mixed.y, mixed.z, variances.z),
      ]))
  }
}

extension [UInt8] {
  /// Of H x W x 3.
  fileprivate func colour(at pixel: Int) -> SIMD3<Double> {
    SIMD3(Double(self[3 * pixel]), Double(self[3 * pixel + 1]), Double(self[3 * pixel + 2]))
  }
}

/// A map of colours that gives one picture the mean and covariance of another (Gatys, Bethge, Hertzmann & Shechtman, "Preserving
/// Color in Neural Artistic Style Transfer", 2016, section 5).
///
/// Of all linear maps that do so it is the symmetric one, which moves the colours least: with S and C for the covariances it is
/// S^-1/2 (S^1/2 C S^1/2)^1/2 S^-1/2.
package struct ColourMatch: Sendable {
  package let matrix: Matrix3
  private let from: SIMD3<Double>
  private let to: SIMD3<Double>

  /// Variance in levels squared below which a picture is taken to be flat in a direction, as a grey one is in two. What varies
  /// there is rounding and noise, which is not to become the other picture's colours.
  package static let leastVariance = 4.0

  package init(from source: ColourStatistics, to target: ColourStatistics) {
    let eigen = SymmetricEigen(source.covariance)
    let root = eigen.matrix { max($0, Self.leastVariance).squareRoot() }
    let inverse = eigen.matrix { 1 / max($0, Self.leastVariance).squareRoot() }
    let middle = SymmetricEigen(root * target.covariance * root).matrix { max($0, 0).squareRoot() }
    matrix = inverse * middle * inverse
    (from, to) = (source.mean, target.mean)
  }

  package func callAsFunction(_ colour: SIMD3<Double>) -> SIMD3<Double> { matrix * (colour - from) + to }

  /// Colours that leave the range are cut off at its ends.
  ///
  /// - Parameter share: how much of it is done, 0 to 1.
  package func callAsFunction(_ image: RGBImage, share: Double = 1) -> RGBImage {
    var pixels = image.pixels
    for pixel in 0..<image.width * image.height {
      let found = image.pixels.colour(at: pixel)
      let colour = (found + share * (self(found) - found)).clamped(lowerBound: .zero, upperBound: SIMD3(repeating: 255))
      for channel in 0..<3 { pixels[3 * pixel + channel] = UInt8(colour[channel].rounded()) }
    }
    return RGBImage(width: image.width, height: image.height, pixels: pixels)
  }
}

/// Luma and chroma of Y'CbCr in the full range (ITU-R BT.601, JFIF), on the encoded sRGB values, as most programs have them for
/// this.
package enum Luma {
  private static let weights = SIMD3<Float>(0.299, 0.587, 0.114)

  /// Of a colour of 0...255.
  package static func of(_ colour: SIMD3<Float>) -> Float { (weights * colour).sum() }

  /// The colour with that luma and another's chroma. Where the two make no colour of 0...255 together there is less chroma, of the
  /// same hue; the luma is kept.
  package static func colour(luma: Float, chromaOf other: SIMD3<Float>) -> SIMD3<Float> {
    let luma = min(max(luma, 0), 255)
    let chroma = other - of(other)
    var share: Float = 1
    for channel in 0..<3 where chroma[channel] != 0 {
      let room = chroma[channel] > 0 ? 255 - luma : -luma
      share = min(share, room / chroma[channel])
    }
    return (luma + share * chroma).clamped(lowerBound: .zero, upperBound: SIMD3(repeating: 255))
  }
}
