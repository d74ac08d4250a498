import NeuralNetwork
import Networks
import StyleTransfer

/// Losses of features as tests write them: the factors in the sum, by layer.
struct LossWeights: Sendable {
  var content: [Layer: Double] = [:]
  var style: [Layer: Double] = [:]
  var totalVariation = 0.0

  var layers: Set<Layer> { Set(content.keys).union(style.keys) }

  var losses: LossList {
    let contents = content.sorted { $0.key < $1.key }.map { ContentLoss($0, weight: $1) as any FeatureLoss }
    let styles = style.sorted { $0.key < $1.key }.map { GramLoss($0, weight: $1) as any FeatureLoss }
    return LossList(
      contents + styles, totalVariation: totalVariation > 0 ? TotalVariationLoss(weight: totalVariation) : nil)
  }
}

extension LossTerms {
  /// By layer, of one kind.
  subscript(_ kind: String) -> [Layer: Double] {
    Dictionary(uniqueKeysWithValues: features.filter { $0.kind == kind }.map { ($0.layer!, $0.loss) })
  }
}
