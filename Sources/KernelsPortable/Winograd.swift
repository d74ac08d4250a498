internal import KernelTypes

/// Room for an 8x8 patch of vectors and one intermediate.
private let patchFloats = 64 * 16

/// Input tiles of some channel blocks, transformed: B^T d B.
@Sendable
func transformInput(_ arguments: WinogradArguments, blocks: Range<Int>, scratch: inout WinogradScratch) {
  withUnsafeTemporaryAllocation(byteCount: 2 * patchFloats * 4, alignment: 64) { memory in
    let patch = memory.baseAddress!.assumingMemoryBound(to: Float.self)
    let rows = patch + patchFloats
    let input = arguments.input
    let across = arguments.tilesAcross
    let stride = arguments.transformedStride
    let rows16 = arguments.tilesPerPass * 16
    for block in blocks {
      var (tileY, tileX) = (arguments.firstTile / across, arguments.firstTile % across)
      var destination = scratch.input + block * rows16
      var endOfPass = destination + rows16
      for _ in 0..<arguments.tileCount {
        let (y, x) = (tileY * 6 - 1, tileX * 6 - 1)
        let isWhole = y >= 0 && x >= 0 && y + 8 <= input.height && x + 8 <= input.width
        if isWhole && y % input.rowsInMemory + 8 <= input.rowsInMemory {
          transformTile(input.row(y, block: block) + x * 16, rowStride: input.rowStride, rows, destination, stride)
        } else {
          copyPatch(input, block, y, x, to: patch)
          transformTile(patch, rowStride: 8 * 16, rows, destination, stride)
        }
        destination += 16
        if destination == endOfPass {
          destination += (input.blocks - 1) * rows16
          endOfPass = destination + rows16
        }
        tileX += 1
        if tileX == across { (tileX, tileY) = (0, tileY + 1) }
      }
    }
  }
  scratch.clock.lap(.transforms)
}

/// Copies 8x8 vectors at (y, x), with zeros where they lie outside of the picture.
private func copyPatch(
  _ input: FeatureMap, _ block: Int, _ y: Int, _ x: Int, to patch: UnsafeMutablePointer<Float>
) {
  for row in 0..<8 {
    let target = patch + row * 8 * 16
    guard y + row >= 0 && y + row < input.height else {
      target.update(repeating: 0, count: 8 * 16)
      continue
    }
    let source = input.row(y + row, block: block)
    for column in 0..<8 {
      let isInside = x + column >= 0 && x + column < input.width
      store(isInside ? load(source + (x + column) * 16) : Vector(repeating: 0), target + column * 16)
    }
  }
}

@inline(__always)
private func transformTile(
  _ source: UnsafePointer<Float>, rowStride: Int, _ rows: UnsafeMutablePointer<Float>,
  _ destination: UnsafeMutablePointer<Float>,
  _ positionStride: Int
) {
  for row in 0..<8 {
    Eight(from: source + row * rowStride, stride: 16).inputTransformed.store(to: rows + row * 128, stride: 16)
  }
  for column in 0..<8 {
    Eight(from: rows + column * 16, stride: 128).inputTransformed
      .store(to: destination + column * positionStride, stride: 8 * positionStride)
  }
}

/// Multiplies the transformed tiles with one pair of output blocks of weights and stores the outputs. Weights that don't come
/// transformed are transformed here, each time, from half precision.
@Sendable
func convolve(_ arguments: WinogradArguments, pair: Int, passes: Range<Int>, scratch: inout WinogradScratch) {
  let inBlocks = arguments.input.blocks
  let inChannels = inBlocks * 16
  let perPass = arguments.tilesPerPass
  let weightStride = WinogradArguments.stride(floats: inChannels * 32)
  let products: Stage = if case .biasReLU = arguments.epilogue { .forwardProducts } else { .backwardProducts }
  let weights: UnsafePointer<Float>
  if let transformed = arguments.weights.transformed {
    weights = transformed + pair * WinogradWeights.pairStride(inBlocks: inBlocks)
  } else {
    transformWeights(arguments.weights, inBlocks: inBlocks, pair: pair, to: scratch.weights)
    weights = UnsafePointer(scratch.weights)
    scratch.clock.lap(.transforms)
  }
  var first = passes.lowerBound
  while first < passes.upperBound {
    let end = min(first + max(1, scratch.tileCapacity / perPass), passes.upperBound)
    let tiles = first * perPass..<min(arguments.tileCount, end * perPass)
    let productStride = WinogradArguments.stride(floats: tiles.count * 32)
    for position in 0..<WinogradArguments.positions {
      var a = scratch.input + (position * arguments.transformedStride + first * perPass * inChannels)
      let b = weights + position * weightStride
      var c = scratch.products + position * productStride
      for pass in first..<end {
        let rows = min(perPass, arguments.tileCount - pass * perPass)
        BlockedProduct(a: a, aBlockStride: perPass * 16, blocks: inBlocks, b: b, c: c).run(rows: rows)
        a += perPass * inChannels
        c += rows * 32
      }
    }
    scratch.clock.lap(products)
    storeTiles(arguments, pair: pair, tiles: tiles, scratch.products, productStride)
    scratch.clock.lap(.transforms)
    first = end
  }
}

