internal import KernelTypes

/// Words of a `ReLUMask`.
typealias MaskWords = SIMD16<UInt32>

/// What is known of a tile while its outputs are stored: 16 channels in 16 lanes.
struct TileState {
  /// Of a row of outputs, one for each from bit 0 on; read or written.
  var bits = MaskWords(repeating: 0)
  /// The smallest and largest magnitudes before the ReLU, over the whole tile.
  var smallest = Vector(repeating: .greatestFiniteMagnitude)
  var largest = Vector(repeating: 0)
}

/// What is done to a tile's row of outputs before it is stored. See `WinogradArguments.Epilogue`.
protocol Epilogue {
  /// One of the row.
  func store(_ sum: Vector, _ output: UnsafeMutablePointer<Float>, index: UInt32, _ state: inout TileState)
}

extension Epilogue {
  /// The first `count` of a row, which lie `stride` floats apart: at the picture's edge.
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

extension ReLUMask {
  /// Bit `i` says whether the ReLU was on at column `x + i`, for eight columns: they lie in two of the mask's tiles.
  @inline(__always)
  func bits(row y: Int, from x: Int, group: Int) -> MaskWords {
    let words = words(ofRow: y, group: group)
    let shift = MaskWords(repeating: UInt32(truncatingIfNeeded: y % 3 * 6))
    let (tile, offset) = (x / 6, UInt32(truncatingIfNeeded: x % 6))
    let left = load(words + tile * 32) &>> shift & MaskWords(repeating: 63)
    let right = load(words + min(tile + 1, tilesAcross - 1) * 32) &>> shift
    return left &>> MaskWords(repeating: offset) | right &<< MaskWords(repeating: 6 - offset)
  }

  /// Notes the bits of six columns, the mask's tile `tile`. The first row of a word comes first.
  @inline(__always)
  func write(_ bits: MaskWords, row y: Int, tile: Int, group: Int) {
    let word = words(ofRow: y, group: group) + tile * 32
    let shifted = bits &<< MaskWords(repeating: UInt32(truncatingIfNeeded: y % 3 * 6))
    KernelVariant.store(y % 3 == 0 ? shifted : load(word) | shifted, word)
  }
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
