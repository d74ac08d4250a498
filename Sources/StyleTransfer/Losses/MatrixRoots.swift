internal import Kernels

/// The square root of a symmetric positive definite matrix and its inverse, by the coupled Newton-Schulz iteration: products of
/// matrices only. Memory for matrices of one size.
///
/// Higham, "Functions of Matrices", 2008, equation 6.35; scaled as in Chen & Chow, "A Stable Scaling of Newton-Schulz for Improving
/// the Sign Function Computation of a Hermitian Matrix", 2014, by which it takes half as many steps where eigenvalues are far apart.
struct MatrixRoots {
  /// The root, after `compute`.
  private(set) var root: SquareMatrix
  /// The inverse root.
  private(set) var inverse: SquareMatrix
  private var spare: SquareMatrix
  private let step: SquareMatrix
  private let transposedStep: SquareMatrix

  init(size: Int) {
    root = SquareMatrix(size: size)
    inverse = SquareMatrix(size: size)
    spare = SquareMatrix(size: size)
    step = SquareMatrix(size: size)
    transposedStep = SquareMatrix(size: size)
  }

  static func bytes(size: Int) -> Int { 5 * SquareMatrix.bytes(size: size) }

  /// What the scaling is kept below, so that no eigenvalue is thrown so near to zero that it is lost in rounding.
  private static let largestScaling = 1.69

  /// - Parameters:
  ///   - matrix: symmetric.
  ///   - smallest: no eigenvalue is smaller; more than zero.
  mutating func compute(_ matrix: SquareMatrix, smallest: Double, _ engine: Engine) {
    let norm = matrix.squaredNorm.squareRoot()  // no eigenvalue is larger
    root.set(to: matrix, times: 1 / norm)
    inverse.set(to: matrix, times: 0, plusDiagonal: 1)
    // Each eigenvalue's root is multiplied until it is 1: all are between `least` and 1.
    var least = min(1, (smallest / norm).squareRoot())
    for _ in 0..<100 where 1 - least > 1e-13 {
      let scaling = min(Self.largestScaling, (3 / (1 + least + least * least)).squareRoot())
      func next(_ x: Double) -> Double { scaling * x * (3 - scaling * scaling * x * x) / 2 }
      // The step is not quite symmetric, and must not be made so: rounding would grow. Root and inverse are.
      engine.multiply(
        inverse, root, into: step, symmetric: false, transposed: transposedStep,
        factor: -scaling * scaling * scaling / 2, diagonal: 1.5 * scaling)
      engine.multiply(root, step, into: spare, symmetric: true)
      swap(&root, &spare)
      engine.multiply(transposedStep, inverse, into: spare, symmetric: true)
      swap(&inverse, &spare)
      least = min(1, next(least), next(1))
    }
    root.scale(by: norm.squareRoot())
    inverse.scale(by: 1 / norm.squareRoot())
  }
}
