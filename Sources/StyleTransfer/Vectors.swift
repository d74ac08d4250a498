internal import Dispatch

/// Sums over long vectors are taken in double precision, eight lanes at a time and always in the same order: piece by
/// piece, whatever the number of threads.
private let pieceCount = 1 << 16

/// What long vectors consist of.
protocol VectorElement: SIMDScalar, Codable, Hashable, Sendable, BitwiseCopyable where SIMD8Storage: BitwiseCopyable {
  static func doubles(_ lanes: SIMD8<Self>) -> SIMD8<Double>
  var float: Float { get }
}

extension Float: VectorElement {
  @inline(__always) static func doubles(_ lanes: SIMD8<Float>) -> SIMD8<Double> { SIMD8<Double>(lanes) }
  @inline(__always) var float: Float { self }
}

extension Int16: VectorElement {
  @inline(__always) static func doubles(_ lanes: SIMD8<Int16>) -> SIMD8<Double> { SIMD8<Double>(lanes) }
  @inline(__always) var float: Float { Float(self) }
}

/// a . b
func dot<A: VectorElement, B: VectorElement>(_ a: [A], _ b: [B], threads: Int = 1) -> Double {
  precondition(a.count == b.count)
  let count = a.count
  return a.withUnsafeBytes { a in
    b.withUnsafeBytes { b in
      nonisolated(unsafe) let (a, b) = (a, b)
      return sumOfPieces(count: count, threads: threads) {
        A.doubles(lanes(a, $0)) * B.doubles(lanes(b, $0))
      }
    }
  }
}

/// a . (b - c)
func dot(_ a: [Float], _ b: [Float], minus c: [Float], threads: Int = 1) -> Double {
  precondition(a.count == b.count && b.count == c.count)
  return a.withUnsafeBytes { a in
    b.withUnsafeBytes { b in
      c.withUnsafeBytes { c in
        nonisolated(unsafe) let (a, b, c) = (a, b, c)
        return sumOfPieces(count: a.count / 4, threads: threads) {
          let difference: SIMD8<Float> = lanes(b, $0) - lanes(c, $0)
          return SIMD8<Double>(lanes(a, $0) as SIMD8<Float>) * SIMD8<Double>(difference)
        }
      }
    }
  }
}

/// y += factor * x
func add<X: VectorElement>(_ factor: Double, _ x: [X], to y: inout [Float], threads: Int = 1) {
  let factor = Float(factor)
  x.withUnsafeBufferPointer { x in
    y.withUnsafeMutableBufferPointer { y in
      nonisolated(unsafe) let (x, y) = (x, y)
      forEachPiece(count: x.count, threads: threads) { _, range in
        for index in range { y[index] += factor * x[index].float }
      }
    }
  }
}

func multiply(_ y: inout [Float], by factor: Double) {
  let factor = Float(factor)
  y.withUnsafeMutableBufferPointer { y in
    for index in 0..<y.count { y[index] *= factor }
  }
}

/// Eight values from `index` on; past the end, zeros.
@inline(__always)
private func lanes<Element: VectorElement>(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> SIMD8<Element> {
  let size = MemoryLayout<Element>.size
  let count = bytes.count / size
  if index + 8 <= count { return bytes.loadUnaligned(fromByteOffset: index * size, as: SIMD8<Element>.self) }
  var rest = SIMD8<Element>()
  for lane in 0..<count - index {
    rest[lane] = bytes.load(fromByteOffset: (index + lane) * size, as: Element.self)
  }
  return rest
}

@inline(__always)
private func sumOfPieces(count: Int, threads: Int, _ term: @Sendable (Int) -> SIMD8<Double>) -> Double {
  var sums = [Double](repeating: 0, count: (count + pieceCount - 1) / pieceCount)
  sums.withUnsafeMutableBufferPointer { sums in
    nonisolated(unsafe) let sums = sums
    forEachPiece(count: count, threads: threads) { piece, range in
      var total = SIMD8<Double>(repeating: 0)
      for index in stride(from: range.lowerBound, to: range.upperBound, by: 8) { total += term(index) }
      sums[piece] = total.sum()
    }
  }
  return sums.reduce(0, +)
}

@inline(__always)
private func forEachPiece(count: Int, threads: Int, _ body: @Sendable (_ piece: Int, _ range: Range<Int>) -> Void) {
  let pieces = (count + pieceCount - 1) / pieceCount
  let threads = max(1, min(threads, pieces))
  @Sendable func run(_ thread: Int) {
    for piece in pieces * thread / threads..<pieces * (thread + 1) / threads {
      body(piece, piece * pieceCount..<min(count, (piece + 1) * pieceCount))
    }
  }
  if threads == 1 { run(0) } else { DispatchQueue.concurrentPerform(iterations: threads, execute: run) }
}
