package import Kernels
package import KernelTypes
package import Networks

/// A VGG network for pictures of one size: features of some layers forward, the gradient with respect to the picture backward.
package final class FeatureNetwork {
  package let plan: NetworkPlan
  package let engine: Engine
  private let blocks: [NetworkBlock]
  private let passing: FloatBuffer
  /// What was pooled after each block but the last; on the way back, the gradient with respect to it takes its place.
  private var pooled: [FeatureBuffer?]
  private let choices: [ChoiceBuffer?]

  /// Told of rows of an observed layer: from the top to the bottom, each row once.
  package typealias Observer = (_ layer: Layer, _ features: FeatureMap, _ rows: Range<Int>) -> Void

  package init(_ plan: NetworkPlan, weights: NetworkWeights, engine: Engine) {
    self.plan = plan
    self.engine = engine
    let passing = FloatBuffer(count: plan.passingFloats)
    self.passing = passing
    blocks = plan.blocks.map {
      NetworkBlock($0, padding: plan.padding, weights: weights, passing: passing.pointer, engine: engine)
    }
    pooled = plan.blocks.dropLast().map { _ in nil }
    choices = plan.blocks.dropLast().map { plan.keepsChoices ? ChoiceBuffer(after: $0) : nil }
  }

  /// - Parameter picture: red, green and blue planes, 0...255: `[3][height][width]`.
  package func forward(_ picture: UnsafePointer<Float>, observe: @escaping Observer) {
    for (index, block) in blocks.enumerated() {
      if index < pooled.count && pooled[index] == nil { pooled[index] = plan.pooledBuffer(after: index) }
      block.forward(input(index, picture), pooling: pooling(after: index), observe: observe)
      if index > 0 && !plan.gradient { pooled[index - 1] = nil }
    }
  }

  /// The gradient with respect to the picture.
  ///
  /// - Parameters:
  ///   - losses: what each layer's own losses add; those layers must be observed, and what they look at must be there.
  ///   - picture: what `forward` was given last.
  ///   - dPicture: `[3][height][width]`, red, green, blue; written.
  ///   - observe: told of the gradient of each observed layer's own losses with respect to its features.
  package func gradient(
    of losses: [Layer: [LossGradientSource]], at picture: UnsafePointer<Float>,
    into dPicture: UnsafeMutablePointer<Float>,
    observe: Observer? = nil
  ) {
    for (index, block) in blocks.enumerated().reversed() {
      block.gradient(
        of: losses, input(index, picture), pooling: pooling(after: index), observe: observe,
        into: index == 0 ? .picture(dPicture) : .features(pooled[index - 1]!.map))
    }
  }

  private func input(_ index: Int, _ picture: UnsafePointer<Float>) -> NetworkBlock.Input {
    index == 0 ? .picture(picture) : .features(pooled[index - 1]!.map)
  }

  private func pooling(after index: Int) -> PoolingArguments? {
    guard index < pooled.count, let small = pooled[index] else { return nil }
    return PoolingArguments(
      kind: plan.pooling, large: blocks[index].features.last!, small: small.map,
      features: blocks[index].features.last!, choice: choices[index]?.pointer)
  }
}

/// Which of four each maximum was; see `PoolingArguments.choice`.
private final class ChoiceBuffer {
  private let memory: FloatBuffer
  let pointer: UnsafeMutablePointer<UInt16>

  init(after block: BlockLayout) {
    let words = NetworkPlan.choiceWords(after: block)
    memory = FloatBuffer(count: (words + 1) / 2)
    pointer = UnsafeMutableRawPointer(memory.pointer).bindMemory(to: UInt16.self, capacity: words)
  }
}
