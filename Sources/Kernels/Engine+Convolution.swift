package import KernelTypes

// Convolutions by Winograd's transforms: a call computes some rows of tiles.
extension Engine {
  /// A 3x3 convolution with bias and ReLU, in tiles of `TileSize.forward`.
  package func convolve(
    _ weights: ConvolutionWeights, input: FeatureMap, output: FeatureMap, mask: ReLUMask? = nil, tileRows: Range<Int>
  ) {
    run(
      WinogradArguments(
        input: input, output: output, weights: weights.forward,
        epilogue: .biasReLU(bias: weights.bias.pointer, mask: mask)),
      tileRows)
  }

  /// The gradient with respect to a convolution's input, which is the gradient with respect to the layer before it: added to what
  /// `dInput` holds if `accumulate`, and zero where that layer's ReLU was off, as `mask` says. In tiles of
  /// `TileSize.gradient`.
  package func convolveGradient(
    _ weights: ConvolutionWeights, dOutput: FeatureMap, dInput: FeatureMap, mask: ReLUMask? = nil,
    accumulate: Bool = false, tileRows: Range<Int>
  ) {
    run(
      WinogradArguments(
        input: dOutput, output: dInput, weights: weights.backward,
        epilogue: .gradient(mask: mask, accumulate: accumulate)),
      tileRows)
  }

  private func run(_ arguments: WinogradArguments, _ tileRows: Range<Int>) {
    if tileRows.isEmpty { return }
    let (arguments, tileRows) = inSmallTiles(arguments, tileRows) ?? (arguments, tileRows)
    runTiles(arguments, tileRows)
  }

  /// Pixels of a layer up to which transforming weights costs more than the products that large tiles save.
  private static let smallLayer = 196

  /// The same in tiles of two; nil where there is nothing to gain.
  private func inSmallTiles(_ all: WinogradArguments, _ tileRows: Range<Int>) -> (WinogradArguments, Range<Int>)? {
    guard all.output.height * all.output.width <= Self.smallLayer, all.weights.transformed == nil else { return nil }
    let rowsPerRow = all.tile.outputs / TileSize.two.outputs
    var arguments = all
    arguments.weights.tile = .two
    let end = min(tileRows.upperBound * rowsPerRow, TileSize.two.tiles(across: all.output.height))
    return (arguments, tileRows.lowerBound * rowsPerRow..<end)
  }

  private func runTiles(_ arguments: WinogradArguments, _ tileRows: Range<Int>) {
    var arguments = arguments
    arguments.firstTile = tileRows.lowerBound * arguments.tilesAcross
    arguments.tileCount = tileRows.count * arguments.tilesAcross
    if arguments.weights.transformed != nil { runApart(arguments) } else { runTogether(arguments) }
  }

  /// Bytes of transformed input that leave room in a thread's own cache for the products.
  private static let ownBytes = 200 << 10

  /// Each thread takes some tiles from the input to the output, all within its own cache.
  private func runApart(_ all: WinogradArguments) {
    let floatsPerTile = all.tile.positions * all.input.channelGroups * 16
    let most = max(1, Self.ownBytes / 4 / floatsPerTile / kernels.maximumRows) * kernels.maximumRows
    let inputFloats = all.tile.positions * WinogradArguments.stride(floats: all.input.channelGroups * 16 * most)
    let products = Self.productFloats(all.tile, tiles: most)
    let scratch = threadScratch(inputFloats + products)
    let parts = (all.tileCount + most - 1) / most
    let kernels = kernels
    let clocks = (0..<threads).map { clock(thread: $0) }
    parallel(tasks: parts) { part, thread in
      let tiles = all.tileCount * part / parts..<all.tileCount * (part + 1) / parts
      let arguments = split(all, tiles, kernels.maximumRows)
      let memory = scratch[thread].pointer
      var scratch = WinogradScratch(
        input: memory, weights: memory, products: memory + inputFloats, clock: clocks[thread])
      scratch.clock.restart()
      kernels.transformInput(arguments, 0..<arguments.input.channelGroups, 0..<arguments.passes, &scratch)
      for pair in 0..<arguments.pairs { kernels.convolve(arguments, pair, 0..<arguments.passes, &scratch) }
    }
  }

