internal import KernelTypes

@Sendable
func pool(_ arguments: PoolingArguments, block: Int) {
  let (height, width) = (arguments.height / 2, arguments.width / 2)
  let rowStride = arguments.width * 16
  for y in 0..<height {
    for x in 0..<width {
      let source = arguments.large + ((block * arguments.height + 2 * y) * arguments.width + 2 * x) * 16
      let (a, b, c, d) = (load(source), load(source + 16), load(source + rowStride), load(source + rowStride + 16))
      let pixel = (block * height + y) * width + x
      switch arguments.kind {
      case .average: store((a + b + c + d) * 0.25, arguments.small + pixel * 16)
      case .max:
        let largest = maximum(maximum(a, b), maximum(c, d))
        store(largest, arguments.small + pixel * 16)
        if let choice = arguments.choice { recordChoice(largest, a, b, c, choice + pixel * 4) }
      }
    }
  }
}

@inline(__always)
private func maximum(_ a: Vector, _ b: Vector) -> Vector { a.replacing(with: b, where: b .> a) }

/// Of equal ones the first is taken, as PyTorch and Caffe do.
@inline(__always)
private func recordChoice(
  _ largest: Vector, _ a: Vector, _ b: Vector, _ c: Vector, _ choice: UnsafeMutablePointer<UInt16>
) {
  let one = Vector(repeating: 1)
  let zero = Vector(repeating: 0)
  let isA = positiveBits(zero.replacing(with: one, where: a .== largest))
  let isB = positiveBits(zero.replacing(with: one, where: b .== largest)) & ~isA
  let isC = positiveBits(zero.replacing(with: one, where: c .== largest)) & ~isA & ~isB
  choice[0] = isA
  choice[1] = isB
  choice[2] = isC
  choice[3] = ~(isA | isB | isC)
}

/// Writes every element of the large layer's block: a dropped odd row or column gets no gradient from the pool.
@Sendable
func poolGradient(_ arguments: PoolingArguments, block: Int) {
  let (height, width) = (arguments.height / 2, arguments.width / 2)
  for y in 0..<arguments.height {
    for x in 0..<arguments.width {
      let pixel = (block * arguments.height + y) * arguments.width + x
      var value = Vector(repeating: 0)
      if y < 2 * height && x < 2 * width {
        let smallPixel = (block * height + y / 2) * width + x / 2
        value = load(arguments.small + smallPixel * 16)
        switch arguments.kind {
        case .average: value *= 0.25
        case .max: value = masked(value, arguments.choice![smallPixel * 4 + (y & 1) * 2 + (x & 1)])
        }
      }
      let epilogue = MaskedGradient(output: arguments.large, mask: arguments.mask, accumulate: arguments.accumulate)
      epilogue.store(value, at: pixel)
    }
  }
}
