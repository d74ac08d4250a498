/// What is done to 16 channels of a pixel before they are stored. See `WinogradArguments.Epilogue`.
protocol Epilogue {
  func store(_ sum: Vector, at pixel: Int)
}

struct BiasReLU: Epilogue {
  var output: UnsafeMutablePointer<Float>
  var mask: UnsafeMutablePointer<UInt16>?
  var bias: Vector

  @inline(__always)
  func store(_ sum: Vector, at pixel: Int) {
    let value = rectified(sum + bias)
    KernelVariant.store(value, output + pixel * 16)
    if let mask { mask[pixel] = positiveBits(value) }
  }
}

struct MaskedGradient: Epilogue {
  var output: UnsafeMutablePointer<Float>
  var mask: UnsafePointer<UInt16>?
  var accumulate: Bool

  @inline(__always)
  func store(_ sum: Vector, at pixel: Int) {
    var value = sum
    if accumulate { value += load(output + pixel * 16) }
    if let mask { value = masked(value, mask[pixel]) }
    KernelVariant.store(value, output + pixel * 16)
  }
}

/// `max(0, value)`; NaN stays NaN, so that it is noticed.
@inline(__always)
private func rectified(_ value: Vector) -> Vector { value.replacing(with: Vector(repeating: 0), where: value .< 0) }

/// A bit for each lane. (Computed, since a global constant would be guarded by a once-token at every use.)
private var laneBits: SIMD16<UInt32> {
  @inline(__always) get {
    SIMD16(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768)
  }
}

/// Bit `i` is set where lane `i` is positive.
@inline(__always)
func positiveBits(_ value: Vector) -> UInt16 {
  let bits = SIMD16<UInt32>(repeating: 0).replacing(with: laneBits, where: value .> 0)
  let eight = bits.lowHalf | bits.highHalf
  let four = eight.lowHalf | eight.highHalf
  let two = four.lowHalf | four.highHalf
  return UInt16(truncatingIfNeeded: two[0] | two[1])
}

/// Zero in the lanes whose bit isn't set.
@inline(__always)
func masked(_ value: Vector, _ bits: UInt16) -> Vector {
  let on = (SIMD16<UInt32>(repeating: UInt32(bits)) & laneBits) .!= 0
  return Vector(repeating: 0).replacing(with: value, where: on)
}
