internal import KernelTypes

/// What is known of a tile while its outputs are stored: a channel in each lane.
struct TileState {
  /// Of a row of outputs, one for each from bit 0 on; read or written.
  var bits = MaskWords(repeating: 0)
  /// The smallest and largest magnitudes before the ReLU, over the whole tile.
  var smallest = Vector(repeating: .greatestFiniteMagnitude)
  var largest = Vector(repeating: 0)
}

/// What is done to a tile's row of outputs before it is stored. See `WinogradArguments.Epilogue`.
protocol Epilogue {
  /// The same for the channels of a group from `part` on.
  func part(_ part: Int) -> Self
  /// One of the row.
  func store(_ sum: Vector, _ output: UnsafeMutablePointer<Float>, index: UInt32, _ state: inout TileState)
}

extension Epilogue {
  @inline(__always)
  func part(_ part: Int) -> Self { self }

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
  /// Of the group, for `part`.
  var groupBias: UnsafePointer<Float>?

  @inline(__always)
  func part(_ part: Int) -> BiasReLU { BiasReLU(bias: load(groupBias! + part), watches: watches, groupBias: groupBias) }

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
  unsafeBitCast(unsafeBitCast(value, to: MaskWords.self) & MaskWords(repeating: 0x7fff_ffff), to: Vector.self)
}

/// Whether any lane is below zero.
@inline(__always)
func anyNegative(_ value: Vector) -> Bool {
  orOfLanes(unsafeBitCast(value, to: MaskWords.self)) & 0x8000_0000 != 0
}

@inline(__always)
private func orOfLanes(_ words: SIMD16<UInt32>) -> UInt32 { orOfLanes(words.lowHalf | words.highHalf) }

@inline(__always)
private func orOfLanes(_ words: SIMD8<UInt32>) -> UInt32 { orOfLanes(words.lowHalf | words.highHalf) }

@inline(__always)
private func orOfLanes(_ words: SIMD4<UInt32>) -> UInt32 {
  let two = words.lowHalf | words.highHalf
  return two[0] | two[1]
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
  let all = unsafeBitCast(signs, to: Signs.self) &>> Signs(repeating: 31)
  return unsafeBitCast(unsafeBitCast(value, to: Signs.self) & all, to: Vector.self)
}

extension ReLUMask {
  /// Bit `i` says whether the ReLU was on at column `x + i`, for eight columns: they lie in two of the mask's tiles.
  @inline(__always)
  func bits(row y: Int, from x: Int, group: Int, _ part: Int) -> MaskWords {
    let words = words(ofRow: y, group: group) + part
    let shift = MaskWords(repeating: UInt32(truncatingIfNeeded: y % 3 * 6))
    let (tile, offset) = (x / 6, UInt32(truncatingIfNeeded: x % 6))
    let left = load(words + tile * 32) &>> shift & MaskWords(repeating: 63)
    let right = load(words + min(tile + 1, tilesAcross - 1) * 32) &>> shift
    return left &>> MaskWords(repeating: offset) | right &<< MaskWords(repeating: 6 - offset)
  }

  /// Notes the bits of columns from `x` on, up to six that lie in one of the mask's tiles. The first row and column of a word
  /// come first.
  @inline(__always)
  func write(_ bits: MaskWords, row y: Int, column x: Int, group: Int, _ part: Int) {
    let word = words(ofRow: y, group: group) + (x / 6 * 32 + part)
    let shifted = bits &<< MaskWords(repeating: UInt32(truncatingIfNeeded: y % 3 * 6 + x % 6))
    KernelVariant.store(y % 3 == 0 && x % 6 == 0 ? shifted : load(word) | shifted, word)
  }
}

@inline(__always)
func load(_ words: UnsafePointer<UInt32>) -> MaskWords { UnsafeRawPointer(words).loadUnaligned(as: MaskWords.self) }

/// (Computed, since a global constant would be guarded by a once-token at every use.)
private var laneNumbers: MaskWords {
  @inline(__always) get {
    var numbers = MaskWords(repeating: 0)
    for lane in 0..<lanes { numbers[lane] = UInt32(truncatingIfNeeded: lane) }
    return numbers
  }
}

/// Bit `i` is set where lane `i` is positive.
@inline(__always)
func positiveBits(_ value: Vector) -> UInt16 {
  let bits = MaskWords(repeating: 1) &<< laneNumbers
  return UInt16(truncatingIfNeeded: orOfLanes(MaskWords(repeating: 0).replacing(with: bits, where: value .> 0)))
}

/// Zero in the lanes whose bit isn't set.
@inline(__always)
func masked(_ value: Vector, _ bits: UInt16) -> Vector {
  masked(value, signs: MaskWords(repeating: UInt32(bits)) &<< (MaskWords(repeating: 31) &- laneNumbers))
}
