internal import Glibc

/// A 3x3 matrix in double precision, for colours.
package struct Matrix3: Equatable, Sendable {
  package var rows: [SIMD3<Double>]

  package init(rows: [SIMD3<Double>]) {
    precondition(rows.count == 3)
    self.rows = rows
  }

  package init(diagonal: SIMD3<Double>) {
    self.init(rows: (0..<3).map { row in SIMD3((0..<3).map { $0 == row ? diagonal[row] : 0 }) })
  }

  package subscript(row: Int, column: Int) -> Double {
    get { rows[row][column] }
    set { rows[row][column] = newValue }
  }

  package var transposed: Matrix3 {
    Matrix3(rows: (0..<3).map { column in SIMD3(rows.map { $0[column] }) })
  }

  package static func * (a: Matrix3, b: Matrix3) -> Matrix3 {
    let columns = b.transposed.rows
    return Matrix3(rows: a.rows.map { row in SIMD3(columns.map { (row * $0).sum() }) })
  }

  package static func * (matrix: Matrix3, vector: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3((matrix.rows[0] * vector).sum(), (matrix.rows[1] * vector).sum(), (matrix.rows[2] * vector).sum())
  }
}

/// A symmetric matrix as its eigenvalues and eigenvectors.
package struct SymmetricEigen: Sendable {
  package private(set) var values: SIMD3<Double>
  /// Each a column.
  package private(set) var vectors: Matrix3

  /// By Jacobi's rotations, which find small eigenvalues beside large ones (Golub & Van Loan, *Matrix Computations*, 8.5).
  package init(_ matrix: Matrix3) {
    var a = matrix
    var q = Matrix3(diagonal: SIMD3(repeating: 1))
    for _ in 0..<32 {
      for (i, j) in [(0, 1), (0, 2), (1, 2)] where a[i, j] != 0 {
        let theta = (a[j, j] - a[i, i]) / (2 * a[i, j])
        let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
        let cosine = 1 / (t * t + 1).squareRoot()
        var rotation = Matrix3(diagonal: SIMD3(repeating: 1))
        (rotation[i, i], rotation[j, j]) = (cosine, cosine)
        (rotation[i, j], rotation[j, i]) = (t * cosine, -t * cosine)
        a = rotation.transposed * a * rotation
        // What is left of it is rounding.
        (a[i, j], a[j, i]) = (0, 0)
        q = q * rotation
      }
    }
    values = SIMD3(a[0, 0], a[1, 1], a[2, 2])
    vectors = q
  }

  /// The matrix with a function of its eigenvalues.
  package func matrix(_ function: (Double) -> Double) -> Matrix3 {
    vectors * Matrix3(diagonal: SIMD3(function(values.x), function(values.y), function(values.z))) * vectors.transposed
  }
}
