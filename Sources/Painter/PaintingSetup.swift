import Images
import Jobs
import Kernels
import KernelTypes
import NeuralNetwork
import Safetensors
import StyleTransfer
import Cache

/// What a run needs beside its start: the loss with its targets, the size and the memory.
struct PaintingSetup {
  let objective: Objective
  let photo: PlanarPicture?
  let network: NetworkWeights
  let plan: MemoryPlan

  /// - Parameter known: the network of an earlier setup with the same settings and engine, where there is one.
  init(
    _ settings: Settings, _ pictures: InputPictures, _ cache: CacheFolder, _ engine: Engine,
    weights: OpenWeights, network known: NetworkWeights? = nil, memoryLimit: Int? = nil
  ) throws {
    let losses = LossWeights(settings)
    plan = try MemoryPlan(settings, pictures, threads: engine.threads, limit: memoryLimit)
    let deepest = losses.layers.max()!  // there is at least one layer
    network = try known ?? weights.network(upTo: deepest, engine)
    let targets = CachedTargets(cache: cache, weights: network, pooling: PoolingKind(settings.pooling), engine: engine)
    objective = Objective(
      weights: losses, networkWeights: network, plan: plan.network,
      style: try targets.style(of: pictures.style, layers: losses.style.keys.sorted()),
      content: try targets.content(of: pictures.content, layers: losses.content.keys.sorted()), engine: engine)
    photo = pictures.content?.planes
  }

  /// Where the search begins: noise around the mean colour, or the photo.
  func start(_ settings: Settings) -> PlanarPicture {
    if settings.start == .content, let photo { return photo }
    return .noise(
      width: objective.width, height: objective.height, amplitude: Float(settings.noiseAmplitude),
      means: NetworkWeights.means, seed: settings.seed)
  }

  /// The loss of a finished picture, evaluated afresh, with the norms of its layers' gradients.
  func loss(of image: RGBImage) -> LossTerms {
    let planes = PlanarPicture(width: image.width, height: image.height, interleaved: image.pixels)
    var gradient = [Float](repeating: 0, count: objective.count)
    return objective.evaluate(planes.values, gradient: &gradient, detailed: true)
  }
}

/// A verified file of weights.
struct OpenWeights {
  let architecture: Architecture
  /// SHA-256 of the numbers.
  let digest: String
  private let file: SafetensorsFile

  init(_ network: Settings.Network) throws {
    architecture = Architecture(network)
    (file, digest) = try WeightsFile.open(architecture)
  }

  func network(upTo deepest: Layer, _ engine: Engine) throws -> NetworkWeights {
    try NetworkWeights(file: file, architecture: architecture, digest: digest, deepest: deepest, engine: engine)
  }
}

extension LossWeights {
  init(_ settings: Settings) {
    func factors(_ layers: [Settings.WeightedLayer], _ weight: Double) -> [Layer: Double] {
      Dictionary(uniqueKeysWithValues: layers.map { (Layer($0.layer), $0.weight * weight) })
    }
    self.init(
      content: factors(settings.contentLayers, settings.contentWeight),
      style: factors(settings.styleLayers, settings.styleWeight), totalVariation: settings.tvWeight)
  }
}

extension Architecture {
  init(_ network: Settings.Network) { self.init(rawValue: network.rawValue)! }  // the same names
}

extension PoolingKind {
  init(_ pooling: Settings.Pooling) {
    switch pooling {
    case .average: self = .average
    case .max: self = .max
    }
  }
}
