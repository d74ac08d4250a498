import Jobs
import Kernels
import Networks
import StyleTransfer

extension LossList {
  /// Contents before styles, each from the picture towards the deep end.
  init(_ settings: Settings, styles: [StyleMixture] = [.onePainting]) {
    let contents = settings.weightedContentLayers.map { layer -> any FeatureLoss in
      ContentLoss(
        layer.layer, weight: layer.weight * settings.countingContentWeight, scale: .init(settings.contentLoss))
    }
    let styles = styles.flatMap { mixture in
      settings.weightedStyleLayers.map { layer in
        settings.loss(
          ofStyleAt: layer.layer, weight: layer.weight * (settings.styleWeight * mixture.share), mixture.sources)
      }
    }
    self.init(
      contents + styles,
      totalVariation: settings.tvWeight > 0
        ? TotalVariationLoss(weight: settings.tvWeight, norm: .init(settings.tvLoss), power: settings.tvPower) : nil,
      normalizesGradients: settings.normalizeGradients)
  }
}

extension Settings {
  /// What is compared of the paintings at a layer.
  fileprivate func loss(ofStyleAt layer: Layer, weight: Double, _ sources: [LossSource]) -> any FeatureLoss {
    switch styleLoss {
    case .gram: GramLoss(layer, weight: weight, shift: gramShift, sources: sources)
    case .covariance: CovarianceLoss(layer, weight: weight, sources: sources)
    case .meanDeviation: MeanDeviationLoss(layer, weight: weight, sources: sources)
    case .wasserstein: WassersteinLoss(layer, weight: weight, sources: sources)
    case .histogram: HistogramLoss(layer, weight: weight, sources: sources)
    }
  }
}

extension ContentLoss.Scale {
  fileprivate init(_ loss: Settings.ContentLoss) {
    switch loss {
    case .mse: self = .mean
    case .sum: self = .halfSum
    case .roots: self = .roots
    case .normalised: self = .absoluteSum
    }
  }
}

extension VariationNorm {
  fileprivate init(_ loss: Settings.VariationLoss) {
    switch loss {
    case .l1: self = .l1
    case .l2: self = .l2
    }
  }
}
