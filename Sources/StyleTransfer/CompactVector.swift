/// A long vector in two bytes a number: whole multiples of a 32767th of its largest magnitude.
///
/// For L-BFGS's steps and changes of the gradient, in which no number is far larger than the others: there the rounding is finer
/// than that of bfloat16, which is as large.
package struct CompactVector: Sendable, Equatable {
  /// -32767 to 32767; the numbers are these times `unit`.
  package let multiples: [Int16]
  /// 0 where all numbers are zero, else a normal number.
  package let unit: Float

  package var count: Int { multiples.count }

  package init(multiples: [Int16], unit: Float) {
    self.multiples = multiples
    self.unit = unit
  }

  /// Rounds to the nearest multiples; halfway between two, to the even one. A vector without a finite largest magnitude, or
  /// with one below 4e-34, becomes zero.
  package init(_ values: [Float]) {
    let unit = largestMagnitude(values) / 32767
    var multiples = [Int16](repeating: 0, count: values.count)
    if unit.isNormal {
      for index in values.indices { multiples[index] = rounded(values[index] / unit) }
    }
    self.init(multiples: multiples, unit: unit.isNormal ? unit : 0)
  }
}

/// The nearest whole number to `value`, which must be between -32767.5 and 32767.5. 1.5 * 2^23 is so large that the sum has no
/// fraction any more: the processor rounds as it should, and the low bits of the sum are the number. (`rounded()` would be
/// a call of a function for each value.)
@inline(__always)
private func rounded(_ value: Float) -> Int16 { Int16(truncatingIfNeeded: (value + 0x1.8p23).bitPattern) }

/// By the bit patterns, which are ordered as the magnitudes are: whole numbers are compared several at a time.
private func largestMagnitude(_ values: [Float]) -> Float {
  var largest: Int32 = 0
  for value in values { largest = max(largest, Int32(bitPattern: value.magnitude.bitPattern)) }
  return Float(bitPattern: UInt32(bitPattern: largest))
}

/// a . b
package func dot(_ a: CompactVector, _ b: [Float], threads: Int = 1) -> Double {
  Double(a.unit) * dot(a.multiples, b, threads: threads)
}

/// a . b
package func dot(_ a: CompactVector, _ b: CompactVector, threads: Int = 1) -> Double {
  Double(a.unit) * Double(b.unit) * dot(a.multiples, b.multiples, threads: threads)
}

/// y += factor * x
package func add(_ factor: Double, _ x: CompactVector, to y: inout [Float], threads: Int = 1) {
  add(factor * Double(x.unit), x.multiples, to: &y, threads: threads)
}
