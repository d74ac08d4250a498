internal import KernelTypes

/// A row of positions of G g G^T, for every input channel and one pair of output groups: `[positions of the row][inChannels][32]`.
@Sendable
func transformWeights(
  _ weights: WinogradWeights, inGroups: Int, pair: Int, row: Int, to transformed: UnsafeMutablePointer<Float>
) {
  let packed = weights.packed + pair * inGroups * 16 * 9 * 16
  switch weights.tile {
  case .two: transformWeights(TwoTile.self, packed, inGroups * 16, row, transformed)
  case .six: transformWeights(SixTile.self, packed, inGroups * 16, row, transformed)
  case .eight: transformWeights(EightTile.self, packed, inGroups * 16, row, transformed)
  }
}

private func transformWeights<T: Tile>(
  _: T.Type, _ packed: UnsafePointer<UInt32>, _ inChannels: Int, _ row: Int, _ transformed: UnsafeMutablePointer<Float>
) {
  let positionStride = WinogradArguments.stride(floats: inChannels * 32)
  let factors = tapFactors(T.self, row: row)
  for channel in 0..<inChannels {
    for part in parts {
      let words = packed + (channel * 9 * 16 + part)
      let target = transformed + (channel * 32 + part)
      let (left, middle, right) = (Taps(words), Taps(words + 16), Taps(words + 32))
      T.transformTaps(Three(v0: left.low(factors), v1: middle.low(factors), v2: right.low(factors)))
        .store(to: target, stride: positionStride)
      T.transformTaps(Three(v0: left.high(factors), v1: middle.high(factors), v2: right.high(factors)))
        .store(to: target + 16, stride: positionStride)
    }
  }
}

/// A row of G, times what `Taps` leaves out: what the transform makes of the unit vectors, one in each lane.
@inline(__always)
private func tapFactors<T: Tile>(_: T.Type, row: Int) -> SIMD3<Float> {
  withUnsafeTemporaryAllocation(byteCount: T.inputs * 64, alignment: 64) { memory in
    let lines = memory.baseAddress!.assumingMemoryBound(to: Float.self)
    var units = Three(v0: Vector(repeating: 0), v1: Vector(repeating: 0), v2: Vector(repeating: 0))
    (units.v0[0], units.v1[1], units.v2[2]) = (1, 1, 1)
    T.transformTaps(units).store(to: lines, stride: lanes)
    let factors = lines + row * lanes
    return SIMD3(factors[0], factors[1], factors[2]) * 0x1p112
  }
}

/// Three taps, one below the other, of some channels in the low halves of words and as many in the high ones.
private struct Taps {
  let upper, middle, lower: MaskWords

  @inline(__always)
  init(_ words: UnsafePointer<UInt32>) {
    (upper, middle, lower) = (load(words), load(words + 3 * 16), load(words + 6 * 16))
  }

  @inline(__always)
  func high(_ factors: SIMD3<Float>) -> Vector {
    fma(fma(widened(upper) * factors[0], factors[1], widened(middle)), factors[2], widened(lower))
  }

  @inline(__always)
  func low(_ factors: SIMD3<Float>) -> Vector {
    fma(
      fma(widened(upper &<< 16) * factors[0], factors[1], widened(middle &<< 16)), factors[2], widened(lower &<< 16))
  }
}

/// Half precision, in the upper 16 bits, to single, but 2^112 times too small. A shift that spreads the sign puts exponent and
/// fraction into place; the multiplication by 2^112 corrects the exponent's bias, which also gets subnormal numbers right.
@inline(__always)
private func widened(_ upper: MaskWords) -> Vector {
  let spread = unsafeBitCast(upper, to: Signs.self) &>> Signs(repeating: 3)
  return unsafeBitCast(unsafeBitCast(spread, to: MaskWords.self) & MaskWords(repeating: 0x8fff_e000), to: Vector.self)
}
