import Foundation
import Kernels
import Networks
import StyleTransfer
import Testing

/// Features of the painting that are most like the photo's.
struct MatchedLossTests {
  private static let layer = Layer(block: 2, convolution: 1)
  private static let loss = MatchedLoss(layer, weight: 2)

  private static func features(_ seed: UInt64, height: Int, width: Int) -> LayerFeatures {
    var random = Random(seed: seed)
    return LayerFeatures(layer, height: height, width: width, random: &random)
  }

  private static func matched(_ photo: LayerFeatures, _ painting: LayerFeatures, mask: PixelMask? = nil) -> [Double] {
    let target = loss.target(
      of: [loss.target(of: painting, mask: mask), ContentLoss(layer, weight: 1).target(of: photo)], Engine())
    let buffer = FeatureBuffer(
      height: layer.extent(of: photo.height), width: layer.extent(of: photo.width), channels: layer.channels,
      values: Array(target.floats))
    return photo.values(of: buffer)
  }

  /// For each pixel of the photo the painting's with the largest cosine of what is left without the means, by the definition.
  private static func reference(_ photo: LayerFeatures, _ painting: LayerFeatures, places: [Int]) -> [Int] {
    func column(_ features: LayerFeatures, _ pixel: Int) -> [Double] {
      (0..<features.channels).map { features[$0, pixel] }
    }
    let photoMean = (0..<photo.channels).map { photo.channel($0).reduce(0, +) / Double(photo.pixels) }
    let mean = (0..<painting.channels).map { channel in
      places.reduce(0) { $0 + painting[channel, $1] } / Double(places.count)
    }
    return (0..<photo.pixels).map { pixel in
      let direction = zip(column(photo, pixel), photoMean).map(-)
      func cosine(_ place: Int) -> Double {
        let other = zip(column(painting, place), mean).map(-)
        let length = other.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return zip(direction, other).reduce(0) { $0 + $1.0 * $1.1 } / length
      }
      return places.max { cosine($0) < cosine($1) }!
    }
  }

  @Test func targetHasThePaintingsMostAlikeFeatures() {
    let photo = Self.features(31, height: 22, width: 14)
    let painting = Self.features(32, height: 12, width: 26)
    let places = Self.reference(photo, painting, places: Array(0..<painting.pixels))
    let matched = Self.matched(photo, painting)
    for pixel in 0..<photo.pixels {
      for channel in 0..<photo.channels {
        #expect(matched[channel * photo.pixels + pixel] == painting[channel, places[pixel]], "pixel \(pixel)")
      }
    }
    #expect(Set(places).count > 10)
  }

  @Test func placesThatAMaskLeavesOutAreNotMatched() {
    let photo = Self.features(33, height: 16, width: 16)
    let painting = Self.features(34, height: 16, width: 16)
    let mask = PixelMask(height: 16, width: 16, values: (0..<256).map { $0 % 16 < 8 ? 1 : 0 })
    let left = (0..<painting.pixels).filter { $0 % 8 < 4 }
    let places = Self.reference(photo, painting, places: left)
    let matched = Self.matched(photo, painting, mask: mask)
    for pixel in 0..<photo.pixels {
      #expect(matched[pixel] == painting[0, places[pixel]] && places[pixel] % 8 < 4, "pixel \(pixel)")
    }
  }

  @Test func aPhotoThatIsThePaintingIsMatchedWithItself() {
    let photo = Self.features(35, height: 20, width: 20)
    #expect(Self.matched(photo, photo) == photo.values)
    let target = Self.loss.target(of: [Self.loss.target(of: photo), Self.loss.target(of: photo)], Engine())
    #expect(Self.loss.evaluate(photo, target: target).loss == 0)
    #expect(Self.loss.energy(of: target) == ContentLoss(Self.layer, weight: 1).energy(of: target))
  }
}
