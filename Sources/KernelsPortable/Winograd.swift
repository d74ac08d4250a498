internal import KernelTypes

/// Room for an 8x8 patch of vectors and one intermediate.
private let patchFloats = 64 * 16

/// Input tiles of some channel blocks, transformed: B^T d B.
@Sendable
func transformInput(_ arguments: WinogradArguments, blocks: Range<Int>) {
  withUnsafeTemporaryAllocation(byteCount: 2 * patchFloats * 4, alignment: 64) { memory in
    let patch = memory.baseAddress!.assumingMemoryBound(to: Float.self)
    let rows = patch + patchFloats
    let (height, width, count) = (arguments.height, arguments.width, arguments.tileCount)
    let across = arguments.tilesAcross
    let stride = arguments.transformedStride
    for block in blocks {
      let plane = arguments.input + block * height * width * 16
      var (tileY, tileX) = (arguments.firstTile / across, arguments.firstTile % across)
      let rows16 = arguments.tilesPerPass * 16
      var destination = arguments.transformedInput + block * rows16
      var endOfPass = destination + rows16
      for _ in 0..<count {
        let (y, x) = (tileY * 6 - 1, tileX * 6 - 1)
        if y >= 0 && x >= 0 && y + 8 <= height && x + 8 <= width {
          transformTile(plane + (y * width + x) * 16, rowStride: width * 16, rows, destination, stride)
        } else {
          copyPatch(plane, height, width, y, x, to: patch)
          transformTile(patch, rowStride: 8 * 16, rows, destination, stride)
        }
        destination += 16
        if destination == endOfPass {
          destination += (arguments.inBlocks - 1) * rows16
          endOfPass = destination + rows16
        }
        tileX += 1
        if tileX == across { (tileX, tileY) = (0, tileY + 1) }
      }
    }
  }
}

