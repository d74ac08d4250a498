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
  let plane = block * arguments.height * arguments.width
  let epilogue = MaskedGradient(
    output: arguments.large + plane * 16, mask: arguments.mask.map { $0 + plane }, accumulate: arguments.accumulate)
  for y in 0..<arguments.height {
    var pixel = y * arguments.width
    let end = pixel + arguments.width
    if y < 2 * height {
      var small = arguments.small + (block * height + y / 2) * width * 16
      switch arguments.kind {
      case .average:
        for _ in 0..<width {
          let value = load(small) * 0.25
          epilogue.store(value, at: pixel)
          epilogue.store(value, at: pixel + 1)
          pixel += 2
          small += 16
        }
      case .max:
        var choice = arguments.choice! + ((block * height + y / 2) * width * 4 + y % 2 * 2)
        for _ in 0..<width {
          let value = load(small)
          epilogue.store(masked(value, choice[0]), at: pixel)
          epilogue.store(masked(value, choice[1]), at: pixel + 1)
          pixel += 2
          small += 16
          choice += 4
        }
      }
    }
    while pixel < end {
      epilogue.store(Vector(repeating: 0), at: pixel)
      pixel += 1
    }
  }
}
