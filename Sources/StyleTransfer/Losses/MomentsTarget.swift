internal import KernelTypes
internal import Kernels
internal import Networks

/// Means and covariances of a layer's channels over the pixels of a painting, as targets: `[channels + 1][channels]`, the
/// covariance and, as its last row, the means.
enum MomentsTarget {
  static let subject = "target of means and covariances"

  static func shape(_ layer: Layer) -> [Int] { [layer.channels + 1, layer.channels] }

  static func builder(_ layer: Layer, height: Int, width: Int, mask: PixelMask?) -> any LossTargetBuilder {
    Builder(FeatureMoments(.all, of: layer, height: height, width: width, mask: mask))
  }

  static func covariance(_ target: LossTarget, _ row: Int, _ column: Int) -> Double {
    Double(target.floats[row &* target.shape[1] &+ column])
  }

  static func means(_ target: LossTarget) -> [Double] {
    target.floats.suffix(target.shape[1]).map(Double.init)
  }

  private final class Builder: LossTargetBuilder {
    private var moments: FeatureMoments

    init(_ moments: FeatureMoments) { self.moments = moments }

    func add(_ features: FeatureMap, rows: Range<Int>, _ engine: Engine) {
      moments.add(features, rows: rows, engine)
    }

    var target: LossTarget {
      let channels = moments.channels
      return LossTarget(
        shape: [channels + 1, channels],
        floats: symmetric(moments.covariance, channels: channels, scale: 1) + moments.means.map { Float($0) })
    }
  }
}
