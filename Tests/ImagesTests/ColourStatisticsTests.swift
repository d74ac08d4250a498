import Images
import Testing

@Suite struct ColourStatisticsTests {
  /// Colours that vary in all directions and are far from the range's ends.
  private static func picture(_ centre: SIMD3<Double>, _ spread: [SIMD3<Double>], side: Int = 40) -> RGBImage {
    var random = SystemlessRandom(state: 7)
    var pixels: [UInt8] = []
    for _ in 0..<side * side {
      let colour = spread.reduce(centre) { $0 + $1 * (random.unit() - 0.5) }
      for channel in 0..<3 { pixels.append(UInt8(min(max(colour[channel], 0), 255).rounded())) }
    }
    return RGBImage(width: side, height: side, pixels: pixels)
  }

  private static let painting = picture(
    SIMD3(140, 110, 90), [SIMD3(60, 50, 40), SIMD3(20, -30, 10), SIMD3(5, 10, -30)])
  private static let photo = picture(
    SIMD3(110, 120, 130), [SIMD3(50, 60, 60), SIMD3(-30, 0, 40), SIMD3(10, -20, 10)])

  /// By the definition, one entry after the other.
  private static func slowCovariance(_ image: RGBImage) -> [[Double]] {
    let count = image.width * image.height
    let channels = (0..<3).map { channel in (0..<count).map { Double(image.pixels[3 * $0 + channel]) } }
    let means = channels.map { $0.reduce(0, +) / Double(count) }
    return (0..<3).map { i in
      (0..<3).map { j in
        (0..<count).reduce(0) { $0 + (channels[i][$1] - means[i]) * (channels[j][$1] - means[j]) } / Double(count)
      }
    }
  }

  private static func difference(_ a: Matrix3, _ b: Matrix3) -> Double {
    (0..<3).flatMap { i in (0..<3).map { abs(a[i, $0] - b[i, $0]) } }.max()!
  }

  @Test func covarianceIsThatOfTheDefinition() {
    let statistics = ColourStatistics(of: Self.photo)
    let slow = Matrix3(rows: Self.slowCovariance(Self.photo).map { SIMD3($0) })
    #expect(Self.difference(statistics.covariance, slow) < 1e-8)
  }

  @Test func eigenvectorsMakeTheMatrixAgain() {
    let matrix = Matrix3(rows: [SIMD3(4000, 3900, 3000), SIMD3(3900, 4100, 2900), SIMD3(3000, 2900, 2500)])
    let eigen = SymmetricEigen(matrix)
    #expect(Self.difference(eigen.matrix { $0 }, matrix) < 1e-9)
    let product = eigen.vectors * eigen.vectors.transposed
    #expect(Self.difference(product, Matrix3(diagonal: SIMD3(repeating: 1))) < 1e-13)
  }

  @Test func aMatchedPictureHasTheOthersMeanAndCovariance() {
    let (source, target) = (ColourStatistics(of: Self.painting), ColourStatistics(of: Self.photo))
    let matched = ColourStatistics(of: ColourMatch(from: source, to: target)(Self.painting))
    #expect(((matched.mean - target.mean) * (matched.mean - target.mean)).sum() < 0.01)
    // 8 bits add the variance of rounding, 1/12.
    #expect(Self.difference(matched.covariance, target.covariance) < 0.01 * target.covariance[0, 0] + 0.1)
    #expect(Self.difference(source.covariance, target.covariance) > 0.2 * target.covariance[0, 0])
  }

  @Test func theMapIsSymmetricAndNothingBetweenLikePictures() {
    let statistics = ColourStatistics(of: Self.painting)
    let map = ColourMatch(from: statistics, to: ColourStatistics(of: Self.photo))
    #expect(Self.difference(map.matrix, map.matrix.transposed) < 1e-12)
    let same = ColourMatch(from: statistics, to: statistics)
    #expect(Self.difference(same.matrix, Matrix3(diagonal: SIMD3(repeating: 1))) < 1e-9)
  }

  /// The covariance of a grey picture is singular; its rounding must not become coloured noise.
  @Test func greyPaintingsTakeThePhotosColoursWithoutNoise() {
    let grey = Self.picture(SIMD3(120, 120, 120), [SIMD3(90, 90, 90)])
    let map = ColourMatch(from: ColourStatistics(of: grey), to: ColourStatistics(of: Self.photo))
    let matched = map(grey)
    let statistics = ColourStatistics(of: matched)
    #expect((statistics.mean - ColourStatistics(of: Self.photo).mean).max() < 0.5)
    #expect(map.matrix.rows.allSatisfy { $0.max() < 20 && $0.min() > -20 })
    #expect(Set(stride(from: 0, to: grey.pixels.count, by: 3).map { matched.pixels[$0..<$0 + 3] }).count > 50)
  }

  @Test func greyPhotosMakePaintingsGrey() {
    let grey = Self.picture(SIMD3(120, 120, 120), [SIMD3(90, 90, 90)])
    let target = ColourStatistics(of: grey)
    let matched = ColourMatch(from: ColourStatistics(of: Self.painting), to: target)(Self.painting)
    let spread = stride(from: 0, to: matched.pixels.count, by: 3).map { start in
      let colour = matched.pixels[start..<start + 3].map(Int.init)
      return colour.max()! - colour.min()!
    }
    #expect(spread.max()! <= 1)
    #expect(abs(ColourStatistics(of: matched).covariance[0, 0] - target.covariance[0, 0]) < 0.5)
  }

  @Test func picturesOfOneColourAreMatchedToo() {
    let flat = RGBImage(width: 2, height: 2, pixels: (0..<4).flatMap { _ in [10, 200, 30] as [UInt8] })
    let (statistics, photo) = (ColourStatistics(of: flat), ColourStatistics(of: Self.photo))
    let matched = ColourMatch(from: statistics, to: photo)(flat)
    #expect(matched.pixels.prefix(3).elementsEqual((0..<3).map { UInt8(photo.mean[$0].rounded()) }))
    #expect(
      ColourMatch(from: photo, to: statistics)(Self.photo).pixels
        == Array(repeating: flat.pixels.prefix(3), count: 1600).flatMap(\.self))
  }

  @Test(arguments: [Float](stride(from: 0, through: 255, by: 17)))
  func lumaIsKeptWhateverTheChroma(luma: Float) {
    for red in stride(from: Float(0), through: 255, by: 51) {
      for green in stride(from: Float(0), through: 255, by: 51) {
        for blue in stride(from: Float(0), through: 255, by: 51) {
          let other = SIMD3(red, green, blue)
          let colour = Luma.colour(luma: luma, chromaOf: other)
          #expect(abs(Luma.of(colour) - luma) < 0.001)
          #expect(colour.min() >= 0 && colour.max() <= 255)
          // The same hue: a multiple of the chroma, at most the whole.
          let (chroma, wanted) = (colour - luma, other - Luma.of(other))
          #expect(abs(chroma.x * wanted.y - chroma.y * wanted.x) < 1)
          #expect((chroma * chroma).sum() < (wanted * wanted).sum() + 0.1)
        }
      }
    }
  }

  @Test func chromaIsWholeWhereItFits() {
    let other = SIMD3<Float>(150, 100, 80)
    let colour = Luma.colour(luma: 120, chromaOf: other)
    #expect(((colour - 120) - (other - Luma.of(other))).max() < 1e-3)
  }
}

/// The same numbers at each run.
private struct SystemlessRandom {
  var state: UInt64

  mutating func unit() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) * 0x1p-53
  }
}
