internal import Foundation

extension Settings {
  /// What is compared of a painting.
  package enum StyleLoss: String, Codable, Sendable, CaseIterable {
    /// Gram matrices.
    case gram
    /// Covariances, and products of means.
    case covariance
    /// Means and standard deviations of channels.
    case meanDeviation = "mean_std"
    /// Normal distributions, by the distance over which one is moved to the other.
    case wasserstein
    /// Each channel's values in their order.
    case histogram
  }

  /// What the sum of squared differences from the photo's features is divided by.
  package enum ContentLoss: String, Codable, Sendable, CaseIterable {
    /// Their number.
    case mse
    /// 2.
    case sum
    /// Twice the root of their number.
    case roots = "sqrt"
    /// The sum of absolute differences.
    case normalised
  }

  package enum VariationLoss: String, Codable, Sendable, CaseIterable {
    /// Of squared differences.
    case l2
    /// Of absolute differences.
    case l1
  }

  package enum LayerWeights: String, Codable, Sendable, CaseIterable {
    case given
    /// Each style layer weighs half as much as the one before it, each content layer twice as much; together what they are given
    /// together. Novak & Nikulin, "Improving the Neural Algorithm of Artistic Style", 2016, arXiv 1605.04603.
    case geometric
  }
}

extension Settings {
  /// The weight of the photo that counts: a hundred times as much where `strength` is 0, a hundredth where it is 1.
  package var countingContentWeight: Double { contentWeight * pow(100, 1 - 2 * strength) }
  /// The share of the paintings' colours that counts: below half of the strength less. Where the paintings get the
  /// photo's, none.
  package var recolouring: Double { preserveColours == .matchBefore ? 0 : recolour * min(1, 2 * strength) }

  /// Content layers with the weights that count.
  package var weightedContentLayers: [WeightedLayer] { weighted(contentLayers, ratio: 2) }
  /// Style layers with the weights that count.
  package var weightedStyleLayers: [WeightedLayer] { weighted(styleLayers, ratio: 0.5) }

  /// From the picture towards the deep end.
  private func weighted(_ layers: [WeightedLayer], ratio: Double) -> [WeightedLayer] {
    let ordered = layers.sorted { $0.layer < $1.layer }
    guard layerWeights == .geometric else { return ordered }
    let used = ordered.filter { $0.weight > 0 }
    var factors = [1.0]
    while factors.count < used.count { factors.append(factors[factors.count - 1] * ratio) }
    let unit = used.reduce(0) { $0 + $1.weight } / factors.prefix(used.count).reduce(0, +)
    return zip(used, factors).map { WeightedLayer($0.layer, weight: $1 * unit) }
  }
}
