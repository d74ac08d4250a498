internal import KernelTypes
package import Kernels
package import Networks

/// Mean squared difference of a layer's features from those of the painting that are most like the photo's: each place of the
/// picture is drawn to the place of the painting whose features, less the painting's mean, have the smallest angle to the photo's
/// features there, less the photo's mean.
///
/// Kolkin, Kucera, Paris, Sykora, Shechtman & Shakhnarovich, "Neural Neighbor Style Transfer", 2022, arXiv 2203.13215, whose match
/// is of a picture's features to a painting's too; Chen & Schmidt, "Fast Patch-based Style Transfer of Arbitrary Style", 2016. The
/// match is made once, of the photo, so that the loss stays a smooth function of the picture.
package struct MatchedLoss: FeatureLoss {
  package static let kind = "matching"

  package let layer: Layer
  package var weight: Double
  /// The paintings, then the photo.
  package let sources: [LossSource]

  /// Of a painting's places so many are looked at, at most: more are thinned out evenly.
  static let mostPlaces = 4096

  package init(_ layer: Layer, weight: Double, paintings: [LossSource] = [LossSource(.style)]) {
    self.layer = layer
    self.weight = weight
    sources = paintings + [LossSource(.content, share: 0)]
  }

  /// What its sources give is what they give the content loss.
  package var targetSubject: String { contentLoss.targetSubject }

  private var contentLoss: ContentLoss { ContentLoss(layer, weight: weight) }

  package func targetShape(height: Int, width: Int) -> [Int] { contentLoss.targetShape(height: height, width: width) }

  package func targetBuilder(height: Int, width: Int, mask: PixelMask?) -> any LossTargetBuilder {
    FeatureCopy(
      shape: targetShape(height: height, width: width),
      mask: mask.flatMap { LayerWeights(layer, height: height, width: width, mask: $0).pixels })
  }

  package func target(of parts: [LossTarget], _ engine: Engine) -> LossTarget {
    let photo = parts[parts.count - 1]
    let places = parts.dropLast().flatMap { Places($0.features, most: Self.mostPlaces / (parts.count - 1)).vectors }
    guard !places.isEmpty else { return photo }
    let photoMean = Places.mean(photo.features)
    let mean = Places.mean(places)
    let candidates = Candidates(count: places.count, channels: layer.channels)
    for (number, place) in places.enumerated() {
      var direction = zip(place, mean).map { $0 - $1 }
      let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 0 else { continue }
      for channel in direction.indices { direction[channel] /= length }
      candidates.set(number, direction, offset: -zip(direction, photoMean).reduce(0) { $0 + $1.0 * $1.1 })
    }
    let nearest = engine.nearest(candidates, to: photo.features)
    let matched = FloatBuffer(count: photo.floats.count)
    let pixels = photo.shape[1] * photo.shape[2]
    for (pixel, place) in nearest.enumerated() {
      for channel in 0..<layer.channels {
        matched.pointer[(channel / 16 * pixels + pixel) * 16 + channel % 16] = places[Int(place)][channel]
      }
    }
    return LossTarget(shape: photo.shape, reading: UnsafeBufferPointer(matched.elements), of: matched)
  }

  package func energy(of target: LossTarget) -> Double { target.meanSquare }

  package func comparison(
    with target: LossTarget, height: Int, width: Int, mask: PixelMask?
  ) -> any LossComparison { contentLoss.comparison(with: target, height: height, width: width, mask: mask) }
}

/// Features at places of a picture.
private struct Places {
  /// Of each place the channels; none where all are zero, as where a mask leaves it out.
  let vectors: [[Float]]

  init(_ features: FeatureView, most: Int) {
    var step = 1
    while ((features.height + step - 1) / step) * ((features.width + step - 1) / step) > most { step += 1 }
    var vectors: [[Float]] = []
    for y in stride(from: 0, to: features.height, by: step) {
      for x in stride(from: 0, to: features.width, by: step) {
        let vector = (0..<features.channelGroups).flatMap { group in
          UnsafeBufferPointer(start: features.row(y, group: group) + x * 16, count: 16)
        }
        if vector.contains(where: { $0 != 0 }) { vectors.append(vector) }
      }
    }
    self.vectors = vectors
  }

  static func mean(_ vectors: [[Float]]) -> [Float] {
    var sum = [Double](repeating: 0, count: vectors[0].count)
    for vector in vectors { for channel in vector.indices { sum[channel] += Double(vector[channel]) } }
    return sum.map { Float($0 / Double(vectors.count)) }
  }

  /// Of all places.
  static func mean(_ features: FeatureView) -> [Float] {
    let pixels = features.height * features.width
    return (0..<features.channelGroups * 16).map { channel in
      let start = features.pointer + (channel / 16 * pixels * 16 + channel % 16)
      return Float((0..<pixels).reduce(0.0) { $0 + Double(start[$1 * 16]) } / Double(pixels))
    }
  }
}
