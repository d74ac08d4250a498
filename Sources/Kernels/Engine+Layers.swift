package import KernelTypes

// The first convolution and pooling.
extension Engine {
  /// The first convolution, of three planes `[3][height][width]`.
  package func firstLayer(
    _ weights: FirstLayerWeights, planes: UnsafePointer<Float>, padding: PaddingKind = .zero, output: FeatureMap,
    mask: ReLUMask? = nil, rows: Range<Int>
  ) {
    let arguments = FirstLayerArguments(
      planes: planes, means: weights.means, padding: padding, weights: weights.forward.pointer,
      bias: weights.bias.pointer, output: output, mask: mask)
    let rowsPerTask = TileSize.forward.outputs  // see `ReLUMask`
    let scratch = threadScratch(arguments.scratch(rows: rowsPerTask))
    let kernels = kernels
    parallel(.other, tasks: (rows.count + rowsPerTask - 1) / rowsPerTask) { task, thread in
      let first = rows.lowerBound + task * rowsPerTask
      kernels.firstLayer(arguments, first..<min(rows.upperBound, first + rowsPerTask), scratch[thread].pointer)
    }
  }

  /// The gradient with respect to the three planes: `[3][height][width]`.
  package func firstLayerGradient(
    _ weights: FirstLayerWeights, padding: PaddingKind = .zero, dOutput: FeatureMap,
    dPlanes: UnsafeMutablePointer<Float>, rows: Range<Int>
  ) {
    let rowsPerTask = 12
    let arguments = FirstLayerGradientArguments(
      dOutput: dOutput, padding: padding, weights: weights.backward.pointer, dPlanes: dPlanes)
    let scratch = threadScratch(arguments.scratch(rows: rowsPerTask))
    let kernels = kernels
    parallel(.other, tasks: (rows.count + rowsPerTask - 1) / rowsPerTask) { task, thread in
      let first = rows.lowerBound + task * rowsPerTask
      kernels.firstLayerGradient(
        arguments, first..<min(rows.upperBound, first + rowsPerTask), scratch[thread].pointer)
    }
  }

  /// The pooled rows `rows`.
  package func pool(_ arguments: PoolingArguments, rows: Range<Int>) {
    let kernels = kernels
    forEachGroup(of: arguments, rows) { group, rows in kernels.pool(arguments, group, rows) }
  }

  /// Rows of the gradient with respect to the layer before pooling.
  package func poolGradient(_ arguments: PoolingArguments, mask: ReLUMask, rows: Range<Int>) {
    let kernels = kernels
    forEachGroup(of: arguments, rows) { group, rows in kernels.poolGradient(arguments, mask, group, rows) }
  }

  private func forEachGroup(
    of arguments: PoolingArguments, _ rows: Range<Int>, _ body: @Sendable (_ group: Int, _ rows: Range<Int>) -> Void
  ) {
    let parts = max(1, min(rows.count, tasksEach(of: arguments.small.channelGroups)))
    parallel(.other, tasks: arguments.small.channelGroups * parts) { task, _ in
      let (group, part) = (task / parts, task % parts)
      body(
        group, rows.lowerBound + rows.count * part / parts..<rows.lowerBound + rows.count * (part + 1) / parts)
    }
  }
}
