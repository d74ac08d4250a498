import Kernels
import Testing

struct SquareMatrixTests {
  @Test(arguments: InstructionSet.available, [16, 48, 128])
  func productsAreThoseOfTheDefinition(set: InstructionSet, size: Int) {
    var random = Random(seed: 41)
    let engine = Engine(threads: 2, instructionSet: set)
    func matrix(symmetric: Bool) -> SquareMatrix {
      let matrix = SquareMatrix(size: size)
      for row in 0..<size {
        for column in 0..<size {
          matrix[row, column] = Double(random.uniform())
          if symmetric { matrix[column, row] = matrix[row, column] }
        }
      }
      return matrix
    }
    func expected(_ a: SquareMatrix, _ b: SquareMatrix, _ row: Int, _ column: Int) -> Double {
      let sum = (0..<size).reduce(0) { $0 + a[row, $1] * b[$1, column] }
      return 0.5 * sum + (row == column ? 3 : 0)
    }
    let (a, b, c) = (matrix(symmetric: true), matrix(symmetric: false), SquareMatrix(size: size))
    engine.multiply(a, b, into: c, symmetric: false, factor: 0.5, diagonal: 3)
    for row in 0..<size {
      for column in 0..<size where abs(c[row, column] - expected(a, b, row, column)) > 1e-13 * Double(size) {
        Issue.record("\(row), \(column): \(c[row, column])")
      }
    }
    engine.multiply(a, a, into: c, symmetric: true, factor: 0.5, diagonal: 3)
    for row in 0..<size {
      for column in 0..<size where abs(c[row, column] - expected(a, a, row, column)) > 1e-13 * Double(size) {
        Issue.record("square, \(row), \(column): \(c[row, column])")
      }
    }
    let transposed = SquareMatrix(size: size)
    engine.multiply(b, a, into: c, symmetric: false, transposed: transposed)
    for row in 0..<size {
      for column in 0..<size {
        let sum = (0..<size).reduce(0) { $0 + b[$1, row] * a[$1, column] }
        let isRight = abs(c[row, column] - sum) < 1e-13 * Double(size) && transposed[column, row] == c[row, column]
        if !isRight { Issue.record("transposed, \(row), \(column): \(c[row, column])") }
      }
    }
    engine.multiply(a, a, into: c, symmetric: true, factor: 0.5, diagonal: 3)
    let traces = (0..<size).reduce(0) { $0 + expected(a, a, $1, $1) }
    #expect(abs(c.trace - traces) < 1e-12 * Double(size * size))
    let squares = (0..<size * size).reduce(0) { $0 + a[$1 / size, $1 % size] * a[$1 / size, $1 % size] }
    #expect(abs(a.squaredNorm / squares - 1) < 1e-12)
  }
}
