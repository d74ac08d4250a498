internal import KernelTypes

/// Stores what the products of some of the batch's tiles make, for one pair of output groups.
func storeTiles(
  _ arguments: WinogradArguments, pair: Int, tiles: Range<Int>, _ products: UnsafePointer<Float>, _ productStride: Int
) {
  for group in pair * 2..<min(pair * 2 + 2, arguments.output.channelGroups) {
    let products = products + (group - pair * 2) * 16
    switch arguments.tile {
    case .two: TileTarget<TwoTile>(arguments, group: group, tiles: tiles, products, productStride).store()
    case .six: TileTarget<SixTile>(arguments, group: group, tiles: tiles, products, productStride).store()
    case .eight: TileTarget<EightTile>(arguments, group: group, tiles: tiles, products, productStride).store()
    }
  }
}

/// One group's tiles, from their products to the picture.
private struct TileTarget<T: Tile> {
  let arguments: WinogradArguments
  let group: Int
  let tiles: Range<Int>
  let products: UnsafePointer<Float>
  let productStride: Int

  init(
    _ arguments: WinogradArguments, group: Int, tiles: Range<Int>, _ products: UnsafePointer<Float>,
    _ productStride: Int
  ) {
    self.arguments = arguments
    self.group = group
    self.tiles = tiles
    self.products = products
    self.productStride = productStride
  }

  func store() {
    switch arguments.epilogue {
    case .biasReLU(let bias, let mask):
      // In the deepest layers direct sums take long, and little of the gradient depends on them.
      let settles = arguments.input.channelGroups <= 16
      store(
        BiasReLU(bias: Vector(repeating: 0), watches: settles, groupBias: bias + group * 16), mask, writesMask: true,
        settling: settles ? bias : nil)
    case .gradient(let mask, accumulate: false): store(MaskedGradient(), mask, writesMask: false, settling: nil)
    case .gradient(let mask, accumulate: true): store(AddedMaskedGradient(), mask, writesMask: false, settling: nil)
    }
  }

  /// A^T m A for each tile, cut off at the picture's edge.
  ///
  /// - Parameters:
  ///   - writesMask: else it is read.
  ///   - bias: where outputs that are nearly zero are to be settled.
  @inline(__always)
  private func store(
    _ epilogue: some Epilogue, _ mask: ReLUMask?, writesMask: Bool, settling bias: UnsafePointer<Float>?
  ) {
    withUnsafeTemporaryAllocation(byteCount: (T.inputs + 1) * T.outputs * lanes * 4, alignment: 64) { memory in
      let columns = memory.baseAddress!.assumingMemoryBound(to: Float.self)  // [T.outputs][T.inputs][lanes]
      let partial = columns + T.inputs * T.outputs * lanes
      let rowFloats = T.inputs * lanes
      let across = arguments.tilesAcross
      let output = arguments.output
      var products = products
      let first = arguments.firstTile + tiles.lowerBound
      var (tileY, tileX) = (first / across, first % across)
      for _ in tiles {
        let (top, left) = (tileY * T.outputs, tileX * T.outputs)
        let (height, width) = (min(T.outputs, output.height - top), min(T.outputs, output.width - left))
        for part in parts {
          for x in 0..<T.inputs {
            T.transformProducts(T.Inputs(from: products + x * productStride + part, stride: T.inputs * productStride))
              .store(to: columns + x * lanes, stride: rowFloats)
          }
          let target = output.row(top, group: group) + (left * 16 + part)
          let epilogue = epilogue.part(part)
          var state = TileState()
          for y in 0..<height {
            state.bits = writesMask ? MaskWords(repeating: 0) : MaskWords(repeating: .max)
            if !writesMask, let mask { state.bits = mask.bits(row: top + y, from: left, group: group, part) }
            let row = T.transformProducts(T.Inputs(from: columns + y * rowFloats, stride: lanes))
            if width == T.outputs {
              row.store(through: epilogue, target + y * output.rowStride, &state)
            } else {
              row.store(to: partial, stride: lanes)
              var copy = state  // what a call could write to isn't kept in registers
              epilogue.store(partial: partial, stride: lanes, count: width, target + y * output.rowStride, &copy)
              state = copy
            }
            if writesMask, let mask { mask.write(state.bits, row: top + y, column: left, group: group, part) }
          }
          if let bias, anyNegative(state.smallest - nearZero * state.largest) {
            settle(top, left, height, width, part, columns, state.largest, bias)
          }
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
    _ top: Int, _ left: Int, _ height: Int, _ width: Int, _ part: Int, _ columns: UnsafeMutablePointer<Float>,
    _ largest: Vector, _ bias: UnsafePointer<Float>
  ) {
    for y in 0..<height {
      let line = columns + y * T.inputs * lanes
      T.transformProducts(T.Inputs(from: line, stride: lanes)).store(to: line, stride: lanes)
      for x in 0..<width {
        let sums = load(line + x * lanes) + load(bias + group * 16 + part)
        if !anyNegative(magnitude(sums) - nearZero * largest) { continue }
        for lane in 0..<lanes where abs(sums[lane]) < nearZero * largest[lane] {
          settle(top + y, left + x, part + lane, bias)
        }
      }
    }
  }

  private func settle(_ y: Int, _ x: Int, _ lane: Int, _ bias: UnsafePointer<Float>) {
    guard case .biasReLU(_, let mask) = arguments.epilogue else { return }
    let value = Float(directSum(y, x, lane) + Double(bias[group * 16 + lane]))
    arguments.output.row(y, group: group)[x * 16 + lane] = value < 0 ? 0 : value
    guard let mask else { return }
    let word = mask.words(ofRow: y, group: group) + (x / 6 * 32 + lane)
    let bit: UInt32 = 1 &<< UInt32(truncatingIfNeeded: y % 3 * 6 + x % 6)
    word.pointee = value > 0 ? word.pointee | bit : word.pointee & ~bit
  }

  /// One output by the definition of the convolution, without bias.
  private func directSum(_ y: Int, _ x: Int, _ lane: Int) -> Double {
    let input = arguments.input
    let inChannels = input.channelGroups * 16
    let weights = arguments.weights.packed + group / 2 * inChannels * 9 * 16 + lane
    let half: UInt32 = group % 2 == 0 ? 0 : 16
    var sum = 0.0
    for tapY in 0..<3 where y + tapY > 0 && y + tapY <= input.height {
      for tapX in 0..<3 where x + tapX > 0 && x + tapX <= input.width {
        for inGroup in 0..<input.channelGroups {
          let pixel = input.row(y + tapY - 1, group: inGroup) + (x + tapX - 1) * 16
          let taps = weights + (inGroup * 16 * 9 + tapY * 3 + tapX) * 16
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