  /// Bytes of scratch for pictures so wide.
  package static func scratchBytes(threads: Int, width: Int) -> Int {
    let gramParts = 16 * 512 * 512 * 4
    let convolution = [TileSize.forward, .gradient].map { tile in
      4 * (WinogradWeights.rowStride(tile, inGroups: 32) + productFloats(tile, tiles: mostTiles))
    }
    let firstLayer = 14 * width * 32 * 4
    return max(sharedBytes, gramParts) + threads * max(firstLayer, convolution.max()!, FloatBuffer.hugePageBytes)
  }

  /// Bytes of transformed input that fit the last-level cache with room for other things.
  private static let sharedBytes = 8 << 20

  /// Tiles of a batch: few enough that their products are still in the cache for the output transform, and enough that the
  /// transform of the weights, made once for each batch, takes little beside them.
  private static func tilesTogether(_ tile: TileSize, inGroups: Int) -> Int {
    min(mostTiles, max(48, sharedBytes / 4 / (tile.positions * inGroups * 16)))
  }

  private static let mostTiles = 128

  /// All threads transform the input of a batch of tiles; then each takes pairs of output groups, for which it transforms the
  /// weights.
  private func runTogether(_ all: WinogradArguments) {
    let most = Self.tilesTogether(all.tile, inGroups: all.input.channelGroups)
    let batches = (all.tileCount + most - 1) / most
    let weightFloats = WinogradWeights.rowStride(all.tile, inGroups: all.input.channelGroups)
    let scratch = threadScratch(weightFloats + Self.productFloats(all.tile, tiles: most))
    let room = (all.tileCount + batches - 1) / batches + kernels.maximumRows
    let input = sharedScratch(
      all.tile.positions * WinogradArguments.stride(floats: all.input.channelGroups * 16 * room))
    let clocks = (0..<threads).map { clock(thread: $0) }
    let scratches = zip(scratch, clocks).map { scratch, clock in
      WinogradScratch(
        input: input.pointer, weights: scratch.pointer, products: scratch.pointer + weightFloats, clock: clock)
    }
    for batch in 0..<batches {
      let tiles = all.tileCount * batch / batches..<all.tileCount * (batch + 1) / batches
      multiply(split(all, tiles, kernels.maximumRows), scratches)
    }
  }

  private func multiply(_ arguments: WinogradArguments, _ scratches: [WinogradScratch]) {
    let kernels = kernels
    let (pairs, passes) = (arguments.pairs, arguments.passes)
    let groups = arguments.input.channelGroups
    let inputParts = min(passes, tasksEach(of: groups))
    parallel(tasks: groups * inputParts) { task, thread in
      let (group, part) = (task / inputParts, task % inputParts)
      var scratch = scratches[thread]
      scratch.clock.restart()
      kernels.transformInput(
        arguments, group..<group + 1, passes * part / inputParts..<passes * (part + 1) / inputParts, &scratch)
    }
    // Tiles of two share words of the mask.
    let parts = arguments.tile == .two ? 1 : min(tasksEach(of: pairs), (passes + 3) / 4)
    parallel(tasks: pairs * parts) { task, thread in
      let (pair, part) = (task / parts, task % parts)
      var scratch = scratches[thread]
      scratch.clock.restart()
      kernels.convolve(arguments, pair, passes * part / parts..<passes * (part + 1) / parts, &scratch)
    }
  }

  private static func productFloats(_ tile: TileSize, tiles: Int) -> Int {
    tile.positions * WinogradArguments.stride(floats: tiles * 32)
  }
}

/// The arguments for some of the tiles, counted from the first of them.
private func split(_ all: WinogradArguments, _ tiles: Range<Int>, _ maximumRows: Int) -> WinogradArguments {
  var arguments = all
  arguments.firstTile += tiles.lowerBound
  arguments.tileCount = tiles.count
  let passes = (tiles.count + maximumRows - 1) / maximumRows
  arguments.tilesPerPass = (tiles.count + passes - 1) / passes
  return arguments
}
