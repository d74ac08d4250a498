package import KernelTypes

/// This instruction set's kernels.
package let kernelTable = KernelTable(
  name: KernelVariant.name,
  maximumRows: KernelVariant.maximumRows,
  transformWeights: transformWeights(_:inGroups:pair:row:to:),
  transformInput: transformInput,
  convolve: convolve,
  firstLayer: firstLayer,
  firstLayerGradient: firstLayerGradient,
  pool: pool,
  poolGradient: poolGradient,
  gram: gram,
  lossGradient: lossGradient,
  panelProduct: panelProduct(_:_:size:_:),
  peakLoop: peakLoop)

/// The matrix kernel on operands that stay in the first-level cache: what the processor can do at best.
@Sendable
private func peakLoop(repeats: Int, scratch: UnsafeMutablePointer<Float>) -> Double {
  let rows = KernelVariant.maximumRows
  let groups = 4
  for index in 0..<(rows * 64 + 64 * 32) { scratch[index] = 1e-3 }
  let b = scratch + rows * 64
  for _ in 0..<repeats {
    GroupedProduct(a: scratch, aGroupStride: rows * 16, groups: groups, b: b, c: b + 64 * 32).run(rows: rows)
  }
  return Double(repeats) * Double(2 * rows * 32 * 16 * groups)
}
