internal import KernelTypes

/// A square matrix in double precision, in the order in which products read it: panels of 16 columns, `[size / 16][size][16]`.
/// All zero at first.
package final class SquareMatrix {
  /// A multiple of 16.
  package let size: Int
  private let memory: FloatBuffer
  let pointer: UnsafeMutablePointer<Double>

  package init(size: Int) {
    precondition(size % 16 == 0, "a matrix of \(size) rows")
    self.size = size
    memory = FloatBuffer(count: 2 * size * size)
    pointer = UnsafeMutableRawPointer(memory.pointer).bindMemory(to: Double.self, capacity: size * size)
  }

  package static func bytes(size: Int) -> Int { 8 * size * size }

  package subscript(row: Int, column: Int) -> Double {
    get { pointer[index(row, column)] }
    set { pointer[index(row, column)] = newValue }
  }

  @inline(__always)
  private func index(_ row: Int, _ column: Int) -> Int { (column / 16 &* size &+ row) &* 16 &+ column % 16 }

  /// A row's part in the 16 columns of a group.
  package func columns(_ group: Int, row: Int) -> SIMD16<Double> {
    UnsafeRawPointer(pointer + index(row, 16 &* group)).loadUnaligned(as: SIMD16<Double>.self)
  }

  package var trace: Double { (0..<size).reduce(0) { $0 + self[$1, $1] } }

  package var squaredNorm: Double { dot(self) }

  /// The sum of products of entries.
  package func dot(_ other: SquareMatrix) -> Double {
    precondition(other.size == size)
    var sum = SIMD16<Double>(repeating: 0)
    for group in 0..<size / 16 {
      for row in 0..<size { sum += columns(group, row: row) * other.columns(group, row: row) }
    }
    return sum.sum()
  }

  /// Every entry times a factor, and something more on the diagonal.
  package func set(to other: SquareMatrix, times factor: Double = 1, plusDiagonal diagonal: Double = 0) {
    precondition(other.size == size)
    for index in 0..<size * size { pointer[index] = factor * other.pointer[index] }
    for row in 0..<size { self[row, row] += diagonal }
  }

  package func scale(by factor: Double) { set(to: self, times: factor) }
}

// Products, by all threads and always in the same order.
extension Engine {
  /// Writes `factor * a^T b + diagonal * 1` to `c`, which is none of the others.
  ///
  /// - Parameters:
  ///   - symmetric: whether the result is: then half of it is computed.
  ///   - transposed: where the result's transpose is wanted too.
  package func multiply(
    _ a: SquareMatrix, _ b: SquareMatrix, into c: SquareMatrix, symmetric: Bool, transposed: SquareMatrix? = nil,
    factor: Double = 1, diagonal: Double = 0
  ) {
    precondition(a.size == c.size && b.size == c.size && a !== c && b !== c)
    let size = c.size
    let panels = size / 16
    let blocks = (0..<panels).flatMap { column in (symmetric ? column..<panels : 0..<panels).map { ($0, column) } }
    nonisolated(unsafe) let (left, right, result) = (a.pointer, b.pointer, c.pointer)  // of which each task has blocks
    nonisolated(unsafe) let mirror = symmetric ? c.pointer : transposed?.pointer
    let scratch = threadScratch(2 * 16 * 16)
    let kernels = kernels
    parallel(.gram, tasks: blocks.count) { task, thread in
      let (row, column) = blocks[task]
      UnsafeMutableRawPointer(scratch[thread].pointer).withMemoryRebound(to: Double.self, capacity: 256) { block in
        kernels.panelProduct(left + row &* size &* 16, right + column &* size &* 16, size, block)
        for index in 0..<256 { block[index] *= factor }
        if row == column {
          for index in 0..<16 { block[index &* 17] += diagonal }
          if symmetric { symmetrize(block) }
        }
        (result + (column &* size &+ row &* 16) &* 16).update(from: block, count: 256)
        guard let mirror, !symmetric || row != column else { return }
        let mirrored = mirror + (row &* size &+ column &* 16) &* 16
        for index in 0..<256 { mirrored[index % 16 &* 16 &+ index / 16] = block[index] }
      }
    }
  }
}

/// Makes a block `[16][16]` what its definition says that it is. Rounding leaves two halves that are not quite each other's mirror image; an
/// iteration that relies on symmetry would let the difference grow.
private func symmetrize(_ block: UnsafeMutablePointer<Double>) {
  for row in 0..<16 {
    for column in 0..<row {
      let mean = (block[row &* 16 &+ column] + block[column &* 16 &+ row]) / 2
      block[row &* 16 &+ column] = mean
      block[column &* 16 &+ row] = mean
    }
  }
}
