package import Networks

/// The parts of a loss, each with its weight.
package struct LossTerms: Sendable, Equatable {
  /// The part of one loss.
  package struct Term: Sendable, Equatable {
    /// As in `FeatureLoss.kind`.
    package let kind: String
    /// Nil for a loss of the pixels.
    package let layer: Layer?
    /// The picture that it compares with; nil where that is no single one.
    package let source: LossPicture?
    package let weight: Double
    /// Weighted.
    package let loss: Double

    package init(kind: String, layer: Layer?, source: LossPicture? = nil, weight: Double, loss: Double) {
      self.kind = kind
      self.layer = layer
      self.source = source
      self.weight = weight
      self.loss = loss
    }

    /// Nil for a weight of zero, with which a loss is not known.
    package var unweighted: Double? { weight > 0 ? loss / weight : nil }
  }

  /// In the order of `LossList.features`.
  package var features: [Term] = []
  package var totalVariation = 0.0
  package var totalVariationWeight = 0.0
  /// Of each layer's own losses with respect to its features: the Euclidean norm. Empty unless it was asked for.
  package var gradientNorms: [Layer: Double] = [:]

  package init() {}

  /// Always added up in one order, so that equal terms give equal bits.
  package var total: Double { features.reduce(totalVariation) { $0 + $1.loss } }

  /// All that there are, that of the pixels last.
  package var all: [Term] {
    let pixels = Term(
      kind: TotalVariationLoss.kind, layer: nil, weight: totalVariationWeight, loss: totalVariation)
    return totalVariation > 0 ? features + [pixels] : features
  }
}
