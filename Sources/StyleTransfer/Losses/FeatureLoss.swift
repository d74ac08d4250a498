package import Kernels
package import KernelTypes
package import Networks

/// A loss of one layer's features, as a value: what it looks at, what it compares with, and how. One file tells all of one
/// loss.
package protocol FeatureLoss: Sendable {
  /// As reports name it.
  static var kind: String { get }
  /// What its targets are called in keys of the cache, with all that they depend on beside picture, layer and network. Losses
  /// whose targets are alike may share one.
  var targetSubject: String { get }

  /// The pictures that its target is made of, whose shares add up to 1.
  var sources: [LossSource] { get }
  /// It looks at the ReLU output of this layer.
  var layer: Layer { get }
  /// The loss's factor in the sum of all.
  var weight: Double { get set }

  /// The shape of its target, in row-major order, for a source of that height and width in pixels.
  func targetShape(height: Int, width: Int) -> [Int]

  /// Makes the target of a picture of that size while its features come in.
  ///
  /// - Parameter mask: of that size; what it leaves out takes no part. Nil for all of the picture.
  func targetBuilder(height: Int, width: Int, mask: PixelMask?) -> any LossTargetBuilder

  /// The loss of features that are all zero, without its weight: what there is of the target to be matched.
  func energy(of target: LossTarget) -> Double

  /// Compares painted pictures of that size with the target.
  ///
  /// - Parameter mask: of that size: where the loss looks. Nil for all of the picture.
  func comparison(with target: LossTarget, height: Int, width: Int, mask: PixelMask?) -> any LossComparison

  /// Bytes that comparing pictures of that size takes beyond the target, where that is more than some matrices.
  func comparisonBytes(height: Int, width: Int) -> Int
}

/// The pictures that targets are made of.
package struct LossPicture: Hashable, Sendable {
  package enum Role: Sendable { case content, style }

  package var role: Role
  /// Among those of its role, from 0.
  package var index: Int
  /// Which of the sizes that it is looked at in, from 0.
  package var scale: Int

  package init(role: Role, index: Int, scale: Int = 0) {
    self.role = role
    self.index = index
    self.scale = scale
  }

  package static let content = LossPicture(role: .content, index: 0)
  package static let style = LossPicture(role: .style, index: 0)
}

/// A picture that a target is made of, and how much of the target is made of it.
package struct LossSource: Hashable, Sendable {
  package var picture: LossPicture
  /// 0 to 1; those of a target add up to 1.
  package var share: Double

  package init(_ picture: LossPicture, share: Double = 1) {
    self.picture = picture
    self.share = share
  }
}

/// Makes a target in one forward pass over a picture.
package protocol LossTargetBuilder: AnyObject {
  /// Rows of the layer's features: from the top to the bottom, each row once.
  func add(_ features: FeatureMap, rows: Range<Int>, _ engine: Engine)
  /// To be called when all rows were added.
  var target: LossTarget { get }
}

/// Compares pictures with a target, one after the other.
package protocol LossComparison: AnyObject {
  /// Begins with another picture.
  func begin()
  /// Rows of the layer's features: from the top to the bottom, each row once.
  func add(_ features: FeatureMap, rows: Range<Int>, _ engine: Engine)
  /// The weighted loss, and what it adds to the gradient with respect to the features: good until the next picture begins.
  func end(_ engine: Engine) -> (loss: Double, gradient: LossGradientSource)
  /// After `end`: the sum of squares of that gradient before masks, each pixel's counted by its mask.
  func squaredGradientNorm(_ engine: Engine) -> Double
}

extension FeatureLoss {
  package func comparisonBytes(height: Int, width: Int) -> Int { 0 }

  package var kind: String { Self.kind }

  /// The picture that its target is made of; nil where they are several.
  var singleSource: LossPicture? { sources.count == 1 ? sources[0].picture : nil }

  package func targetBytes(height: Int, width: Int) -> Int {
    4 * targetShape(height: height, width: width).reduce(1, *)
  }
}

/// All losses of a picture.
package struct LossList: Sendable {
  /// In the order in which reports list and sums add them.
  package var features: [any FeatureLoss]
  package var totalVariation: TotalVariationLoss?
  /// Whether each loss's gradient with respect to its features is divided by its Euclidean norm, so that it pulls as strongly as its
  /// weight says. Then gradients are not those of the losses.
  package var normalizesGradients: Bool

  package init(
    _ features: [any FeatureLoss], totalVariation: TotalVariationLoss? = nil, normalizesGradients: Bool = false
  ) {
    self.features = features
    self.totalVariation = totalVariation
    self.normalizesGradients = normalizesGradients
  }

  /// With weights that are shares: each loss is divided by the energy of its target, and the total variation by that of a picture. So
  /// the weights fit whatever is painted, and a layer counts by its weight, however large its features are.
  ///
  /// - Parameters:
  ///   - targets: of each loss of features, in their order.
  ///   - roughness: the total variation, without its weight, of a picture as it should be.
  package func balanced(by targets: [LossTarget], roughness: Double) -> LossList {
    var balanced = self
    for (index, target) in targets.enumerated() {
      let energy = features[index].energy(of: target)
      if energy > 0 { balanced.features[index].weight /= energy }
    }
    if let totalVariation, roughness > 0 { balanced.totalVariation = totalVariation.divided(by: roughness) }
    return balanced
  }

  /// That are looked at.
  package var layers: Set<Layer> { Set(features.map(\.layer)) }
}
