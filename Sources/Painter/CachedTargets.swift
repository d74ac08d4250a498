import Kernels
import KernelTypes
import NeuralNetwork
import Safetensors
import StyleTransfer
import Cache

/// Targets from the cache, or computed and put there: one entry for each picture and layer, so that runs with other layers share
/// what they can.
struct CachedTargets {
  let cache: CacheFolder
  let weights: NetworkWeights
  let pooling: PoolingKind
  let engine: Engine

  /// Changes when the engine's numbers do.
  static let engineVersion = 5
  private static let tensor = "target"

  func style(of painting: InputPictures.Picture?, layers: [Layer]) throws -> StyleTargets {
    guard let painting, !layers.isEmpty else { return StyleTargets(grams: [:]) }
    var grams: [Layer: [Float]] = [:]
    for layer in layers {
      let shape = [layer.channels, layer.channels]
      grams[layer] = cache.entry(.targets, key("style target", painting, layer)) { file in
        try Self.holds(file, shape) ? file.floats(of: Self.tensor) : nil
      }
    }
    let missing = layers.filter { grams[$0] == nil }
    if missing.isEmpty { return StyleTargets(grams: grams) }
    let computed = StyleTargets(
      of: painting.planes, layers: missing, weights: weights, pooling: pooling, engine: engine)
    for (layer, gram) in computed.grams {
      store(gram, shape: [layer.channels, layer.channels], key("style target", painting, layer), painting, layer)
    }
    return StyleTargets(grams: grams.merging(computed.grams) { $1 })
  }

  func content(of photo: InputPictures.Picture?, layers: [Layer]) throws -> ContentTargets {
    guard let photo, !layers.isEmpty else { return ContentTargets(features: [:]) }
    var features: [Layer: FeatureBuffer] = [:]
    for layer in layers {
      features[layer] = cache.entry(.targets, key("content target", photo, layer)) { try buffer(of: $0, layer, photo) }
    }
    let missing = layers.filter { features[$0] == nil }
    if missing.isEmpty { return ContentTargets(features: features) }
    let computed = ContentTargets(
      of: photo.planes, layers: missing, weights: weights, pooling: pooling, engine: engine)
    for (layer, buffer) in computed.features {
      store(Array(buffer.values), shape: shape(layer, photo), key("content target", photo, layer), photo, layer)
    }
    return ContentTargets(features: features.merging(computed.features) { $1 })
  }

  /// `[channels / 16][height][width][16]`, as the engine has it.
  private func shape(_ layer: Layer, _ photo: InputPictures.Picture) -> [Int] {
    [layer.channels / 16, layer.extent(of: photo.resized.height), layer.extent(of: photo.resized.width), 16]
  }

  /// The features where they lie in the mapped file.
  private func buffer(of file: SafetensorsFile, _ layer: Layer, _ photo: InputPictures.Picture) throws -> FeatureBuffer?
  {
    let shape = shape(layer, photo)
    guard try Self.holds(file, shape) else { return nil }
    let values = try file.mappedBytes(of: Self.tensor).assumingMemoryBound(to: Float.self)
    return FeatureBuffer(
      height: shape[1], width: shape[2], channels: layer.channels, reading: values.baseAddress!, of: file)
  }

  private static func holds(_ file: SafetensorsFile, _ shape: [Int]) throws -> Bool {
    let info = try file.info(of: tensor)
    return info.elementType == .float32 && info.shape == shape
  }

  private func store(
    _ values: [Float], shape: [Int], _ key: CacheKey, _ picture: InputPictures.Picture, _ layer: Layer
  ) {
    cache.store(
      .targets, [TensorContents(name: Self.tensor, shape: shape, floats: values)], key,
      facts: [
        "picture": picture.file.lastName.description,
        "size": "\(picture.resized.width)x\(picture.resized.height)", "layer": "\(layer)",
        "network": weights.architecture.rawValue, "pooling": pooling.rawValue,
      ])
  }

  private func key(_ subject: String, _ picture: InputPictures.Picture, _ layer: Layer) -> CacheKey {
    CacheKey(of: subject) { fields in
      fields.add("engine", Self.engineVersion)
      fields.add("instruction set", engine.instructionSet.rawValue)
      fields.add("network", weights.architecture.rawValue)
      fields.add("weights", weights.digest)
      fields.add("pooling", pooling.rawValue)
      fields.add("layer", "\(layer)")
      fields.add("size", [picture.resized.width, picture.resized.height])
      fields.add("pixels", bytes: picture.resized.pixels)
    }
  }
}
