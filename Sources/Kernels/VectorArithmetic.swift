/// Arithmetic on vectors as long as a picture, on the threads of an engine or on the calling one alone.
///
/// Sums over vectors are taken in double precision, eight lanes at a time and always in the same order: piece by piece,
/// whatever the number of threads.
package struct VectorArithmetic {
  private let engine: Engine?
  private static let pieceCount = 1 << 16

  /// - Parameter engine: nil for the calling thread alone.
  package init(_ engine: Engine? = nil) { self.engine = engine }

  /// Runs `body` for each piece of a vector; the pieces have nothing to do with each other.
  @inline(__always)
  func forEachPiece(count: Int, _ body: @Sendable (_ piece: Int, _ range: Range<Int>) -> Void) {
    let pieces = (count + Self.pieceCount - 1) / Self.pieceCount
    @Sendable func run(_ piece: Int) {
      body(piece, piece * Self.pieceCount..<min(count, (piece + 1) * Self.pieceCount))
    }
    if let engine, pieces > 1 {
      engine.parallel(.other, tasks: pieces) { piece, _ in run(piece) }
    } else {
      for piece in 0..<pieces { run(piece) }
    }
  }

  @inline(__always)
  private func sumOfPieces(count: Int, _ term: @Sendable (Int) -> SIMD8<Double>) -> Double {
    var sums = [Double](repeating: 0, count: (count + Self.pieceCount - 1) / Self.pieceCount)
    sums.withUnsafeMutableBufferPointer { sums in
      nonisolated(unsafe) let sums = sums  // each piece has its own
      forEachPiece(count: count) { piece, range in
        var total = SIMD8<Double>(repeating: 0)
        for index in stride(from: range.lowerBound, to: range.upperBound, by: 8) { total += term(index) }
        sums[piece] = total.sum()
      }
    }
    return sums.reduce(0, +)
  }
}

// Products and sums. Vectors of one call are equally long.
extension VectorArithmetic {
  /// a . b
  package func dot(_ a: [Float], _ b: [Float]) -> Double { product(a, b) }
  /// a . b
  package func dot(_ a: [Int16], _ b: [Float]) -> Double { product(a, b) }
  /// a . b
  package func dot(_ a: [Int16], _ b: [Int16]) -> Double { product(a, b) }

  private func product<A: VectorElement, B: VectorElement>(_ a: [A], _ b: [B]) -> Double {
    checkLengths(a.count, b.count)
    let count = a.count
    return a.withUnsafeBytes { a in
      b.withUnsafeBytes { b in
        nonisolated(unsafe) let (a, b) = (a, b)  // only read
        return sumOfPieces(count: count) { A.doubles(lanes(a, $0)) * B.doubles(lanes(b, $0)) }
      }
    }
  }

  /// a . (b - c)
  package func dot(_ a: [Float], _ b: [Float], minus c: [Float]) -> Double {
    checkLengths(a.count, b.count, c.count)
    return a.withUnsafeBytes { a in
      b.withUnsafeBytes { b in
        c.withUnsafeBytes { c in
          nonisolated(unsafe) let (a, b, c) = (a, b, c)  // only read
          return sumOfPieces(count: a.count / 4) {
            let difference: SIMD8<Float> = lanes(b, $0) - lanes(c, $0)
            return SIMD8<Double>(lanes(a, $0) as SIMD8<Float>) * SIMD8<Double>(difference)
          }
        }
      }
    }
  }

  /// y += factor * x
  package func add(_ factor: Double, _ x: [Float], to y: inout [Float]) { addMultiple(factor, x, to: &y) }
  /// y += factor * x
  package func add(_ factor: Double, _ x: [Int16], to y: inout [Float]) { addMultiple(factor, x, to: &y) }

  private func addMultiple<X: VectorElement>(_ factor: Double, _ x: [X], to y: inout [Float]) {
    checkLengths(x.count, y.count)
    let factor = Float(factor)
    x.withUnsafeBufferPointer { x in
      y.withUnsafeMutableBufferPointer { y in
        nonisolated(unsafe) let (x, y) = (x, y)
        forEachPiece(count: x.count) { _, range in
          for index in range { y[index] += factor * x[index].float }
        }
      }
    }
  }

  package func multiply(_ y: inout [Float], by factor: Double) {
    let factor = Float(factor)
    y.withUnsafeMutableBufferPointer { y in
      nonisolated(unsafe) let y = y
      forEachPiece(count: y.count) { _, range in
        for index in range { y[index] *= factor }
      }
    }
  }
}

/// What long vectors consist of.
private protocol VectorElement: SIMDScalar, Codable, Hashable, BitwiseCopyable, Sendable
where SIMD8Storage: BitwiseCopyable {
  static func doubles(_ lanes: SIMD8<Self>) -> SIMD8<Double>
  var float: Float { get }
}

extension Float: VectorElement {
  @inline(__always) fileprivate static func doubles(_ lanes: SIMD8<Float>) -> SIMD8<Double> { SIMD8<Double>(lanes) }
  @inline(__always) fileprivate var float: Float { self }
}

extension Int16: VectorElement {
  @inline(__always) fileprivate static func doubles(_ lanes: SIMD8<Int16>) -> SIMD8<Double> { SIMD8<Double>(lanes) }
  @inline(__always) fileprivate var float: Float { Float(self) }
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

/// Traps where vectors of one call differ in length: also here, where `precondition` is not compiled in.
func checkLengths(_ first: Int, _ others: Int...) {
  if others.contains(where: { $0 != first }) { fatalError("vectors of \(first) and \(others) numbers") }
}