@Sendable
func transformWeights(
  _ weights: WinogradWeights, inBlocks: Int, pair: Int, to transformed: UnsafeMutablePointer<Float>
) {
  let inChannels = inBlocks * 16
  transformWeights(
    weights.packed + pair * inChannels * 9 * 16, inChannels, transformed,
    WinogradArguments.stride(floats: inChannels * 32))
}

/// G g G^T for every input channel and 32 output channels: `[64][inChannels][32]`.
private func transformWeights(
  _ source: UnsafePointer<UInt32>, _ inChannels: Int, _ destination: UnsafeMutablePointer<Float>, _ positionStride: Int
) {
  withUnsafeTemporaryAllocation(byteCount: (9 + 24) * 32 * 4, alignment: 64) { memory in
    let taps = memory.baseAddress!.assumingMemoryBound(to: Float.self)  // [9][32]
    let columns = taps + 9 * 32  // [8][3][32]
    for channel in 0..<inChannels {
      widen(source + channel * 9 * 16, taps)
      let target = destination + channel * 32
      for half in stride(from: 0, to: 32, by: 16) {
        for x in 0..<3 {
          Three(from: taps + x * 32 + half, stride: 96).weightsTransformed.store(
            to: columns + x * 32 + half, stride: 96)
        }
        for y in 0..<8 {
          Three(from: columns + y * 96 + half, stride: 32).weightsTransformed
            .store(to: target + y * 8 * positionStride + half, stride: positionStride)
        }
      }
    }
  }
}

/// Nine taps of two times 16 output channels: `[9][16]` words of two numbers to `[9][32]`.
@inline(__always)
private func widen(_ words: UnsafePointer<UInt32>, _ taps: UnsafeMutablePointer<Float>) {
  for tap in 0..<9 {
    let two = load(words + tap * 16)
    store(widened(two &<< 16), taps + tap * 32)
    store(widened(two), taps + tap * 32 + 16)
  }
}

/// Half precision, in the upper 16 bits, to single. A shift that spreads the sign puts exponent and fraction into place; a
/// multiplication corrects the exponent's bias, which also gets subnormal numbers right.
@inline(__always)
private func widened(_ upper: MaskWords) -> Vector {
  let spread = unsafeBitCast(upper, to: SIMD16<Int32>.self) &>> SIMD16<Int32>(repeating: 3)
  let bits = unsafeBitCast(spread, to: MaskWords.self) & MaskWords(repeating: 0x8fff_e000)
  return unsafeBitCast(bits, to: Vector.self) * Vector(repeating: 0x1p112)
}

private func storeTiles(
  _ arguments: WinogradArguments, pair: Int, tiles: Range<Int>, _ products: UnsafePointer<Float>, _ productStride: Int
) {
  for block in pair * 2..<min(pair * 2 + 2, arguments.output.blocks) {
    let target = TileTarget(arguments, block: block, tiles: tiles, products + (block - pair * 2) * 16, productStride)
    switch arguments.epilogue {
    case .biasReLU(let bias, let mask):
      // In the deepest layers direct sums take long, and little of the gradient depends on them.
      let settles = arguments.input.blocks <= 16
      target.store(
        BiasReLU(bias: load(bias + block * 16), watches: settles), mask, writesMask: true,
        settling: settles ? bias : nil)
    case .gradient(let mask, accumulate: false): target.store(MaskedGradient(), mask, writesMask: false, settling: nil)
    case .gradient(let mask, accumulate: true):
      target.store(AddedMaskedGradient(), mask, writesMask: false, settling: nil)
    }
  }
}

/// One block's tiles, from their products to the picture.
private struct TileTarget {
  let arguments: WinogradArguments
  let block: Int
  let tiles: Range<Int>
  let products: UnsafePointer<Float>
  let productStride: Int

  init(
    _ arguments: WinogradArguments, block: Int, tiles: Range<Int>, _ products: UnsafePointer<Float>,
    _ productStride: Int
  ) {
    self.arguments = arguments
    self.block = block
    self.tiles = tiles
    self.products = products
    self.productStride = productStride
  }

