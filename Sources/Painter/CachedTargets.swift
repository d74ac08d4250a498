import Cache
import Kernels
import KernelTypes
import NeuralNetwork
import Safetensors
import StyleTransfer

/// Targets from the cache, or computed and put there: one entry for each picture and layer, so that runs with other layers or
/// other mixtures of paintings share what they can.
struct CachedTargets {
  let cache: CacheFolder
  let weights: NetworkWeights
  let pooling: PoolingKind
  let padding: PaddingKind
  let engine: Engine

  /// Changes when the engine's numbers do.
  static let engineVersion = 6
  private static let tensor = "target"

  /// The target of each loss, in their order.
  func targets(of losses: [any FeatureLoss], _ pictures: InputPictures) throws -> [LossTarget] {
    var parts = losses.map { _ in [LossPicture: LossTarget]() }
    for (source, picture) in pictures.all {
      let mask = pictures.targetMask(source, picture)
      let wanted = losses.indices.filter { losses[$0].sources.contains { $0.picture == source } }
      for index in wanted { try pictures.check(mask, .styleMask, source.index, at: losses[index].layer) }
      for (index, target) in zip(wanted, targets(of: wanted.map { losses[$0] }, picture, mask)) {
        parts[index][source] = target
      }
    }
    return zip(losses, parts).map { loss, parts in
      // Settings without a picture have no losses of it.
      LossTarget.blended(loss.sources.map { parts[$0.picture]! }, shares: loss.sources.map(\.share))
    }
  }

  /// What losses have of one picture. What is missing is computed in one pass.
  private func targets(
    of losses: [any FeatureLoss], _ picture: InputPictures.Picture, _ mask: PixelMask?
  ) -> [LossTarget] {
    var targets = losses.map { load($0, picture, mask) }
    let missing = losses.indices.filter { targets[$0] == nil }
    if missing.isEmpty { return targets.map { $0! } }
    let computed = LossTarget.targets(
      of: picture.planes, for: missing.map { losses[$0] }, mask: mask, weights: weights, pooling: pooling,
      padding: padding,
      engine: engine)
    for (index, target) in zip(missing, computed) {
      targets[index] = target
      store(target, losses[index], picture, mask)
    }
    return targets.map { $0! }
  }

  /// The numbers where they lie in the mapped file.
  private func load(_ loss: any FeatureLoss, _ picture: InputPictures.Picture, _ mask: PixelMask?) -> LossTarget? {
    let shape = loss.targetShape(height: picture.height, width: picture.width)
    return cache.entry(.targets, key(loss, picture, mask)) { file in
      let info = try file.info(of: Self.tensor)
      guard info.elementType == .float32, info.shape == shape else { return nil }
      let bytes = try file.mappedBytes(of: Self.tensor)
      guard Int(bitPattern: bytes.baseAddress).isMultiple(of: MemoryLayout<Float>.alignment) else {
        return LossTarget(shape: shape, floats: try file.floats(of: Self.tensor))
      }
      return LossTarget(shape: shape, reading: bytes.assumingMemoryBound(to: Float.self), of: file)
    }
  }

  private func store(
    _ target: LossTarget, _ loss: any FeatureLoss, _ picture: InputPictures.Picture, _ mask: PixelMask?
  ) {
    let contents = TensorContents(name: Self.tensor, shape: target.shape, floats: Array(target.floats))
    cache.store(
      .targets, [contents], key(loss, picture, mask),
      facts: [
        "picture": picture.file.lastName.description,
        "size": "\(picture.width)x\(picture.height)", "layer": "\(loss.layer)",
        "network": weights.architecture.rawValue, "pooling": pooling.rawValue, "padding": padding.rawValue,
      ])
  }

  private func key(_ loss: any FeatureLoss, _ picture: InputPictures.Picture, _ mask: PixelMask?) -> CacheKey {
    CacheKey(of: loss.targetSubject) { fields in
      fields.add("engine", Self.engineVersion)
      fields.add("instruction set", engine.instructionSet.rawValue)
      fields.add("network", weights.architecture.rawValue)
      fields.add("weights", weights.digest)
      fields.add("pooling", pooling.rawValue)
      fields.add("padding", padding.rawValue)
      fields.add("layer", "\(loss.layer)")
      fields.add("size", [picture.width, picture.height])
      fields.add("pixels", bytes: picture.resized.pixels)
      if let mask { fields.add("mask", bytes: mask.values.flatMap { withUnsafeBytes(of: $0, Array.init) }) }
    }
  }
}
