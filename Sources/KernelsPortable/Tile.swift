/// Winograd's F(m, 3) in one direction; applied along the rows of a tile and then along its columns, it is F(m x m, 3x3).
///
/// m outputs of a convolution with three taps are values of a product of polynomials. Both factors are evaluated at m + 1 points
/// and infinity ("positions"), multiplied there, and the outputs interpolated. Points come in pairs ±p: what their
/// transforms share is the even and the odd part of a polynomial.
protocol Tile {
  /// m + 2 vectors: of inputs, or of what they become at the positions.
  associatedtype Inputs: Line
  /// m vectors.
  associatedtype Outputs: OutputLine

  /// B^T d.
  static func transformInputs(_ d: Inputs) -> Inputs
  /// A^T m.
  static func transformProducts(_ m: Inputs) -> Outputs
  /// G g.
  static func transformTaps(_ g: Three) -> Inputs
}

extension Tile {
  static var inputs: Int { Inputs.count }
  static var outputs: Int { Outputs.count }
  static var positions: Int { inputs * inputs }
}

/// F(2, 3) with the points 0, 1, -1 and infinity.
enum TwoTile: Tile {
  @inline(__always)
  static func transformInputs(_ d: Four) -> Four {
    Four(v0: d.v0 - d.v2, v1: d.v1 + d.v2, v2: d.v2 - d.v1, v3: d.v1 - d.v3)
  }

  @inline(__always)
  static func transformProducts(_ m: Four) -> Two { Two(v0: m.v0 + m.v1 + m.v2, v1: m.v1 - m.v2 - m.v3) }

  @inline(__always)
  static func transformTaps(_ g: Three) -> Four {
    let (even, odd) = ((g.v0 + g.v2) * 0.5, g.v1 * 0.5)
    return Four(v0: g.v0, v1: even + odd, v2: even - odd, v3: g.v2)
  }
}

/// F(6, 3) with the points 0, 1, -1, 2, -2, 1/2, -1/2 and infinity. The matrices are those of Lavin's wincnn; A and G share the
/// scale of the last pair so that all entries of A are whole numbers.
enum SixTile: Tile {
  @inline(__always)
  static func transformInputs(_ d: Eight) -> Eight {
    let even1 = fma(d.v2 + d.v6, -4.25, d.v4)
    let odd1 = fma(d.v1 + d.v5, -4.25, d.v3)
    let even2 = fma(fma(d.v6, 0.25, d.v2), -1.25, d.v4)
    let odd2 = fma(fma(2 * d.v5, 0.5, d.v1), -2.5, d.v3)
    let evenHalf = fma(fma(d.v6, 4, d.v2), -5, d.v4)
    let oddHalf = fma(fma(2 * d.v1, 0.5, d.v5), -2.5, d.v3)
    return Eight(
      v0: fma(d.v0 - d.v6, 5.25, d.v4 - d.v2), v1: even1 + odd1, v2: even1 - odd1, v3: even2 + odd2, v4: even2 - odd2,
      v5: evenHalf + oddHalf, v6: evenHalf - oddHalf, v7: fma(d.v7 - d.v1, 5.25, d.v3 - d.v5))
  }

  @inline(__always)
  static func transformProducts(_ m: Eight) -> Six {
    let (sum1, difference1) = (m.v1 + m.v2, m.v1 - m.v2)
    let (sum2, difference2) = (m.v3 + m.v4, m.v3 - m.v4)
    let (sumHalf, differenceHalf) = (m.v5 + m.v6, m.v5 - m.v6)
    return Six(
      v0: fma(m.v0 + sum1 + sum2, 32, sumHalf),
      v1: fma(fma(difference1, 2, difference2), 16, differenceHalf),
      v2: fma(fma(sum1, 4, sum2), 8, sumHalf),
      v3: fma(fma(difference1, 8, difference2), 4, differenceHalf),
      v4: fma(fma(sum1, 16, sum2), 2, sumHalf),
      v5: fma(difference1 + differenceHalf + m.v7, 32, difference2))
  }

  @inline(__always)
  static func transformTaps(_ g: Three) -> Eight {
    let even1 = (g.v0 + g.v2) * (-2 / 9)
    let odd1 = g.v1 * (-2 / 9)
    let even2 = fma(g.v0 * (1 / 90), 2 / 45, g.v2)
    let odd2 = g.v1 * (1 / 45)
    let evenHalf = fma(g.v0 * (1 / 45), 1 / 180, g.v2)
    let oddHalf = g.v1 * (1 / 90)
    return Eight(
      v0: g.v0, v1: even1 + odd1, v2: even1 - odd1, v3: even2 + odd2, v4: even2 - odd2, v5: evenHalf + oddHalf,
      v6: evenHalf - oddHalf, v7: g.v2)
  }
}