/// Copies 8x8 vectors at (y, x), with zeros where they lie outside of the plane.
private func copyPatch(
  _ plane: UnsafePointer<Float>, _ height: Int, _ width: Int, _ y: Int, _ x: Int, to patch: UnsafeMutablePointer<Float>
) {
  for row in 0..<8 {
    for column in 0..<8 {
      let inside = y + row >= 0 && y + row < height && x + column >= 0 && x + column < width
      let vector = inside ? load(plane + ((y + row) * width + x + column) * 16) : Vector(repeating: 0)
      store(vector, patch + (row * 8 + column) * 16)
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

/// Transforms the weights of one pair of output blocks, multiplies the transformed tiles with them and stores the outputs.
///
/// The weights are transformed here, each time, from half precision: that costs 1 to 3 % of the products that follow and saves
/// both the memory for transformed weights (64 numbers for each 9) and the time to read it.
@Sendable
func convolve(_ arguments: WinogradArguments, pair: Int, passes: Range<Int>, scratch: WinogradScratch) {
  let inChannels = arguments.inBlocks * 16
  let perPass = arguments.tilesPerPass
  let weightStride = WinogradArguments.stride(floats: inChannels * 32)
  transformWeights(arguments.weights + pair * inChannels * 9 * 16, inChannels, scratch.weights, weightStride)
  var first = passes.lowerBound
  while first < passes.upperBound {
    let end = min(first + max(1, scratch.tileCapacity / perPass), passes.upperBound)
    let tiles = first * perPass..<min(arguments.tileCount, end * perPass)
    let productStride = WinogradArguments.stride(floats: tiles.count * 32)
    for position in 0..<WinogradArguments.positions {
      var a = arguments.transformedInput + (position * arguments.transformedStride + first * perPass * inChannels)
      let b = scratch.weights + position * weightStride
      var c = scratch.products + position * productStride
      for pass in first..<end {
        let rows = min(perPass, arguments.tileCount - pass * perPass)
        BlockedProduct(a: a, aBlockStride: perPass * 16, blocks: arguments.inBlocks, b: b, c: c).run(rows: rows)
        a += perPass * inChannels
        c += rows * 32
      }
    }
    storeTiles(arguments, pair: pair, tiles: tiles, scratch.products, productStride)
    first = end
  }
}

/// G g G^T for every input channel and 32 output channels: `[64][inChannels][32]`.
private func transformWeights(
  _ source: UnsafePointer<UInt32>, _ inChannels: Int, _ destination: UnsafeMutablePointer<Float>, _ positionStride: Int
) {
  withUnsafeTemporaryAllocation(byteCount: 24 * 64, alignment: 64) { memory in
    let columns = memory.baseAddress!.assumingMemoryBound(to: Float.self)
    for channel in 0..<inChannels {
      let taps = UnsafeRawPointer(source + channel * 9 * 16)
      let target = destination + channel * 32
      transformKernel(columns, target, positionStride) { tap in
        let words = taps.loadUnaligned(fromByteOffset: tap * 64, as: SIMD16<UInt32>.self)
        return widened(magnitude: (words & 0x7fff) &<< 13, sign: (words & 0x8000) &<< 16)
      }
      transformKernel(columns, target + 16, positionStride) { tap in
        let words = taps.loadUnaligned(fromByteOffset: tap * 64, as: SIMD16<UInt32>.self)
        return widened(magnitude: (words & 0x7fff_0000) &>> 3, sign: words & 0x8000_0000)
      }
    }
  }
}

@inline(__always)
private func transformKernel(
  _ columns: UnsafeMutablePointer<Float>, _ target: UnsafeMutablePointer<Float>, _ positionStride: Int,
  tap: (Int) -> Vector
) {
  for x in 0..<3 {
    Three(g0: tap(x), g1: tap(3 + x), g2: tap(6 + x)).weightsTransformed.store(to: columns + x * 16, stride: 48)
  }
  for y in 0..<8 {
    let row = columns + y * 48
    Three(g0: load(row), g1: load(row + 16), g2: load(row + 32)).weightsTransformed
      .store(to: target + y * 8 * positionStride, stride: positionStride)
  }
}

/// Half precision to single. The bits of exponent and fraction come shifted into place; a multiplication corrects the exponent's
/// bias, which also gets subnormal numbers right.
@inline(__always)
private func widened(magnitude: SIMD16<UInt32>, sign: SIMD16<UInt32>) -> Vector {
  let scaled = unsafeBitCast(magnitude, to: Vector.self) * Vector(repeating: 0x1p112)
  return unsafeBitCast(unsafeBitCast(scaled, to: SIMD16<UInt32>.self) | sign, to: Vector.self)
}

private func storeTiles(
  _ arguments: WinogradArguments, pair: Int, tiles: Range<Int>, _ products: UnsafePointer<Float>, _ productStride: Int
) {
  for block in pair * 2..<min(pair * 2 + 2, arguments.outBlocks) {
    let plane = block * arguments.height * arguments.width
    let source = products + (block - pair * 2) * 16
    switch arguments.epilogue {
    case .biasReLU(let bias, let mask):
      let epilogue = BiasReLU(
        output: arguments.output + plane * 16, mask: mask.map { $0 + plane }, bias: load(bias + block * 16))
      storeTiles(arguments, tiles, source, productStride, epilogue)
    case .gradient(let mask, let accumulate):
      let epilogue = MaskedGradient(
        output: arguments.output + plane * 16, mask: mask.map { $0 + plane }, accumulate: accumulate)
      storeTiles(arguments, tiles, source, productStride, epilogue)
    }
  }
}

/// A^T m A for each tile, cut off at the picture's edge.
@inline(__always)
private func storeTiles(
  _ arguments: WinogradArguments, _ tiles: Range<Int>, _ source: UnsafePointer<Float>, _ productStride: Int,
  _ epilogue: some Epilogue
) {
  withUnsafeTemporaryAllocation(byteCount: 48 * 64, alignment: 64) { memory in
    let columns = memory.baseAddress!.assumingMemoryBound(to: Float.self)
    let across = arguments.tilesAcross
    var source = source
    var (tileY, tileX) = (
      (arguments.firstTile + tiles.lowerBound) / across, (arguments.firstTile + tiles.lowerBound) % across
    )
    for _ in tiles {
      for x in 0..<8 {
        Eight(from: source + x * productStride, stride: 8 * productStride).outputTransformed
          .store(to: columns + x * 16, stride: 128)
      }
      let valid = min(6, arguments.width - tileX * 6)
      for y in 0..<min(6, arguments.height - tileY * 6) {
        let pixel = (tileY * 6 + y) * arguments.width + tileX * 6
        let row = Eight(from: columns + y * 128, stride: 16).outputTransformed
        epilogue.store(row.v0, at: pixel)
        if valid > 1 { epilogue.store(row.v1, at: pixel + 1) }
        if valid > 2 { epilogue.store(row.v2, at: pixel + 2) }
        if valid > 3 { epilogue.store(row.v3, at: pixel + 3) }
        if valid > 4 { epilogue.store(row.v4, at: pixel + 4) }
        if valid > 5 { epilogue.store(row.v5, at: pixel + 5) }
      }
      source += 32
      tileX += 1
      if tileX == across { (tileX, tileY) = (0, tileY + 1) }
    }
  }
}
