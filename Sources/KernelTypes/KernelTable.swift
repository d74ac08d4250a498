/// The kernels of one instruction set: functions that take pointers and write through pointers.
///
/// The same sources are compiled once per instruction set (`KernelsPortable`, `KernelsAVX2`, `KernelsAVX512`); each of
/// those modules offers one table, and `Kernels` chooses among them at run time. Every function does the part of the work
/// that one thread is given; none allocates, locks or fails.
package struct KernelTable: Sendable {
  /// "AVX-512", "AVX2" or "portable".
  package var name: String

  /// The most rows that the matrix kernel takes at a time.
  package var maximumRows: Int

  /// Transforms input tiles of channel blocks `blocks` into `arguments.transformedInput`.
  package var transformInput: @Sendable (_ arguments: WinogradArguments, _ blocks: Range<Int>) -> Void
  /// Everything after the input transform, for one pair of output channel blocks and some passes of the group.
  package var convolve:
    @Sendable (_ arguments: WinogradArguments, _ pair: Int, _ passes: Range<Int>, _ scratch: WinogradScratch) -> Void

  package var firstLayer: @Sendable (_ arguments: FirstLayerArguments, _ rows: Range<Int>) -> Void
  package var firstLayerGradient: @Sendable (_ arguments: FirstLayerGradientArguments, _ rows: Range<Int>) -> Void

  package var pool: @Sendable (_ arguments: PoolingArguments, _ block: Int) -> Void
  package var poolGradient: @Sendable (_ arguments: PoolingArguments, _ block: Int) -> Void

  package var gram:
    @Sendable (_ arguments: GramArguments, _ pixels: Range<Int>, _ partial: UnsafeMutablePointer<Float>) -> Void
  package var lossGradient:
    @Sendable (_ arguments: LossGradientArguments, _ pixels: Range<Int>, _ scratch: UnsafeMutablePointer<Float>) -> Void

  /// Runs the multiply-add loop of the matrix kernel on cached data; the floating-point operations that it did.
  package var peakLoop: @Sendable (_ repeats: Int, _ scratch: UnsafeMutablePointer<Float>) -> Double

  package init(
    name: String, maximumRows: Int,
    transformInput: @escaping @Sendable (WinogradArguments, Range<Int>) -> Void,
    convolve: @escaping @Sendable (WinogradArguments, Int, Range<Int>, WinogradScratch) -> Void,
    firstLayer: @escaping @Sendable (FirstLayerArguments, Range<Int>) -> Void,
    firstLayerGradient: @escaping @Sendable (FirstLayerGradientArguments, Range<Int>) -> Void,
    pool: @escaping @Sendable (PoolingArguments, Int) -> Void,
    poolGradient: @escaping @Sendable (PoolingArguments, Int) -> Void,
    gram: @escaping @Sendable (GramArguments, Range<Int>, UnsafeMutablePointer<Float>) -> Void,
    lossGradient: @escaping @Sendable (LossGradientArguments, Range<Int>, UnsafeMutablePointer<Float>) -> Void,
    peakLoop: @escaping @Sendable (Int, UnsafeMutablePointer<Float>) -> Double
  ) {
    self.name = name
    self.maximumRows = maximumRows
    self.transformInput = transformInput
    self.convolve = convolve
    self.firstLayer = firstLayer
    self.firstLayerGradient = firstLayerGradient
    self.pool = pool
    self.poolGradient = poolGradient
    self.gram = gram
    self.lossGradient = lossGradient
    self.peakLoop = peakLoop
  }
}
