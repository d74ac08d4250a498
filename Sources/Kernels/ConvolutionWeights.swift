internal import KernelTypes

/// The weights of a 3x3 convolution, packed for the kernel in both directions.
///
/// The gradient with respect to a convolution's input is a convolution of the gradient with respect to its output, with kernels
/// turned by 180 degrees and input and output channels exchanged.
package final class ConvolutionWeights: Sendable {
  package let inChannels: Int
  package let outChannels: Int
  package let bias: FloatBuffer
  private let forwardWeights: PackedWeights
  private let backwardWeights: PackedWeights

  /// - Parameters:
  ///   - weights: half-precision bits, `[outChannels][inChannels][3][3]`; channels are multiples of 16.
  ///   - bias: `[outChannels]`.
  package init(inChannels: Int, outChannels: Int, weights: UnsafePointer<UInt16>, bias: [Float], engine: Engine) {
    precondition(inChannels % 16 == 0 && outChannels % 16 == 0 && bias.count == outChannels)
    self.inChannels = inChannels
    self.outChannels = outChannels
    nonisolated(unsafe) let weights = weights  // read only
    let rowStride = inChannels * 9
    forwardWeights = PackedWeights(.forward, inChannels: inChannels, outChannels: outChannels, engine) {
      output, input, tap in
      weights[output * rowStride + input * 9 + tap]
    }
    backwardWeights = PackedWeights(.gradient, inChannels: outChannels, outChannels: inChannels, engine) {
      output, input, tap in
      weights[input * rowStride + output * 9 + 8 - tap]
    }
    self.bias = FloatBuffer(bias)
  }

  /// Bytes of both directions.
  package static func bytes(_ inChannels: Int, _ outChannels: Int) -> Int {
    PackedWeights.bytes(.forward, inChannels, outChannels) + PackedWeights.bytes(.gradient, outChannels, inChannels)
  }

  var forward: WinogradWeights { forwardWeights.arguments }
  var backward: WinogradWeights { backwardWeights.arguments }
}

/// The weights of one direction.
private final class PackedWeights: Sendable {
  /// `[pairs of output groups][inChannels][9][16]`, two output channels in a word; see `WinogradWeights.packed`.
  private let words: FloatBuffer
  private let transformed: FloatBuffer?
  private let tile: TileSize

  /// Where there are no more products than these of channels in and out, transformed weights are kept: they take 256 or 400
  /// bytes a product, 7 MB at most, and stay in the last-level cache while all tiles of a layer pass by.
  private static let keptProducts = 128 * 128

  init(
    _ tile: TileSize, inChannels: Int, outChannels: Int, _ engine: Engine,
    _ weight: @Sendable (_ output: Int, _ input: Int, _ tap: Int) -> UInt16
  ) {
    let perInput = 9 * 16
    let words = FloatBuffer(count: (outChannels + 31) / 32 * inChannels * perInput)
    nonisolated(unsafe) let base = Self.bound(words)  // each task writes its own part
    engine.parallel(tasks: (outChannels + 31) / 32) { pair, _ in
      for input in 0..<inChannels {
        for tap in 0..<9 {
          for lane in 0..<16 {
            let low = pair * 32 + lane
            let high = low + 16
            let upper = high < outChannels ? UInt32(weight(high, input, tap)) << 16 : 0
            base[(pair * inChannels + input) * perInput + tap * 16 + lane] = UInt32(weight(low, input, tap)) | upper
          }
        }
      }
    }
    self.words = words
    self.tile = tile
    transformed =
      inChannels * outChannels <= Self.keptProducts ? Self.transform(tile, words, inChannels, outChannels, engine) : nil
  }

  static func bytes(_ tile: TileSize, _ inChannels: Int, _ outChannels: Int) -> Int {
    let pairs = (outChannels + 31) / 32
    let kept = inChannels * outChannels <= keptProducts
    return pairs * inChannels * 9 * 16 * 4
      + (kept ? pairs * tile.inputs * WinogradWeights.rowStride(tile, inGroups: inChannels / 16) * 4 : 0)
  }

  private static func bound(_ words: FloatBuffer) -> UnsafeMutablePointer<UInt32> {
    UnsafeMutableRawPointer(words.pointer).bindMemory(to: UInt32.self, capacity: words.count)
  }

  var arguments: WinogradWeights {
    WinogradWeights(
      tile: tile, packed: Self.bound(words), transformed: transformed.map { UnsafePointer($0.pointer) })
  }

  private static func transform(
    _ tile: TileSize, _ words: FloatBuffer, _ inChannels: Int, _ outChannels: Int, _ engine: Engine
  ) -> FloatBuffer {
    let pairs = (outChannels + 31) / 32
    let stride = WinogradWeights.rowStride(tile, inGroups: inChannels / 16)
    let buffer = FloatBuffer(count: pairs * tile.inputs * stride)
    let target = UncheckedPointer(buffer.pointer)
    let (kernels, weights) = (engine.kernels, WinogradWeights(tile: tile, packed: bound(words)))
    engine.parallel(tasks: pairs) { pair, _ in
      for row in 0..<tile.inputs {
        kernels.transformWeights(
          weights, inChannels / 16, pair, row, target.pointer + (pair * tile.inputs + row) * stride)
      }
    }
    return buffer
  }
}

/// The weights of the first convolution (three input planes), packed for the direct kernels.
package struct FirstLayerWeights: Sendable {
  package let outChannels: Int
  let forward: FloatBuffer
  let backward: FloatBuffer
  let bias: FloatBuffer
  let means: SIMD3<Double>

  /// - Parameters:
  ///   - weights: `[outChannels][3][3][3]`, with the input planes in the order in which pictures come.
  ///   - means: what is subtracted from the three planes first; in double precision, since the differences decide over ReLUs.
  package init(outChannels: Int, weights: [Float], bias: [Float], means: [Double]) {
    precondition(outChannels % 16 == 0 && weights.count == outChannels * 27 && bias.count == outChannels)
    self.outChannels = outChannels
    self.means = SIMD3(means)
    let pairs = (outChannels + 31) / 32
    forward = FloatBuffer(count: pairs * 27 * 32)
    backward = FloatBuffer(count: outChannels * 32)
    self.bias = FloatBuffer(bias)
    for output in 0..<outChannels {
      for tap in 0..<27 {
        forward.pointer[(output / 32 * 27 + tap) * 32 + output % 32] = weights[output * 27 + tap]
        backward.pointer[output * 32 + tap] = weights[output * 27 + tap]
      }
    }
  }
}
