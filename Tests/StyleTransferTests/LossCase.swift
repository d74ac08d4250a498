import Foundation
import Networks
import StyleTransfer

/// A loss of features beside its definition, in double precision and slowly.
struct LossCase {
  let loss: any FeatureLoss
  /// The unweighted loss of features and their pixels' weights, for the picture that the target is made of and its weights.
  let reference: (LayerFeatures, [Double], LayerFeatures, [Double]) -> Double
  /// Whether that picture has to be of the same size.
  var comparesPixels = false
  /// Relative to the loss, and to the gradient's norm.
  var tolerance = 1e-5
  /// Of the differences.
  var step = 1e-3

  /// By name, for a layer and a weight.
  static let cases: [String: @Sendable (Layer, Double) -> LossCase] = [
    "content": { layer, weight in
      LossCase(
        loss: ContentLoss(layer, weight: weight), reference: ReferenceLosses.meanSquare, comparesPixels: true)
    },
    "gram": { layer, weight in
      LossCase(loss: GramLoss(layer, weight: weight)) { features, weights, style, styleWeights in
        ReferenceLosses.meanSquare(
          ReferenceLosses.gram(features, weights), ReferenceLosses.gram(style, styleWeights))
      }
    },
    "content, half the sum": { layer, weight in
      LossCase(
        loss: ContentLoss(layer, weight: weight, scale: .halfSum),
        reference: { ReferenceLosses.meanSquare($0, $1, $2, $3) * ReferenceLosses.count($0, $1) / 2 },
        comparesPixels: true)
    },
    "content, by roots": { layer, weight in
      LossCase(
        loss: ContentLoss(layer, weight: weight, scale: .roots),
        reference: { ReferenceLosses.meanSquare($0, $1, $2, $3) * ReferenceLosses.count($0, $1).squareRoot() / 2 },
        comparesPixels: true)
    },
    "content, by absolute differences": { layer, weight in
      LossCase(
        loss: ContentLoss(layer, weight: weight, scale: .absoluteSum),
        reference: ReferenceLosses.relative, comparesPixels: true)
    },
    "gram of shifted features": { layer, weight in
      LossCase(loss: GramLoss(layer, weight: weight, shift: -1.5)) { features, weights, style, styleWeights in
        ReferenceLosses.meanSquare(
          ReferenceLosses.gram(features.shifted(by: -1.5), weights),
          ReferenceLosses.gram(style.shifted(by: -1.5), styleWeights))
      }
    },
    "covariance": { layer, weight in
      LossCase(loss: CovarianceLoss(layer, weight: weight)) { features, weights, style, styleWeights in
        let channels = Double(layer.channels)
        func parts(_ features: LayerFeatures, _ weights: [Double]) -> (covariance: [Double], means: [Double]) {
          let means = ReferenceLosses.means(features, weights)
          let covariance = ReferenceLosses.covariance(features, weights)
          return (
            covariance.map { $0 / channels }, means.flatMap { mean in means.map { mean * $0 / channels } }
          )
        }
        let (found, wanted) = (parts(features, weights), parts(style, styleWeights))
        return ReferenceLosses.meanSquare(found.covariance, wanted.covariance)
          + ReferenceLosses.meanSquare(found.means, wanted.means)
      }
    },
    "means and deviations": { layer, weight in
      LossCase(loss: MeanDeviationLoss(layer, weight: weight)) { features, weights, style, styleWeights in
        ReferenceLosses.meanSquare(
          ReferenceLosses.means(features, weights), ReferenceLosses.means(style, styleWeights))
          + ReferenceLosses.meanSquare(
            ReferenceLosses.deviations(features, weights), ReferenceLosses.deviations(style, styleWeights))
      }
    },
    "wasserstein": { layer, weight in
      LossCase(loss: WassersteinLoss(layer, weight: weight)) { features, weights, style, styleWeights in
        ReferenceLosses.wasserstein(features, weights, style, styleWeights)
      }
    },
    "histogram": { layer, weight in
      var loss = LossCase(loss: HistogramLoss(layer, weight: weight)) { features, weights, style, styleWeights in
        ReferenceLosses.histogram(features, weights, style, styleWeights)
      }
      // Where two values change places between the two ends of the difference, the slope is another.
      loss.step = 1e-4
      return loss
    },
  ]

  static var all: [String] { cases.keys.sorted() }
}

/// What the losses are by their definitions. Weights are those of the pixels.
enum ReferenceLosses {
  static func meanSquare(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(a.count)
  }

  /// The weighted mean of (F - T)².
  static func meanSquare(_ a: LayerFeatures, _ weights: [Double], _ b: LayerFeatures, _: [Double]) -> Double {
    var sum = 0.0
    for channel in 0..<a.channels {
      for pixel in 0..<a.pixels {
        let difference = a[channel, pixel] - b[channel, pixel]
        sum += weights[pixel] * difference * difference
      }
    }
    return sum / (Double(a.channels) * weights.reduce(0, +))
  }

  /// The weighted number of features.
  static func count(_ features: LayerFeatures, _ weights: [Double]) -> Double {
    Double(features.channels) * weights.reduce(0, +)
  }

  /// The weighted sum of (F - T)² divided by that of |F - T|.
  static func relative(_ a: LayerFeatures, _ weights: [Double], _ b: LayerFeatures, _: [Double]) -> Double {
    var (squares, absolutes) = (0.0, 0.0)
    for channel in 0..<a.channels {
      for pixel in 0..<a.pixels {
        let difference = a[channel, pixel] - b[channel, pixel]
        squares += weights[pixel] * difference * difference
        absolutes += weights[pixel] * abs(difference)
      }
    }
    return squares / absolutes
  }

