internal import KernelTypes

/// `c[row][32] += sum over pixels of a[pixel][row] * b[pixel][32 channels in two groups]`: rows are channels.
private struct ChannelProduct: MatrixLoop {
  var a: UnsafePointer<Float>
  var b: ChannelPair
  var pixels: Int
  var c: UnsafeMutablePointer<Float>
  var cRowStride: Int

  @inline(never)
  func run<R: Rows>(_ rows: R.Type, column: Int) {
    var sums = R()
    let (first, second) = (b.channels(from: column), b.channels(from: column + lanes))
    for pixel in 0..<pixels {
      sums.multiply(a + pixel * 16, rowStride: 1, load(first + pixel * 16), load(second + pixel * 16))
    }
    sums.add(to: c + column, rowStride: cRowStride)
  }
}

/// The same with each pixel's product times its weight. A loop by itself: a choice within one costs the plain product registers.
private struct WeightedChannelProduct: MatrixLoop {
  var product: ChannelProduct
  var weights: UnsafePointer<Float>

  @inline(never)
  func run<R: Rows>(_ rows: R.Type, column: Int) {
    var sums = R()
    let (first, second) = (product.b.channels(from: column), product.b.channels(from: column + lanes))
    for pixel in 0..<product.pixels {
      let weight = weights[pixel]
      sums.multiply(
        product.a + pixel * 16, rowStride: 1, weight * load(first + pixel * 16), weight * load(second + pixel * 16))
    }
    sums.add(to: product.c + column, rowStride: product.cRowStride)
  }
}

/// Two groups of channels.
private struct ChannelPair {
  var first: UnsafePointer<Float>
  var second: UnsafePointer<Float>

  /// Of the first pixel.
  @inline(__always)
  func channels(from column: Int) -> UnsafePointer<Float> { column < 16 ? first + column : second + (column - 16) }
}

/// Adds products of channels over `rows` to `partial`: `[groups * 16][groups rounded up to even * 16]`, a block of it. Entries left
/// of the diagonal's panel are in no block: the matrix is symmetric.
///
/// Pixels are taken 256 at a time: that many of all channels stay in the cache while every pair of groups reads them, and sums in
/// single precision stay short. A tile's rows lie together however many rows are in memory, so sums are always cut alike.
@Sendable
func gram(
  _ features: FeatureMap, weights: PixelWeights?, block: GramBlock, rows: Range<Int>,
  partial: UnsafeMutablePointer<Float>
) {
  let (pair, groups, stride) = (block.pair, features.channelGroups, features.groupStride)
  let pairs = (groups + 1) / 2
  for y in Swift.stride(from: rows.lowerBound, to: rows.upperBound, by: TileSize.forward.outputs) {
    let pixels = min(TileSize.forward.outputs, rows.upperBound - y) * features.width
    for first in Swift.stride(from: 0, to: pixels, by: 256) {
      let count = min(256, pixels - first)
      let start = UnsafePointer(features.row(y, group: 0) + first * 16)
      let even = start + pair * 2 * stride
      // The columns of a group that isn't there are never read.
      let b = ChannelPair(first: even, second: pair * 2 + 1 < groups ? even + stride : even)
      for group in block.groups {
        GroupedProduct.forEachPass(of: 16) { row, rows in
          let a = start + (group * stride + row)
          let c = partial + ((group * 16 + row) * pairs + pair) * 32
          let product = ChannelProduct(a: a, b: b, pixels: count, c: c, cRowStride: pairs * 32)
          if let weights {
            WeightedChannelProduct(product: product, weights: weights.row(y) + first).run(rows: rows)
          } else {
            product.run(rows: rows)
          }
        }
      }
    }
  }
}

/// One row; see `LossGradientArguments`.
@Sendable
func lossGradient(_ arguments: LossGradientArguments, row y: Int, scratch: UnsafeMutablePointer<Float>) {
  let features = arguments.features
  let groups = features.channelGroups
  let chunk = LossGradientArguments.chunk
  for x in stride(from: 0, to: features.width, by: chunk) {
    let count = min(chunk, features.width - x)
    if let matrix = arguments.matrix {
      for pair in 0..<(groups + 1) / 2 {
        GroupedProduct.forEachPass(of: count) { first, rows in
          GroupedProduct(
            a: features.row(y, group: 0) + (x + first) * 16, aGroupStride: features.groupStride, groups: groups,
            b: matrix + pair * (groups * 16 * 32), c: scratch + (pair * chunk + first) * 32
          ).run(rows: rows)
        }
      }
    }
    // Told apart outside of the loops over pixels: what few losses ask for costs the others nothing.
    if arguments.isPlain {
      addGradients(arguments, row: y, pixels: x..<x + count, products: scratch, plain: true)
    } else {
      addGradients(arguments, row: y, pixels: x..<x + count, products: scratch, plain: false)
    }
  }
}

/// The gradients of some pixels from their products with the matrix. `plain` is a constant of the caller's.
@inline(__always)
private func addGradients(
  _ arguments: LossGradientArguments, row y: Int, pixels: Range<Int>, products: UnsafeMutablePointer<Float>, plain: Bool
) {
  let (features, dFeatures) = (arguments.features, arguments.dFeatures)
  for group in 0..<features.channelGroups {
    let products = products + (group / 2 * LossGradientArguments.chunk * 32 + group % 2 * 16)
    let source = features.row(y, group: group)
    let target = dFeatures.row(y, group: group)
    let compared = arguments.target.map { $0.row(y, group: group) }
    let factors = arguments.factors.map { $0 + group * 16 }
    let offsets = arguments.offsets.map { $0 + group * 16 }
    let weights = arguments.weights.map { $0.row(y) }
    let pooled = arguments.pooling.map { PooledGradientRow($0, group: group, row: y) }
    for x in pixels {
      for part in parts {
        let offset = x * 16 + part
        let feature = load(source + offset)
        var value =
          arguments.matrix == nil ? Vector(repeating: 0) : load(products + (x - pixels.lowerBound) * 32 + part)
        if let compared {
          let difference = feature - load(compared + offset)
          value += arguments.differenceFactor * difference
          if !plain, arguments.signFactor != 0 { value += sign(difference, times: arguments.signFactor) }
        }
        if !plain {
          if let factors { value += load(factors + part) * feature }
          if let offsets { value += load(offsets + part) }
          if let weights { value *= weights[x] }
        }
        if let pooled { value += pooled.gradient(at: x, part) }
        if arguments.accumulates { value += load(target + offset) }
        value.replace(with: 0, where: feature .== 0)
        store(value, target + offset)
      }
    }
  }
}

/// `size`, `-size` or zero.
@inline(__always)
private func sign(_ difference: Vector, times size: Float) -> Vector {
  var signs = Vector(repeating: 0)
  signs.replace(with: size, where: difference .> 0)
  signs.replace(with: -size, where: difference .< 0)
  return signs
}
