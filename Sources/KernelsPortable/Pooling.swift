internal import KernelTypes

@Sendable
func pool(_ arguments: PoolingArguments, group: Int, rows: Range<Int>) {
  let (large, small) = (arguments.large, arguments.small)
  for y in rows {
    let (upper, lower) = (large.row(2 * y, group: group), large.row(2 * y + 1, group: group))
    let target = small.row(y, group: group)
    let choice = arguments.choice.map { $0 + (group * small.height + y) * small.width * 4 }
    for x in 0..<small.width {
      for part in parts {
        let source = x * 32 + part
        let (a, b) = (load(upper + source), load(upper + source + 16))
        let (c, d) = (load(lower + source), load(lower + source + 16))
        switch arguments.kind {
        case .average: store((a + b + c + d) * 0.25, target + x * 16 + part)
        case .l2: store(rootMeanSquare(a, b, c, d), target + x * 16 + part)
        case .max:
          let largest = maximum(maximum(a, b), maximum(c, d))
          store(largest, target + x * 16 + part)
          if let choice { recordChoice(largest, a, b, c, part, choice + x * 4) }
        }
      }
    }
  }
}

@inline(__always)
private func rootMeanSquare(_ a: Vector, _ b: Vector, _ c: Vector, _ d: Vector) -> Vector {
  ((a * a + b * b + c * c + d * d) * 0.25 + PoolingKind.l2Floor).squareRoot()
}

@inline(__always)
private func maximum(_ a: Vector, _ b: Vector) -> Vector { a.replacing(with: b, where: b .> a) }

/// Of equal ones the first is taken, as PyTorch and Caffe do.
@inline(__always)
private func recordChoice(
  _ largest: Vector, _ a: Vector, _ b: Vector, _ c: Vector, _ part: Int, _ choice: UnsafeMutablePointer<UInt16>
) {
  let one = Vector(repeating: 1)
  let zero = Vector(repeating: 0)
  let isA = positiveBits(zero.replacing(with: one, where: a .== largest))
  let isB = positiveBits(zero.replacing(with: one, where: b .== largest)) & ~isA
  let isC = positiveBits(zero.replacing(with: one, where: c .== largest)) & ~isA & ~isB
  let all = UInt16(truncatingIfNeeded: (1 << lanes) - 1)
  let isD = all & ~(isA | isB | isC)
  let shift = UInt16(truncatingIfNeeded: part)
  let before = part == 0 ? SIMD4<UInt16>(repeating: 0) : UnsafeRawPointer(choice).loadUnaligned(as: SIMD4<UInt16>.self)
  let bits = before | SIMD4(isA &<< shift, isB &<< shift, isC &<< shift, isD &<< shift)
  UnsafeMutableRawPointer(choice).storeBytes(of: bits, as: SIMD4<UInt16>.self)
}

/// The gradient that comes through the pooling to one row of the layer before it.
struct PooledGradientRow {
  private let kind: PoolingKind
  private let small: UnsafePointer<Float>
  private let choice: UnsafePointer<UInt16>?
  /// What was pooled, for `l2`: the two rows of the windows, and of them this one.
  private let upper, lower, own: UnsafePointer<Float>?
  /// Columns beyond it were dropped; 0 for a dropped row.
  private let width: Int

  @inline(__always)
  init(_ arguments: PoolingArguments, group: Int, row: Int) {
    let small = arguments.small
    let y = row / 2
    kind = arguments.kind
    width = y < small.height ? 2 * small.width : 0
    self.small = UnsafePointer(small.row(y, group: group))
    choice = arguments.choice.map { UnsafePointer($0 + (group * small.height + y) * small.width * 4 + row % 2 * 2) }
    upper = arguments.features.map { UnsafePointer($0.row(2 * y, group: group)) }
    lower = arguments.features.map { UnsafePointer($0.row(2 * y + 1, group: group)) }
    own = row % 2 == 0 ? upper : lower
  }

  @inline(__always)
  func gradient(at x: Int, _ part: Int) -> Vector {
    guard x < width else { return Vector(repeating: 0) }
    let value = load(small + x / 2 * 16 + part)
    return switch kind {
    case .average: value * 0.25
    case .l2: value * share(at: x, part)
    case .max: masked(value, choice![x / 2 * 4 + x % 2] &>> UInt16(truncatingIfNeeded: part))
    }
  }
}

extension PooledGradientRow {
  /// The derivative of an `l2` window with respect to one of its four.
  @inline(__always)
  private func share(at x: Int, _ part: Int) -> Vector {
    let first = x / 2 * 32 + part
    let root = rootMeanSquare(
      load(upper! + first), load(upper! + first + 16), load(lower! + first), load(lower! + first + 16))
    return load(own! + x * 16 + part) * 0.25 / root
  }
}

/// Writes every pixel: a dropped odd row or column gets no gradient from the pool.
@Sendable
func poolGradient(_ arguments: PoolingArguments, mask: ReLUMask, group: Int, rows: Range<Int>) {
  let large = arguments.large
  for y in rows {
    let gradient = PooledGradientRow(arguments, group: group, row: y)
    let target = large.row(y, group: group)
    let words = mask.words(ofRow: y, group: group)
    let shift = MaskWords(repeating: UInt32(truncatingIfNeeded: y % 3 * 6))
    for tile in 0..<mask.tilesAcross {
      for part in parts {
        let bits = load(words + tile * 32 + part) &>> shift
        for x in tile * 6..<min(large.width, tile * 6 + 6) {
          let value = masked(gradient.gradient(at: x, part), bits, UInt32(truncatingIfNeeded: x - tile * 6))
          store(value, target + x * 16 + part)
        }
      }
    }
  }
}
