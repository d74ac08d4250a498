internal import KernelTypes

/// `c[row][32] += sum over pixels of a[pixel][row] * b[pixel][32 channels in two blocks]`: rows are channels.
private struct ChannelProduct: MatrixLoop {
  var a: UnsafePointer<Float>
  var b0: UnsafePointer<Float>
  var b1: UnsafePointer<Float>
  var pixels: Int
  var c: UnsafeMutablePointer<Float>
  var cRowStride: Int

  @inline(never)
  func run<R: Rows>(_ rows: R.Type, column: Int) {
    var sums = R()
    let first = column == 0 ? b0 : b1
    for pixel in 0..<pixels {
      sums.multiply(a + pixel * 16, rowStride: 1, load(first + pixel * 16), load(b1 + pixel * 16))
    }
    sums.add(to: c + column, rowStride: cRowStride)
  }
}

/// Adds products of channels over `rows` to `partial`: `[blocks * 16][blocks rounded up to even * 16]`, the columns of one pair of
/// blocks. Entries left of the diagonal's panel are not computed: the matrix is symmetric.
///
/// Pixels are taken 256 at a time: that many of all channels stay in the cache while every pair of blocks reads them, and sums in
/// single precision stay short. A tile's rows lie together however many rows are in memory, so sums are always cut alike.
@Sendable
func gram(_ features: FeatureMap, pair: Int, rows: Range<Int>, partial: UnsafeMutablePointer<Float>) {
  let (blocks, stride) = (features.blocks, features.blockStride)
  let pairs = (blocks + 1) / 2
  for y in Swift.stride(from: rows.lowerBound, to: rows.upperBound, by: TileSize.forward.outputs) {
    let pixels = min(TileSize.forward.outputs, rows.upperBound - y) * features.width
    for first in Swift.stride(from: 0, to: pixels, by: 256) {
      let count = min(256, pixels - first)
      let start = UnsafePointer(features.row(y, block: 0) + first * 16)
      let b0 = start + pair * 2 * stride
      let b1 = pair * 2 + 1 < blocks ? b0 + stride : b0  // the columns of a block that isn't there are never read
      for block in 0..<min(pair * 2 + 2, blocks) {
        for row in Swift.stride(from: 0, to: 16, by: KernelVariant.gramRows) {
          let a = start + (block * stride + row)
          let c = partial + ((block * 16 + row) * pairs + pair) * 32
          ChannelProduct(a: a, b0: b0, b1: b1, pixels: count, c: c, cRowStride: pairs * 32)
            .run(rows: KernelVariant.gramRows)
        }
      }
    }
  }
}

/// One row; see `LossGradientArguments`.
@Sendable
func lossGradient(_ arguments: LossGradientArguments, row y: Int, scratch: UnsafeMutablePointer<Float>) {
  let (features, dFeatures) = (arguments.features, arguments.dFeatures)
  let blocks = features.blocks
  let chunk = LossGradientArguments.chunk
  for x in stride(from: 0, to: features.width, by: chunk) {
    let count = min(chunk, features.width - x)
    if let style = arguments.style {
      for pair in 0..<(blocks + 1) / 2 {
        BlockedProduct.forEachPass(of: count) { first, rows in
          BlockedProduct(
            a: features.row(y, block: 0) + (x + first) * 16, aBlockStride: features.blockStride, blocks: blocks,
            b: style + pair * (blocks * 16 * 32), c: scratch + (pair * chunk + first) * 32
          ).run(rows: rows)
        }
      }
    }
    for block in 0..<blocks {
      let products = scratch + (block / 2 * chunk * 32 + block % 2 * 16)
      let source = features.row(y, block: block)
      let target = dFeatures.row(y, block: block)
      let content = arguments.content.map { UnsafePointer($0.row(y, block: block)) }
      let pooled = arguments.pooling.map { PooledGradientRow($0, block: block, row: y) }
      for pixel in 0..<count {
        let offset = (x + pixel) * 16
        let feature = load(source + offset)
        var value = arguments.style == nil ? Vector(repeating: 0) : load(products + pixel * 32)
        if let content { value += arguments.contentFactor * (feature - load(content + offset)) }
        if let pooled { value += pooled.gradient(at: x + pixel) }
        value.replace(with: 0, where: feature .== 0)
        store(value, target + offset)
      }
    }
  }
}
