/// The kernels of one instruction set: functions that take pointers and write through pointers.
///
/// The same sources are compiled once per instruction set (`KernelsPortable`, `KernelsAVX2`, `KernelsAVX512`); each of
/// those modules offers one table, and `Kernels` chooses among them at run time. Every function does the part of the work
/// that one thread is given; none allocates, locks or fails.
package struct KernelTable: Sendable {
  package typealias Scratch = UnsafeMutablePointer<Float>

  /// "AVX-512", "AVX2" or "portable".
  package var name: String
  /// The most rows that the matrix kernel takes at a time.
  package var maximumRows: Int

  /// Transforms a pair of output groups of weights, for one row of a tile's positions.
  package var transformWeights:
    @Sendable (_ weights: WinogradWeights, _ inGroups: Int, _ pair: Int, _ row: Int, _ transformed: Scratch) -> Void
  /// Transforms input tiles of some channel groups and passes of the batch.
  package var transformInput:
    @Sendable (
      _ arguments: WinogradArguments, _ groups: Range<Int>, _ passes: Range<Int>, _ scratch: inout WinogradScratch
    ) -> Void
  /// Everything after the input transform, for one pair of output channel groups and some passes of the batch.
  package var convolve:
    @Sendable (_ arguments: WinogradArguments, _ pair: Int, _ passes: Range<Int>, _ scratch: inout WinogradScratch) ->
      Void

  package var firstLayer: @Sendable (_ arguments: FirstLayerArguments, _ rows: Range<Int>, _ scratch: Scratch) -> Void
  package var firstLayerGradient:
    @Sendable (_ arguments: FirstLayerGradientArguments, _ rows: Range<Int>, _ scratch: Scratch) -> Void

  /// Writes the pooled rows `rows` of a group.
  package var pool: @Sendable (_ arguments: PoolingArguments, _ group: Int, _ rows: Range<Int>) -> Void
  /// Writes the gradient's rows `rows` of a group of the layer before pooling.
  package var poolGradient:
    @Sendable (_ arguments: PoolingArguments, _ mask: ReLUMask, _ group: Int, _ rows: Range<Int>) -> Void

  /// Adds sums over rows of products of channels, each pixel's times its weight if there are weights, for a block of the matrix, to `partial`,
  /// `[groups * 16][groups rounded up to even * 16]`: the numerator of a Gram matrix. The first row is the first of a tile.
  package var gram:
    @Sendable (
      _ features: FeatureMap, _ weights: PixelWeights?, _ block: GramBlock, _ rows: Range<Int>, _ partial: Scratch
    ) -> Void
  package var lossGradient: @Sendable (_ arguments: LossGradientArguments, _ row: Int, _ scratch: Scratch) -> Void
  /// Writes A^T B, `[16][16]`, of panels `[size][16]` in double precision.
  package var panelProduct:
    @Sendable (
      _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ size: Int, _ c: UnsafeMutablePointer<Double>
    ) -> Void

  /// Runs the multiply-add loop of the matrix kernel on cached data; the floating-point operations that it did.
  package var peakLoop: @Sendable (_ repeats: Int, _ scratch: Scratch) -> Double

  package init(
    name: String, maximumRows: Int,
    transformWeights: @escaping @Sendable (WinogradWeights, Int, Int, Int, Scratch) -> Void,
    transformInput: @escaping @Sendable (WinogradArguments, Range<Int>, Range<Int>, inout WinogradScratch) -> Void,
    convolve: @escaping @Sendable (WinogradArguments, Int, Range<Int>, inout WinogradScratch) -> Void,
    firstLayer: @escaping @Sendable (FirstLayerArguments, Range<Int>, Scratch) -> Void,
    firstLayerGradient: @escaping @Sendable (FirstLayerGradientArguments, Range<Int>, Scratch) -> Void,
    pool: @escaping @Sendable (PoolingArguments, Int, Range<Int>) -> Void,
    poolGradient: @escaping @Sendable (PoolingArguments, ReLUMask, Int, Range<Int>) -> Void,
    gram: @escaping @Sendable (FeatureMap, PixelWeights?, GramBlock, Range<Int>, Scratch) -> Void,
    lossGradient: @escaping @Sendable (LossGradientArguments, Int, Scratch) -> Void,
    panelProduct:
      @escaping @Sendable (
        UnsafePointer<Double>, UnsafePointer<Double>, Int, UnsafeMutablePointer<Double>
      ) -> Void,
    peakLoop: @escaping @Sendable (Int, Scratch) -> Double
  ) {
    self.name = name
    self.maximumRows = maximumRows
    self.transformWeights = transformWeights
    self.transformInput = transformInput
    self.convolve = convolve
    self.firstLayer = firstLayer
    self.firstLayerGradient = firstLayerGradient
    self.pool = pool
    self.poolGradient = poolGradient
    self.gram = gram
    self.lossGradient = lossGradient
    self.panelProduct = panelProduct
    self.peakLoop = peakLoop
  }
}
