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
  /// What stays of the photo, also because nobody can see it; nil for nothing.
  let kept: KeptPixels?
  private let startPicture: PlanarPicture?
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
    let targets = CachedTargets(
      cache: cache, weights: network, pooling: PoolingKind(settings.pooling), padding: PaddingKind(settings.padding),
      engine: engine)
    let found = try targets.targets(of: losses.features, pictures)
    objective = Objective(
      settings.balance ? losses.balanced(by: found, roughness: losses.roughness(of: pictures)) : losses, targets: found,
      masks: try pictures.masks(of: losses.features), variationMask: pictures.alpha?.mask,
      networkWeights: network, plan: plan.network, engine: engine)
    kept = pictures.keptMask.flatMap { mask in pictures.keptPhoto.map { KeptPixels($0, mask: mask) } }
    startPicture = pictures.start
  }

  /// Where the search begins: a picture, noise around the mean colour, or a mixture of both.
  ///
  /// - Parameter near: a finished picture, of the result's size.
  func start(_ settings: Settings, near: PlanarPicture?) -> PlanarPicture {
    let picture = near ?? startPicture
    if let picture, settings.startBlend == 0 { return picture }
    let noise = PlanarPicture.noise(
      width: objective.width, height: objective.height, amplitude: Float(settings.noiseAmplitude),
      means: NetworkWeights.means, seed: settings.seed)
    return picture?.mixed(with: noise, share: settings.startBlend) ?? noise
  }

  /// The loss of a finished picture, evaluated afresh, with the norms of its layers' gradients.
  func loss(of image: RGBImage) -> LossTerms {
    let planes = ColourPlan.sRGB.values(of: image)
    var gradient = [Float](repeating: 0, count: objective.count)
    return objective.evaluate(planes.values, gradient: &gradient, detailed: true)
  }
}

extension LossList {
  /// The total variation of the paintings, by how much they count; of the photo where there are none.
  fileprivate func roughness(of pictures: InputPictures) -> Double {
    guard let totalVariation else { return 0 }
    func roughness(_ picture: InputPictures.Picture) -> Double {
      totalVariation.roughness(of: picture.planes.values, height: picture.height, width: picture.width)
    }
    let paintings = pictures.pictures[.style]
    if paintings.isEmpty { return pictures.content.map(roughness) ?? 0 }
    return zip(paintings, pictures.styleShares).reduce(0) { $0 + $1.1 * roughness($1.0) }
  }
}

extension PoolingKind {
  init(_ pooling: Settings.Pooling) {
    switch pooling {
    case .average: self = .average
    case .max: self = .max
    case .l2: self = .l2
    }
  }
}

extension PaddingKind {
  init(_ padding: Settings.Padding) {
    switch padding {
    case .zero: self = .zero
    case .replicate: self = .replicate
    case .reflect: self = .reflect
    }
  }
}