  /// A^T m A for each tile, cut off at the picture's edge.
  ///
  /// - Parameter bias: where outputs that are nearly zero are to be settled.
  @inline(__always)
  func store(_ epilogue: some Epilogue, _ mask: ReLUMask?, writesMask: Bool, settling bias: UnsafePointer<Float>?) {
    withUnsafeTemporaryAllocation(byteCount: (48 + 6) * 64, alignment: 64) { memory in
      let columns = memory.baseAddress!.assumingMemoryBound(to: Float.self)
      let partial = columns + 48 * 16
      let across = arguments.tilesAcross
      let output = arguments.output
      var products = products
      let first = arguments.firstTile + tiles.lowerBound
      var (tileY, tileX) = (first / across, first % across)
      for _ in tiles {
        for x in 0..<8 {
          Eight(from: products + x * productStride, stride: 8 * productStride).outputTransformed
            .store(to: columns + x * 16, stride: 128)
        }
        let target = output.row(tileY * 6, block: block) + tileX * 6 * 16
        let words = mask.map { $0.words(ofRow: tileY * 6, block: block) + tileX * 32 }
        let (height, width) = (min(6, output.height - tileY * 6), min(6, output.width - tileX * 6))
        var state = TileState()
        for y in 0..<height {
          // Bits of three rows share a word; see `ReLUMask`.
          let word = words.map { $0 + y / 3 * 16 }
          let shift = MaskWords(repeating: UInt32(truncatingIfNeeded: y % 3 * 6))
          state.bits = MaskWords(repeating: writesMask ? 0 : 63)
          if !writesMask, let word { state.bits = load(word) &>> shift }
          let row = Eight(from: columns + y * 128, stride: 16).outputTransformed
          if width == 6 {
            epilogue.store(row, target + y * output.rowStride, &state)
          } else {
            row.store(to: partial, stride: 16)
            epilogue.store(partial: partial, stride: 16, count: width, target + y * output.rowStride, &state)
          }
          if writesMask, let word {
            let bits = state.bits &<< shift
            KernelVariant.store(y % 3 == 0 ? bits : load(word) | bits, word)
          }
        }
        if let bias, anyNegative(state.smallest - nearZero * state.largest) {
          settle(tileY, tileX, columns, state.largest, bias, words)
        }
        products += 32
        tileX += 1
        if tileX == across { (tileX, tileY) = (0, tileY + 1) }
      }
    }
  }

  /// Computes the outputs that are nearly zero once more, directly and in double precision: rounding in the transforms must not
  /// decide whether a ReLU is on. A handful of wrong ones would put the gradient off by 1e-4 and more.
  @inline(never)
  private func settle(
    _ tileY: Int, _ tileX: Int, _ columns: UnsafeMutablePointer<Float>, _ largest: Vector, _ bias: UnsafePointer<Float>,
    _ words: UnsafeMutablePointer<UInt32>?
  ) {
    let output = arguments.output
    for y in 0..<min(6, output.height - tileY * 6) {
      Eight(from: columns + y * 128, stride: 16).outputTransformed.store(to: columns + y * 128, stride: 16)
      for x in 0..<min(6, output.width - tileX * 6) {
        let sums = load(columns + y * 128 + x * 16) + load(bias + block * 16)
        if !anyNegative(magnitude(sums) - nearZero * largest) { continue }
        for lane in 0..<16 where abs(sums[lane]) < nearZero * largest[lane] {
          let (row, column) = (tileY * 6 + y, tileX * 6 + x)
          let value = Float(directSum(row, column, lane) + Double(bias[block * 16 + lane]))
          output.row(row, block: block)[column * 16 + lane] = value < 0 ? 0 : value
          guard let word = words.map({ $0 + y / 3 * 16 + lane }) else { continue }
          let bit: UInt32 = 1 &<< UInt32(truncatingIfNeeded: y % 3 * 6 + x)
          word.pointee = value > 0 ? word.pointee | bit : word.pointee & ~bit
        }
      }
    }
  }

  /// One output by the definition of the convolution, without bias.
  private func directSum(_ y: Int, _ x: Int, _ lane: Int) -> Double {
    let input = arguments.input
    let inChannels = input.blocks * 16
    let weights = arguments.weights.packed + block / 2 * inChannels * 9 * 16 + lane
    let half: UInt32 = block % 2 == 0 ? 0 : 16
    var sum = 0.0
    for tapY in 0..<3 where y + tapY > 0 && y + tapY <= input.height {
      for tapX in 0..<3 where x + tapX > 0 && x + tapX <= input.width {
        for inBlock in 0..<input.blocks {
          let pixel = input.row(y + tapY - 1, block: inBlock) + (x + tapX - 1) * 16
          let taps = weights + (inBlock * 16 * 9 + tapY * 3 + tapX) * 16
          for channel in 0..<16 where pixel[channel] != 0 {
            let bits = UInt16(truncatingIfNeeded: taps[channel * 9 * 16] &>> half)
            sum += Double(pixel[channel]) * Double(Float16(bitPattern: bits))
          }
        }
      }
    }
    return sum
  }
}

/// Outputs below this fraction of the largest of their tile and channel count as nearly zero: some times the error of the transforms.
private var nearZero: Float { 0x1p-16 }
