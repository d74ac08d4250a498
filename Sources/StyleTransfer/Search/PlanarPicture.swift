/// Red, green and blue planes, 0...255: `[3][height][width]`.
package struct PlanarPicture: Sendable, Equatable {
  package let width: Int
  package let height: Int
  package var values: [Float]

  package init(width: Int, height: Int, values: [Float]) {
    precondition(values.count == 3 * width * height)
    self.width = width
    self.height = height
    self.values = values
  }

  /// - Parameter interleaved: `[height][width][3]`.
  package init(width: Int, height: Int, interleaved: [UInt8]) {
    precondition(interleaved.count == 3 * width * height)
    let pixels = width * height
    let values = [Float](unsafeUninitializedCapacity: 3 * pixels) { values, count in
      interleaved.withUnsafeBufferPointer { interleaved in
        for colour in 0..<3 {
          for pixel in 0..<pixels { values[colour &* pixels &+ pixel] = Float(interleaved[pixel &* 3 &+ colour]) }
        }
      }
      count = 3 * pixels
    }
    self.init(width: width, height: height, values: values)
  }

  /// Rounded to 8 bits: `[height][width][3]`.
  package var interleaved: [UInt8] {
    let pixels = width * height
    return [UInt8](unsafeUninitializedCapacity: 3 * pixels) { bytes, count in
      values.withUnsafeBufferPointer { values in
        for colour in 0..<3 {
          for pixel in 0..<pixels {
            bytes[pixel &* 3 &+ colour] = UInt8(max(0, min(255, values[colour &* pixels &+ pixel].rounded())))
          }
        }
      }
      count = 3 * pixels
    }
  }

  /// The lesson's start: uniform noise of ±`amplitude` around the mean colour. The same seed gives the same noise.
  package static func noise(width: Int, height: Int, amplitude: Float, means: [Double], seed: UInt64) -> PlanarPicture {
    var generator = SplitMix64(state: seed)
    let pixels = width * height
    let values = (0..<3 * pixels).map { index in
      Float(means[index / pixels]) + amplitude * (2 * generator.nextUnit() - 1)
    }
    return PlanarPicture(width: width, height: height, values: values)
  }

  /// With other sides, each value from the four nearest; positive values stay positive. (Pictures that people see are resized with a
  /// better filter.)
  package func resizedBilinear(width: Int, height: Int) -> PlanarPicture {
    let (columns, rows) = (Self.samples(width, of: self.width), Self.samples(height, of: self.height))
    var resized: [Float] = []
    resized.reserveCapacity(3 * width * height)
    for colour in 0..<3 {
      for row in rows {
        let (upper, lower) = (
          (colour * self.height + row.low) * self.width, (colour * self.height + row.high) * self.width
        )
        for column in columns {
          let above = values[upper + column.low] * (1 - column.share) + values[upper + column.high] * column.share
          let below = values[lower + column.low] * (1 - column.share) + values[lower + column.high] * column.share
          resized.append(above * (1 - row.share) + below * row.share)
        }
      }
    }
    return PlanarPicture(width: width, height: height, values: resized)
  }

  /// For each place of a new side: the old places on both sides of its middle, and the share of the second.
  private static func samples(_ count: Int, of old: Int) -> [(low: Int, high: Int, share: Float)] {
    (0..<count).map { place in
      let middle = max(0, (Double(place) + 0.5) * Double(old) / Double(count) - 0.5)
      let low = min(Int(middle), old - 1)
      return (low, min(low + 1, old - 1), Float(middle - Double(low)))
    }
  }

  /// Whether all pixels have the same colour, as nearly as 8 bits can tell.
  package var isConstant: Bool {
    let pixels = width * height
    return (0..<3).allSatisfy { colour in
      let plane = values[colour * pixels..<(colour + 1) * pixels]
      return plane.max()! - plane.min()! < 0.5
    }
  }
}

/// Steele, Lea & Flood, "Fast Splittable Pseudorandom Number Generators", 2014.
struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// Uniform in 0..<1.
  mutating func nextUnit() -> Float { Float(next() >> 40) * 0x1p-24 }
}
