import Images
import Jobs
import Kernels
import KernelTypes
import Networks
import NeuralNetwork
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
    weights: VerifiedWeights, network known: NetworkWeights? = nil, memoryLimit: Int? = nil
  ) throws {
    let losses = LossList(settings, styles: pictures.styleMixtures)
    plan = try MemoryPlan(settings, pictures, threads: engine.threads, limit: memoryLimit)
    let deepest = losses.layers.max()!  // there is at least one layer
    network = try known ?? NetworkWeights(weights, upTo: deepest, engine: engine)
    let targets = CachedTargets(cache: cache, weights: network, pooling: PoolingKind(settings.pooling), engine: engine)
    objective = Objective(
      losses, targets: try targets.targets(of: losses.features, pictures), networkWeights: network, plan: plan.network,
      engine: engine)
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
    let planes = ColourPlan.sRGB.values(of: image)
    var gradient = [Float](repeating: 0, count: objective.count)
    return objective.evaluate(planes.values, gradient: &gradient, detailed: true)
  }
}

extension LossList {
  /// Contents before styles, each from the picture towards the deep end.
  init(_ settings: Settings, styles: [StyleMixture] = [.onePainting]) {
    func weighted<Loss: FeatureLoss>(
      _ layers: [Settings.WeightedLayer], _ weight: Double, _ loss: (Layer, Double) -> Loss
    ) -> [any FeatureLoss] {
      layers.sorted { $0.layer < $1.layer }.map { loss($0.layer, $0.weight * weight) }
    }
    let styles = styles.flatMap { mixture in
      weighted(settings.styleLayers, settings.styleWeight * mixture.share) {
        GramLoss($0, weight: $1, sources: mixture.sources)
      }
    }
    self.init(
      weighted(settings.contentLayers, settings.contentWeight) { ContentLoss($0, weight: $1) } + styles,
      totalVariation: settings.tvWeight > 0 ? TotalVariationLoss(weight: settings.tvWeight) : nil)
  }
}

extension PoolingKind {
  init(_ pooling: Settings.Pooling) {
    switch pooling {
    case .average: self = .average
    case .max: self = .max
    }
  }
}
