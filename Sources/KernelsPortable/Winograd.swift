internal import KernelTypes

/// Multiplies the transformed tiles of some passes with one pair of output blocks of weights and stores the outputs.
///
/// Positions are taken row by row. Weights that don't come transformed are transformed here, each time, from half precision: a
/// row of positions stays in the cache while all tiles are multiplied with it, where those of all positions would not.
@Sendable
func convolve(_ arguments: WinogradArguments, pair: Int, passes: Range<Int>, scratch: inout WinogradScratch) {
  let inBlocks = arguments.input.blocks
  let perPass = arguments.tilesPerPass
  let tiles = passes.lowerBound * perPass..<min(arguments.tileCount, passes.upperBound * perPass)
  let productStride = WinogradArguments.stride(floats: tiles.count * 32)
  let weightStride = WinogradArguments.stride(floats: inBlocks * 16 * 32)
  let stage: Stage = if case .biasReLU = arguments.epilogue { .forwardProducts } else { .backwardProducts }
  let inputs = arguments.tile.inputs
  for row in 0..<inputs {
    var weights = UnsafePointer(scratch.weights)
    if let transformed = arguments.weights.transformed {
      weights = transformed + (pair * inputs + row) * inputs * weightStride
    } else {
      transformWeights(arguments.weights, inBlocks: inBlocks, pair: pair, row: row, to: scratch.weights)
      scratch.clock.lap(.transforms)
    }
    for column in 0..<inputs {
      let position = row * inputs + column
      var a = scratch.input + (position * arguments.transformedStride + passes.lowerBound * perPass * inBlocks * 16)
      var c = scratch.products + position * productStride
      for pass in passes {
        let rows = min(perPass, arguments.tileCount - pass * perPass)
        BlockedProduct(
          a: a, aBlockStride: perPass * 16, blocks: inBlocks, b: weights + column * weightStride, c: c,
          blocksPerSum: arguments.blocksPerSum
        ).run(rows: rows)
        a += perPass * inBlocks * 16
        c += rows * 32
      }
    }
    scratch.clock.lap(stage)
  }
  storeTiles(arguments, pair: pair, tiles: tiles, scratch.products, productStride)
  scratch.clock.lap(.transforms)
}
