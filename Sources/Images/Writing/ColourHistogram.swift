/// How often colours occur, in 32 x 32 x 32 bins of sRGB. Each bin keeps the mean of what fell into it.
struct ColourHistogram {
  private static let shift: UInt8 = 3
  /// The sums of red, green, blue and weight.
  private var bins = [SIMD4<Double>](repeating: .zero, count: 32 * 32 * 32)

  /// Counts every pixel with `weight`.
  mutating func add(_ image: RGBImage, weight: Double) {
    image.pixels.withUnsafeBufferPointer { pixels in
      for i in stride(from: 0, to: pixels.count, by: 3) {
        let (red, green, blue) = (pixels[i], pixels[i + 1], pixels[i + 2])
        let bin = Int(red >> Self.shift) << 10 | Int(green >> Self.shift) << 5 | Int(blue >> Self.shift)
        bins[bin] += SIMD4(Double(red), Double(green), Double(blue), 1) * weight
      }
    }
  }

  var colours: [WeightedColour] {
    bins.compactMap { sum in
      guard sum.w > 0 else { return nil }
      let mean = SIMD3<Float>(Float(sum.x / sum.w), Float(sum.y / sum.w), Float(sum.z / sum.w))
      return WeightedColour(sRGB: mean, weight: Float(sum.w))
    }
  }
}

struct WeightedColour {
  /// 0...255.
  let sRGB: SIMD3<Float>
  let oklab: SIMD3<Float>
  let weight: Float

  init(sRGB: SIMD3<Float>, weight: Float) {
    self.sRGB = sRGB
    oklab = Oklab.from(sRGB: sRGB)
    self.weight = weight
  }
}
