/// Sums over long vectors are taken in double precision, eight lanes at a time and always in the same order.

/// a . b
func dot(_ a: [Float], _ b: [Float]) -> Double { dot(a, b, minus: nil) }

/// a . (b - c)
func dot(_ a: [Float], _ b: [Float], minus c: [Float]?) -> Double {
  precondition(a.count == b.count && c?.count ?? b.count == b.count)
  return a.withUnsafeBytes { a in
    b.withUnsafeBytes { b in
      guard let c else { return sum(count: a.count / 4) { SIMD8<Double>(lanes(a, $0)) * SIMD8<Double>(lanes(b, $0)) } }
      return c.withUnsafeBytes { c in
        sum(count: a.count / 4) { SIMD8<Double>(lanes(a, $0)) * SIMD8<Double>(lanes(b, $0) - lanes(c, $0)) }
      }
    }
  }
}

/// Eight values from `index` on; past the end, zeros.
@inline(__always)
private func lanes(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> SIMD8<Float> {
  if index + 8 <= bytes.count / 4 { return bytes.loadUnaligned(fromByteOffset: index * 4, as: SIMD8<Float>.self) }
  var rest = SIMD8<Float>(repeating: 0)
  for lane in 0..<bytes.count / 4 - index {
    rest[lane] = bytes.load(fromByteOffset: (index + lane) * 4, as: Float.self)
  }
  return rest
}

@inline(__always)
private func sum(count: Int, _ term: (Int) -> SIMD8<Double>) -> Double {
  var total = SIMD8<Double>(repeating: 0)
  for index in stride(from: 0, to: count, by: 8) { total += term(index) }
  return total.sum()
}

/// y += factor * x
func add(_ factor: Double, _ x: [Float], to y: inout [Float]) {
  let factor = Float(factor)
  x.withUnsafeBufferPointer { x in
    y.withUnsafeMutableBufferPointer { y in
      for index in 0..<x.count { y[index] += factor * x[index] }
    }
  }
}

func multiply(_ y: inout [Float], by factor: Double) {
  let factor = Float(factor)
  y.withUnsafeMutableBufferPointer { y in
    for index in 0..<y.count { y[index] *= factor }
  }
}
