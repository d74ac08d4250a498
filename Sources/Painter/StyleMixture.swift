import Jobs
import StyleTransfer

/// Paintings that the losses of style compare with as one: their targets mixed.
struct StyleMixture {
  /// Of the weight of the style, 0 to 1.
  var share: Double
  var sources: [LossSource]

  static let onePainting = StyleMixture(share: 1, sources: [LossSource(.style)])
}

extension InputPictures {
  /// What the losses of style compare with: all paintings mixed, or each of them in each of its sizes. A painting with a mask is
  /// by itself in any case.
  var styleMixtures: [StyleMixture] {
    let sources = all.map(\.source).filter { $0.role == .style }.map { source in
      LossSource(source, share: styleShares[source.index] / Double(settings.styleScales.count))
    }
    func isMasked(_ source: LossSource) -> Bool { hasMask(ofPainting: source.picture.index) }
    let everywhere = sources.filter { !isMasked($0) }
    let groups =
      switch settings.blend {
      case .grams:
        [everywhere]
          + styleShares.indices.map { painting in sources.filter { $0.picture.index == painting && isMasked($0) } }
      case .losses: sources.map { [$0] }
      }
    return groups.compactMap(StyleMixture.init)
  }
}

extension StyleMixture {
  /// Nil where nothing counts.
  fileprivate init?(_ sources: [LossSource]) {
    let counting = sources.filter { $0.share > 0 }
    if counting.isEmpty { return nil }
    let share = counting.reduce(0) { $0 + $1.share }
    self.init(share: share, sources: counting.map { LossSource($0.picture, share: $0.share / share) })
  }
}
