internal import Kernels
internal import KernelTypes
internal import Networks

// Backward: the gradient with respect to the block's input, from the losses of its layers and the gradient that comes through the
// pooling after it.
extension NetworkBlock {
  /// Where the gradient goes.
  enum GradientTarget {
    /// `[3][height][width]`.
    case picture(UnsafeMutablePointer<Float>)
    /// May be where the input was: the input is read ahead of the gradient.
    case features(FeatureMap)
  }

  func gradient(
    of losses: [Layer: [LossGradientSource]], _ input: Input, pooling: PoolingArguments?,
    observe: FeatureNetwork.Observer?,
    into target: GradientTarget
  ) {
    if layout.recomputed { begin() }
    var gradientsDone = layers.map { _ in 0 }  // rows of tiles, as in the steps
    var inputDone = 0
    for step in layout.gradientSteps {
      if layout.recomputed { advance(input, to: step.features, masks: true, observe: nil) }
      for index in layers.indices.reversed() {
        let tileRows = gradientsDone[index]..<step.gradients[index]
        if !tileRows.isEmpty { gradient(ofLayer: index, losses, pooling, tileRows, observe) }
      }
      gradientsDone = step.gradients
      let tileRows = inputDone..<step.input
      inputDone = step.input
      if tileRows.isEmpty { continue }
      switch target {
      case .picture(let dPicture):
        engine.firstLayerGradient(
          weights.first, padding: padding, dOutput: gradients[0], dPlanes: dPicture,
          rows: TileSize.gradient.rows(tileRows, height: layout.height))
      case .features(let dInput):
        engine.convolveGradient(
          weights.convolutions[layers[0]]!, dOutput: gradients[0], dInput: dInput, tileRows: tileRows)
      }
    }
  }

  /// The gradient with respect to a layer's output, where its ReLU is on: of its own losses, and through what comes after it.
  private func gradient(
    ofLayer index: Int, _ losses: [Layer: [LossGradientSource]], _ pooling: PoolingArguments?, _ tileRows: Range<Int>,
    _ observe: FeatureNetwork.Observer?
  ) {
    let rows = TileSize.gradient.rows(tileRows, height: layout.height)
    let isLast = index == layers.count - 1
    let dOutput = gradients[index]
    var pooled = isLast ? pooling : nil
    pooled?.large = dOutput
    let sources = losses[layers[index]] ?? []
    if !sources.isEmpty || pooled?.kind == .l2 {
      if let observe, !sources.isEmpty {
        engine.lossGradient(of: sources, features: features[index], dFeatures: dOutput, rows: rows)
        observe(layers[index], dOutput, rows)
      }
      engine.lossGradient(of: sources, features: features[index], dFeatures: dOutput, pooling: pooled, rows: rows)
    } else if let pooled {
      engine.poolGradient(pooled, mask: masks[index]!.mask, rows: rows)
    }
    if !isLast {
      engine.convolveGradient(
        weights.convolutions[layers[index + 1]]!, dOutput: gradients[index + 1], dInput: dOutput,
        mask: masks[index]!.mask, accumulate: !sources.isEmpty, tileRows: tileRows)
    }
  }
}
