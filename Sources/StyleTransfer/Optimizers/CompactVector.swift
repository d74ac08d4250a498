package import Kernels

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

  /// Rounds to the nearest multiples; see `VectorArithmetic.multiples`.
  package init(_ values: [Float], _ arithmetic: VectorArithmetic = VectorArithmetic()) {
    let (multiples, unit) = arithmetic.multiples(values)
    self.init(multiples: multiples, unit: unit)
  }
}

extension VectorArithmetic {
  /// a . b
  package func dot(_ a: CompactVector, _ b: [Float]) -> Double { Double(a.unit) * dot(a.multiples, b) }

  /// a . b
  package func dot(_ a: CompactVector, _ b: CompactVector) -> Double {
    Double(a.unit) * Double(b.unit) * dot(a.multiples, b.multiples)
  }

  /// y += factor * x
  package func add(_ factor: Double, _ x: CompactVector, to y: inout [Float]) {
    add(factor * Double(x.unit), x.multiples, to: &y)
  }
}
