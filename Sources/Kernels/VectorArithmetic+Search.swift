// What searches in a box do with points and gradients. Vectors of one call are equally long.
extension VectorArithmetic {
  /// x + t d, with each number put into the bounds.
  package func moved(_ x: [Float], by t: Float, along d: [Float], within bounds: ClosedRange<Float>) -> [Float] {
    checkLengths(x.count, d.count)
    return [Float](unsafeUninitializedCapacity: x.count) { point, count in
      x.withUnsafeBufferPointer { x in
        d.withUnsafeBufferPointer { d in
          nonisolated(unsafe) let (point, x, d) = (point, x, d)  // pieces of the point are written apart
          forEachPiece(count: x.count) { _, range in
            for index in range {
              point[index] = min(max(x[index] + t * d[index], bounds.lowerBound), bounds.upperBound)
            }
          }
        }
      }
      count = x.count
    }
  }

  /// Zero where `x` is at a bound that the gradient pushes it against.
  package func clearBlocked(
    _ vector: inout [Float], at x: [Float], gradient: [Float], bounds: ClosedRange<Float>
  ) {
    checkLengths(vector.count, x.count, gradient.count)
    vector.withUnsafeMutableBufferPointer { vector in
      x.withUnsafeBufferPointer { x in
        gradient.withUnsafeBufferPointer { gradient in
          nonisolated(unsafe) let (vector, x, gradient) = (vector, x, gradient)
          forEachPiece(count: x.count) { _, range in
            for index in range {
              let (value, slope) = (x[index], gradient[index])
              if (value <= bounds.lowerBound && slope > 0) || (value >= bounds.upperBound && slope < 0) {
                vector[index] = 0
              }
            }
          }
        }
      }
    }
  }

  /// gradient . d over the numbers of `x` inside of the bounds: the slope along a ray that is projected into the box. One
  /// sum from the first number to the last, by one thread.
  package func freeSlope(
    _ gradient: [Float], along d: [Float], at x: [Float], inside bounds: ClosedRange<Float>
  ) -> Double {
    checkLengths(x.count, d.count, gradient.count)
    return x.withUnsafeBufferPointer { x in
      d.withUnsafeBufferPointer { d in
        gradient.withUnsafeBufferPointer { gradient in
          var slope = 0.0
          for index in 0..<x.count where x[index] > bounds.lowerBound && x[index] < bounds.upperBound {
            slope += Double(gradient[index]) * Double(d[index])
          }
          return slope
        }
      }
    }
  }

  /// What Adam keeps of each variable.
  package struct AdamMoments {
    package var mean: [Float]
    package var square: [Float]

    package init(mean: [Float], square: [Float]) {
      self.mean = mean
      self.square = square
    }
  }

  /// One step of Adam from `x`, with decay rates 0.9 and 0.999 and each number put into the bounds.
  ///
  /// - Parameters:
  ///   - meanScale: corrects the mean's beginning at zero.
  ///   - squareScale: the same of the square.
  package func adamStep(
    _ x: inout [Float], _ moments: inout AdamMoments, gradient: [Float], rate: Float, meanScale: Float,
    squareScale: Float, within bounds: ClosedRange<Float>
  ) {
    checkLengths(x.count, moments.mean.count, moments.square.count, gradient.count)
    x.withUnsafeMutableBufferPointer { x in
      moments.mean.withUnsafeMutableBufferPointer { mean in
        moments.square.withUnsafeMutableBufferPointer { square in
          gradient.withUnsafeBufferPointer { gradient in
            nonisolated(unsafe) let (x, mean, square, gradient) = (x, mean, square, gradient)
            forEachPiece(count: x.count) { _, range in
              for index in range {
                let slope = gradient[index]
                mean[index] = 0.9 * mean[index] + 0.1 * slope
                square[index] = 0.999 * square[index] + 0.001 * slope * slope
                let moved =
                  x[index] - rate * mean[index] * meanScale / ((square[index] * squareScale).squareRoot() + 1e-8)
                x[index] = min(max(moved, bounds.lowerBound), bounds.upperBound)
              }
            }
          }
        }
      }
    }
  }
}

// Rounding to two bytes a number.
extension VectorArithmetic {
  /// The nearest whole multiples of a 32767th of the largest magnitude; halfway between two, the even one. A vector without
  /// a finite largest magnitude, or with one below 4e-34, becomes zero with a unit of 0.
  package func multiples(_ values: [Float]) -> (multiples: [Int16], unit: Float) {
    let unit = largestMagnitude(values) / 32767
    guard unit.isNormal else { return ([Int16](repeating: 0, count: values.count), 0) }
    let multiples = [Int16](unsafeUninitializedCapacity: values.count) { multiples, count in
      values.withUnsafeBufferPointer { values in
        nonisolated(unsafe) let (multiples, values) = (multiples, values)
        forEachPiece(count: values.count) { _, range in
          for index in range { multiples[index] = rounded(values[index] / unit) }
        }
      }
      count = values.count
    }
    return (multiples, unit)
  }

  /// By the bit patterns, which are ordered as the magnitudes are: whole numbers are compared several at a time.
  private func largestMagnitude(_ values: [Float]) -> Float {
    values.withUnsafeBufferPointer { values in
      var largest: Int32 = 0
      for value in values { largest = max(largest, Int32(bitPattern: value.magnitude.bitPattern)) }
      return Float(bitPattern: UInt32(bitPattern: largest))
    }
  }
}

/// The nearest whole number to `value`, which must be between -32767.5 and 32767.5. 1.5 * 2^23 is so large that the sum has no
/// fraction any more: the processor rounds as it should, and the low bits of the sum are the number. (`rounded()` would be
/// a call of a function for each value.)
@inline(__always)
private func rounded(_ value: Float) -> Int16 { Int16(truncatingIfNeeded: (value + 0x1.8p23).bitPattern) }
