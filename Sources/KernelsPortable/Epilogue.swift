internal import KernelTypes

/// Words of a `ReLUMask`.
typealias MaskWords = SIMD16<UInt32>

/// What is known of a tile while its outputs are stored: 16 channels in 16 lanes.
struct TileState {
  /// Of a row of six, bit 0 to 5 for each; read or written.
  var bits = MaskWords(repeating: 0)
  /// The smallest and largest magnitudes before the ReLU, over the whole tile.
  var smallest = Vector(repeating: .greatestFiniteMagnitude)
  var largest = Vector(repeating: 0)
}

/// What is done to a tile's row of six outputs before it is stored. See `WinogradArguments.Epilogue`.
protocol Epilogue {
  /// - Parameter output: of the first of the six.
  func store(_ row: Six, _ output: UnsafeMutablePointer<Float>, _ state: inout TileState)
  /// One of the six.
  func store(_ sum: Vector, _ output: UnsafeMutablePointer<Float>, index: UInt32, _ state: inout TileState)
}

extension Epilogue {
  @inline(__always)
  func store(_ row: Six, _ output: UnsafeMutablePointer<Float>, _ state: inout TileState) {
    store(row.v0, output, index: 0, &state)
    store(row.v1, output + 16, index: 1, &state)
    store(row.v2, output + 32, index: 2, &state)
    store(row.v3, output + 48, index: 3, &state)
    store(row.v4, output + 64, index: 4, &state)
    store(row.v5, output + 80, index: 5, &state)
  }

  /// The first `count` of the six, which lie `stride` floats apart: at the picture's edge.
  @inline(never)
  func store(
    partial row: UnsafePointer<Float>, stride: Int, count: Int, _ output: UnsafeMutablePointer<Float>,
    _ state: inout TileState
  ) {
    for index in 0..<count {
      store(load(row + index * stride), output + index * 16, index: UInt32(truncatingIfNeeded: index), &state)
    }
  }
}

struct BiasReLU: Epilogue {
  var bias: Vector
  /// Whether the smallest and largest magnitudes are wanted.
  var watches = true

  @inline(__always)
  func store(_ sum: Vector, _ output: UnsafeMutablePointer<Float>, index: UInt32, _ state: inout TileState) {
    let value = sum + bias
    if watches {
      let size = magnitude(value)
      state.smallest.replace(with: size, where: size .< state.smallest)
      state.largest.replace(with: size, where: size .> state.largest)
    }
    KernelVariant.store(rectified(value), output)
    state.bits |= MaskWords(repeating: 0).replacing(with: MaskWords(repeating: 1 &<< index), where: value .> 0)
  }
}

/// Where there is no mask, all bits are set.
struct MaskedGradient: Epilogue {
  @inline(__always)
  func store(_ sum: Vector, _ output: UnsafeMutablePointer<Float>, index: UInt32, _ state: inout TileState) {
    KernelVariant.store(masked(sum, state.bits, index), output)
  }
}

/// Adds to what the output holds.
struct AddedMaskedGradient: Epilogue {
  @inline(__always)
  func store(_ sum: Vector, _ output: UnsafeMutablePointer<Float>, index: UInt32, _ state: inout TileState) {
    KernelVariant.store(masked(sum + load(output), state.bits, index), output)
  }
}

@inline(__always)
func magnitude(_ value: Vector) -> Vector {
  unsafeBitCast(unsafeBitCast(value, to: SIMD16<UInt32>.self) & SIMD16(repeating: 0x7fff_ffff), to: Vector.self)
}

/// Whether any lane is below zero.
@inline(__always)
func anyNegative(_ value: Vector) -> Bool {
  let bits = unsafeBitCast(value, to: SIMD16<UInt32>.self)
  let eight = bits.lowHalf | bits.highHalf
  let four = eight.lowHalf | eight.highHalf
  let two = four.lowHalf | four.highHalf
  return (two[0] | two[1]) & 0x8000_0000 != 0
}

/// `max(0, value)`; NaN stays NaN, so that it is noticed.
@inline(__always)
func rectified(_ value: Vector) -> Vector { value.replacing(with: Vector(repeating: 0), where: value .< 0) }

/// Zero in the lanes whose bit `index` isn't set. (By shifts: the standard library compares whole numbers lane by lane.)
@inline(__always)
func masked(_ value: Vector, _ bits: MaskWords, _ index: UInt32) -> Vector {
  masked(value, signs: bits &<< MaskWords(repeating: 31 &- index))
}

/// Zero in the lanes whose highest bit isn't set.
@inline(__always)
private func masked(_ value: Vector, signs: MaskWords) -> Vector {
  let all = unsafeBitCast(signs, to: SIMD16<Int32>.self) &>> SIMD16<Int32>(repeating: 31)
  return unsafeBitCast(unsafeBitCast(value, to: SIMD16<Int32>.self) & all, to: Vector.self)
}

@inline(__always)
func load(_ words: UnsafePointer<UInt32>) -> MaskWords { UnsafeRawPointer(words).loadUnaligned(as: MaskWords.self) }

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
  let shifts = MaskWords(31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16)
  return masked(value, signs: MaskWords(repeating: UInt32(bits)) &<< shifts)
}