  /// The weighted mean of products, divided by the number of channels.
  static func gram(_ features: LayerFeatures, _ weights: [Double]) -> [Double] {
    products(features, weights).map { $0 / Double(features.channels) }
  }

  /// The weighted mean of products of channels, `[channels][channels]`.
  static func products(_ features: LayerFeatures, _ weights: [Double]) -> [Double] {
    let total = weights.reduce(0, +)
    return (0..<features.channels).flatMap { row in
      (0..<features.channels).map { column in
        var sum = 0.0
        for ((a, b), weight) in zip(zip(features.channel(row), features.channel(column)), weights) {
          sum += weight * a * b
        }
        return sum / total
      }
    }
  }

  /// The mean over numbers of powers of differences across and down, as `VariationNorm` says.
  static func variation(_ picture: [Double], height: Int, width: Int, isL1: Bool, power: Double) -> Double {
    let rounding = 0.5
    func size(_ difference: Double) -> Double {
      isL1 ? (difference * difference + rounding * rounding).squareRoot() - rounding : difference * difference
    }
    let floor = power < 1 ? (isL1 ? rounding : rounding * rounding) : 0
    var sum = 0.0
    for index in picture.indices {
      let (row, x) = (index / width % height, index % width)
      let across = x + 1 < width ? picture[index + 1] - picture[index] : 0
      let down = row + 1 < height ? picture[index + width] - picture[index] : 0
      sum += pow(size(across) + size(down) + floor, power) - pow(floor, power)
    }
    return sum / Double(picture.count)
  }

  static func means(_ features: LayerFeatures, _ weights: [Double]) -> [Double] {
    let total = weights.reduce(0, +)
    return (0..<features.channels).map { channel in
      zip(features.channel(channel), weights).reduce(0) { $0 + $1.0 * $1.1 } / total
    }
  }

  /// `[channels][channels]`.
  static func covariance(_ features: LayerFeatures, _ weights: [Double]) -> [Double] {
    let means = means(features, weights)
    var centred = features
    for index in centred.values.indices { centred.values[index] -= means[index / features.pixels] }
    return products(centred, weights)
  }

  static func deviations(_ features: LayerFeatures, _ weights: [Double]) -> [Double] {
    let total = weights.reduce(0, +)
    return zip(0..<features.channels, means(features, weights)).map { channel, mean in
      let sum = zip(features.channel(channel), weights).reduce(0) { $0 + $1.1 * ($1.0 - mean) * ($1.0 - mean) }
      return (sum / total + 1e-5).squareRoot()
    }
  }

  /// With roots by eigenvalues.
  static func wasserstein(
    _ features: LayerFeatures, _ weights: [Double], _ style: LayerFeatures, _ styleWeights: [Double]
  ) -> Double {
    let size = features.channels
    var (found, wanted) = (covariance(features, weights), covariance(style, styleWeights))
    let ridge = 1e-3 * (0..<size).reduce(0) { $0 + wanted[$1 * size + $1] } / Double(size)
    for index in 0..<size {
      found[index * size + index] += ridge
      wanted[index * size + index] += ridge
    }
    let (a, b) = (SymmetricMatrix(found, size: size), SymmetricMatrix(wanted, size: size))
    let root = b.root
    let middle = root.times(a).times(root)
    let roots = middle.eigenvalues.reduce(0) { $0 + max(0, $1).squareRoot() }
    let means = zip(means(features, weights), means(style, styleWeights)).reduce(0) {
      $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
    }
    return (means + a.trace + b.trace - 2 * roots) / Double(size)
  }

  /// The integral over all shares of a channel's pixels of the squared difference of the values there, in their order.
  static func histogram(
    _ features: LayerFeatures, _ weights: [Double], _ style: LayerFeatures, _ styleWeights: [Double]
  ) -> Double {
    let (total, styleTotal) = (weights.reduce(0, +), styleWeights.reduce(0, +))
    var sum = 0.0
    for channel in 0..<features.channels {
      let ordered = zip(style.channel(channel), styleWeights).filter { $0.1 > 0 }.sorted { $0.0 < $1.0 }
      var quantiles: [Double] = []
      var (before, next) = (0.0, 0)
      for (value, weight) in ordered {
        before += weight
        while next < 255, Double(next) / 255 * styleTotal < before {
          quantiles.append(value)
          next += 1
        }
      }
      quantiles.append(ordered.last!.0)
      func wanted(_ share: Double) -> Double {
        let position = min(share, 1) * 255
        let index = min(Int(position), 254)
        return quantiles[index] + (position - Double(index)) * (quantiles[index + 1] - quantiles[index])
      }
      let order = Array(features.channel(channel)).enumerated().sorted { $0.element < $1.element }
      var share = 0.0
      for (pixel, value) in order {
        let end = share + weights[pixel] / total
        let bends = (0...255).map { Double($0) / 255 }.filter { $0 > share && $0 < end }
        for (from, to) in zip([share] + bends, bends + [end]) {  // Simpson's rule, exact for squares
          func term(_ at: Double) -> Double { (value - wanted(at)) * (value - wanted(at)) }
          sum += (to - from) / 6 * (term(from) + 4 * term((from + to) / 2) + term(to))
        }
        share = end
      }
    }
    return sum / Double(features.channels)
  }
}

extension LayerFeatures {
  func shifted(by shift: Double) -> LayerFeatures {
    var shifted = self
    for index in values.indices { shifted.values[index] += shift }
    return shifted
  }
}
