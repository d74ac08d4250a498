/// The one-dimensional transforms of F(6, 3) with the points 0, 1, -1, 2, -2, 1/2, -1/2 and infinity. Each is applied along rows
/// and then along columns. The matrices are those of Lavin's wincnn for these points; A and G share the scale of the last pair so
/// that all entries of A are whole numbers.

/// Eight vectors by name, so that they live in registers.
struct Eight {
  var v0, v1, v2, v3, v4, v5, v6, v7: Vector

  @inline(__always)
  init(from pointer: UnsafePointer<Float>, stride: Int) {
    v0 = load(pointer)
    v1 = load(pointer + stride)
    v2 = load(pointer + 2 * stride)
    v3 = load(pointer + 3 * stride)
    v4 = load(pointer + 4 * stride)
    v5 = load(pointer + 5 * stride)
    v6 = load(pointer + 6 * stride)
    v7 = load(pointer + 7 * stride)
  }

  @inline(__always)
  init(_ v0: Vector, _ v1: Vector, _ v2: Vector, _ v3: Vector, _ v4: Vector, _ v5: Vector, _ v6: Vector, _ v7: Vector) {
    (self.v0, self.v1, self.v2, self.v3, self.v4, self.v5, self.v6, self.v7) = (v0, v1, v2, v3, v4, v5, v6, v7)
  }

  @inline(__always)
  func store(to pointer: UnsafeMutablePointer<Float>, stride: Int) {
    KernelVariant.store(v0, pointer)
    KernelVariant.store(v1, pointer + stride)
    KernelVariant.store(v2, pointer + 2 * stride)
    KernelVariant.store(v3, pointer + 3 * stride)
    KernelVariant.store(v4, pointer + 4 * stride)
    KernelVariant.store(v5, pointer + 5 * stride)
    KernelVariant.store(v6, pointer + 6 * stride)
    KernelVariant.store(v7, pointer + 7 * stride)
  }

  /// B^T d: eight inputs to eight positions.
  @inline(__always)
  var inputTransformed: Eight {
    let even1 = fma(v2 + v6, -4.25, v4)
    let odd1 = fma(v1 + v5, -4.25, v3)
    let even2 = fma(fma(v6, 0.25, v2), -1.25, v4)
    let odd2 = fma(fma(2 * v5, 0.5, v1), -2.5, v3)
    let evenHalf = fma(fma(v6, 4, v2), -5, v4)
    let oddHalf = fma(fma(2 * v1, 0.5, v5), -2.5, v3)
    return Eight(
      fma(v0 - v6, 5.25, v4 - v2), even1 + odd1, even1 - odd1, even2 + odd2, even2 - odd2, evenHalf + oddHalf,
      evenHalf - oddHalf, fma(v7 - v1, 5.25, v3 - v5))
  }

  /// A^T m: eight positions to six outputs.
  @inline(__always)
  var outputTransformed: Six {
    let sum1 = v1 + v2
    let difference1 = v1 - v2
    let sum2 = v3 + v4
    let difference2 = v3 - v4
    let sumHalf = v5 + v6
    let differenceHalf = v5 - v6
    return Six(
      v0: fma(v0 + sum1 + sum2, 32, sumHalf),
      v1: fma(fma(difference1, 2, difference2), 16, differenceHalf),
      v2: fma(fma(sum1, 4, sum2), 8, sumHalf),
      v3: fma(fma(difference1, 8, difference2), 4, differenceHalf),
      v4: fma(fma(sum1, 16, sum2), 2, sumHalf),
      v5: fma(difference1 + differenceHalf + v7, 32, difference2))
  }
}

struct Six {
  var v0, v1, v2, v3, v4, v5: Vector

  @inline(__always)
  func store(to pointer: UnsafeMutablePointer<Float>, stride: Int) {
    KernelVariant.store(v0, pointer)
    KernelVariant.store(v1, pointer + stride)
    KernelVariant.store(v2, pointer + 2 * stride)
    KernelVariant.store(v3, pointer + 3 * stride)
    KernelVariant.store(v4, pointer + 4 * stride)
    KernelVariant.store(v5, pointer + 5 * stride)
  }
}

/// Three taps of a kernel along one direction.
struct Three {
  var g0, g1, g2: Vector

  @inline(__always)
  init(from pointer: UnsafePointer<Float>, stride: Int) {
    g0 = load(pointer)
    g1 = load(pointer + stride)
    g2 = load(pointer + 2 * stride)
  }

  /// G g: three taps to eight positions.
  @inline(__always)
  var weightsTransformed: Eight {
    let even1 = (g0 + g2) * (-2 / 9)
    let odd1 = g1 * (-2 / 9)
    let even2 = fma(g0 * (1 / 90), 2 / 45, g2)
    let odd2 = g1 * (1 / 45)
    let evenHalf = fma(g0 * (1 / 45), 1 / 180, g2)
    let oddHalf = g1 * (1 / 90)
    return Eight(
      g0, even1 + odd1, even1 - odd1, even2 + odd2, even2 - odd2, evenHalf + oddHalf, evenHalf - oddHalf, g2)
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
