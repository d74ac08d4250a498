/// A symmetric matrix in double precision, with eigenvalues by Jacobi's rotations: slow and sure.
struct SymmetricMatrix {
  private let size: Int
  private var values: [Double]

  /// - Parameter values: `[size][size]`.
  init(_ values: [Double], size: Int) {
    self.values = values
    self.size = size
  }

  var trace: Double { (0..<size).reduce(0) { $0 + values[$1 * size + $1] } }

  func times(_ other: SymmetricMatrix) -> SymmetricMatrix {
    var product = [Double](repeating: 0, count: size * size)
    for row in 0..<size {
      for inner in 0..<size {
        let factor = values[row * size + inner]
        for column in 0..<size { product[row * size + column] += factor * other.values[inner * size + column] }
      }
    }
    return SymmetricMatrix(product, size: size)
  }

  var eigenvalues: [Double] { decomposed.values }

  /// Of a matrix without negative eigenvalues.
  var root: SymmetricMatrix {
    let (values, vectors) = decomposed
    var root = [Double](repeating: 0, count: size * size)
    for (index, value) in values.enumerated() {
      let factor = max(0, value).squareRoot()
      for row in 0..<size {
        let own = factor * vectors[index * size + row]
        for column in 0..<size { root[row * size + column] += own * vectors[index * size + column] }
      }
    }
    return SymmetricMatrix(root, size: size)
  }

  /// Eigenvalues, and eigenvectors as rows.
  private var decomposed: (values: [Double], vectors: [Double]) {
    var a = values
    var vectors = [Double](repeating: 0, count: size * size)
    for index in 0..<size { vectors[index * size + index] = 1 }
    let size = size
    a.withUnsafeMutableBufferPointer { a in
      vectors.withUnsafeMutableBufferPointer { vectors in
        for _ in 0..<30 {
          var offDiagonal = 0.0
          for row in 0..<size {
            for column in 0..<row { offDiagonal += a[row * size + column] * a[row * size + column] }
          }
          if offDiagonal < 1e-28 * (0..<size).reduce(0, { $0 + a[$1 * size + $1] * a[$1 * size + $1] }) { break }
          for p in 0..<size {
            for q in p + 1..<size {
              let off = a[p * size + q]
              if off == 0 { continue }
              let theta = (a[q * size + q] - a[p * size + p]) / (2 * off)
              let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
              let cosine = 1 / (t * t + 1).squareRoot()
              let sine = t * cosine
              for k in 0..<size {  // rows p and q, and the vectors
                let (x, y) = (a[p * size + k], a[q * size + k])
                a[p * size + k] = cosine * x - sine * y
                a[q * size + k] = sine * x + cosine * y
                let (v, w) = (vectors[p * size + k], vectors[q * size + k])
                vectors[p * size + k] = cosine * v - sine * w
                vectors[q * size + k] = sine * v + cosine * w
              }
              for k in 0..<size {  // columns p and q
                let (x, y) = (a[k * size + p], a[k * size + q])
                a[k * size + p] = cosine * x - sine * y
                a[k * size + q] = sine * x + cosine * y
              }
            }
          }
        }
      }
    }
    return ((0..<size).map { a[$0 * size + $0] }, vectors)
  }
}
