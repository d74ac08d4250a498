internal import KernelTypes

/// Multiplies the transformed tiles of some passes with one pair of output groups of weights and stores the outputs.
///
/// Positions are taken row by row. Weights that don't come transformed are transformed here, each time, from half precision: a
/// row of positions stays in the cache while all tiles are multiplied with it, where those of all positions would not.
@Sendable
func convolve(_ arguments: WinogradArguments, pair: Int, passes: Range<Int>, scratch: inout WinogradScratch) {
  let inGroups = arguments.input.channelGroups
  let perPass = arguments.tilesPerPass
  let tiles = arguments.tiles(passes)
  let productStride = WinogradArguments.stride(floats: tiles.count * 32)
  let weightStride = WinogradArguments.stride(floats: inGroups * 16 * 32)
  let phase: KernelPhase = if case .biasReLU = arguments.epilogue { .forwardProducts } else { .backwardProducts }
  let inputs = arguments.tile.inputs
  for row in 0..<inputs {
    var weights = UnsafePointer(scratch.weights)
    if let transformed = arguments.weights.transformed {
      weights = transformed + (pair * inputs + row) * inputs * weightStride
    } else {
      transformWeights(arguments.weights, inGroups: inGroups, pair: pair, row: row, to: scratch.weights)
      scratch.clock.lap(.transforms)
    }
    for column in 0..<inputs {
      let position = row * inputs + column
      let start = scratch.input + (position * arguments.transformedStride + passes.lowerBound * perPass * inGroups * 16)
      var a = start
      var c = scratch.products + position * productStride
      for pass in passes {
        let rows = min(perPass, arguments.tileCount - pass * perPass)
        GroupedProduct(
          a: a, aGroupStride: perPass * 16, groups: inGroups, b: weights + column * weightStride, c: c,
          groupsPerSum: arguments.groupsPerSum
        ).run(rows: rows)
        a += perPass * inGroups * 16
        c += rows * 32
      }
    }
    scratch.clock.lap(phase)
  }
  storeTiles(arguments, pair: pair, tiles: tiles, scratch.products, productStride)
  scratch.clock.lap(.transforms)
}