/// F(8, 3) with the points 0, ±2, ±1/2, ±4/3, ±3/4 and infinity, of those tried the ones with the smallest errors.
///
/// 2 and 1/2 are the roots of x^4 - 17/4 x^2 + 1, 4/3 and 3/4 those of x^4 - 337/144 x^2 + 1 (and so are the negative ones). A row
/// of B holds the coefficients of the product of x - q over all points q but its own: what rows share is the product of four.
enum EightTile: Tile {
  @inline(__always)
  static func transformInputs(_ d: Ten) -> Ten {
    // Without 4/3 and 3/4, and then at one of them; likewise without 2 and 1/2.
    let (wide1, wide2) = (fma(d.v1 + d.v5, -337 / 144, d.v3), fma(d.v2 + d.v6, -337 / 144, d.v4))
    let (wide3, wide4) = (fma(d.v3 + d.v7, -337 / 144, d.v5), fma(d.v4 + d.v8, -337 / 144, d.v6))
    let (near1, near2) = (fma(d.v1 + d.v5, -17 / 4, d.v3), fma(d.v2 + d.v6, -17 / 4, d.v4))
    let (near3, near4) = (fma(d.v3 + d.v7, -17 / 4, d.v5), fma(d.v4 + d.v8, -17 / 4, d.v6))
    let (even2, odd2) = (fma(wide4, -1 / 4, wide2), fma(wide3, -1 / 4, wide1))
    let (evenHalf, oddHalf) = (fma(wide4, -4, wide2), fma(wide3, -4, wide1))
    let (even4, odd4) = (fma(near4, -9 / 16, near2), fma(near3, -9 / 16, near1))
    let (even3, odd3) = (fma(near4, -16 / 9, near2), fma(near3, -16 / 9, near1))
    let (wide0, wide5) = (fma(d.v0 + d.v4, -337 / 144, d.v2), fma(d.v5 + d.v9, -337 / 144, d.v7))
    return Ten(
      v0: fma(wide0 + wide4, -17 / 4, wide2),
      v1: fma(even2, 2, odd2), v2: fma(even2, -2, odd2), v3: fma(evenHalf, 1 / 2, oddHalf),
      v4: fma(evenHalf, -1 / 2, oddHalf), v5: fma(even4, 4 / 3, odd4), v6: fma(even4, -4 / 3, odd4),
      v7: fma(even3, 3 / 4, odd3), v8: fma(even3, -3 / 4, odd3),
      v9: fma(wide1 + wide5, -17 / 4, wide3))
  }

  @inline(__always)
  static func transformProducts(_ m: Ten) -> Eight {
    let sums = FourPairs(m.v1 + m.v2, m.v3 + m.v4, m.v5 + m.v6, m.v7 + m.v8)
    let differences = FourPairs(m.v1 - m.v2, m.v3 - m.v4, m.v5 - m.v6, m.v7 - m.v8)
    return Eight(
      v0: m.v0 + (sums.v0 + sums.v1) + (sums.v2 + sums.v3),
      v1: differences.weighted(2, 1 / 2, 4 / 3, 3 / 4),
      v2: sums.weighted(4, 1 / 4, 16 / 9, 9 / 16),
      v3: differences.weighted(8, 1 / 8, 64 / 27, 27 / 64),
      v4: sums.weighted(16, 1 / 16, 256 / 81, 81 / 256),
      v5: differences.weighted(32, 1 / 32, 1024 / 243, 243 / 1024),
      v6: sums.weighted(64, 1 / 64, 4096 / 729, 729 / 4096),
      v7: differences.weighted(128, 1 / 128, 16384 / 2187, 2187 / 16384) + m.v9)
  }

  @inline(__always)
  static func transformTaps(_ g: Three) -> Ten {
    let even2 = fma(g.v0 * (6 / 1375), 24 / 1375, g.v2)
    let evenHalf = fma(g.v0 * (-1536 / 1375), -384 / 1375, g.v2)
    let even4 = fma(g.v0 * (-6561 / 96250), -5832 / 48125, g.v2)
    let even3 = fma(g.v0 * (32768 / 48125), 18432 / 48125, g.v2)
    return Ten(
      v0: g.v0, v1: fma(even2, 12 / 1375, g.v1), v2: fma(even2, -12 / 1375, g.v1),
      v3: fma(evenHalf, -768 / 1375, g.v1), v4: fma(evenHalf, 768 / 1375, g.v1),
      v5: fma(even4, -4374 / 48125, g.v1), v6: fma(even4, 4374 / 48125, g.v1),
      v7: fma(even3, 24576 / 48125, g.v1), v8: fma(even3, -24576 / 48125, g.v1), v9: g.v2)
  }
}

/// What two points ±p have in common, for each of four p.
private struct FourPairs {
  let v0, v1, v2, v3: Vector

  @inline(__always)
  init(_ v0: Vector, _ v1: Vector, _ v2: Vector, _ v3: Vector) {
    (self.v0, self.v1, self.v2, self.v3) = (v0, v1, v2, v3)
  }

  @inline(__always)
  func weighted(_ w0: Float, _ w1: Float, _ w2: Float, _ w3: Float) -> Vector {
    fma(fma(fma(v0 * w0, w1, v1), w2, v2), w3, v3)
  }
}

/// `sum + factor * vector`.
@inline(__always)
func fma(_ sum: Vector, _ factor: Float, _ vector: Vector) -> Vector {
  #if KERNELS_PORTABLE && !arch(arm64)
    sum + factor * vector  // without FMA instructions addingProduct is a library call for each lane
  #else
    sum.addingProduct(Vector(repeating: factor), vector)
  #endif
}
