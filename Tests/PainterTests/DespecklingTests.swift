import Images
import Painter
import StyleTransfer
import TestSupport
import Testing

/// `despeckle`.
struct DespecklingTests {
  private static let (width, height) = (9, 7)
  private static let pixels = width * height

  /// One colour, with others at some places.
  private func picture(_ colour: SIMD3<Float>, _ others: [Int: SIMD3<Float>] = [:]) -> PlanarPicture {
    var picture = PlanarPicture(
      width: Self.width, height: Self.height, values: [Float](repeating: 0, count: 3 * Self.pixels))
    for pixel in 0..<Self.pixels {
      for channel in 0..<3 { picture.values[channel * Self.pixels + pixel] = (others[pixel] ?? colour)[channel] }
    }
    return picture
  }

  private func largestDifference(_ a: PlanarPicture, _ b: PlanarPicture) -> Float {
    zip(a.values, b.values).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  /// A specky pixel gets the colour of those around it, and keeps how light it is.
  @Test(arguments: [0, 8, 30, 31, 62]) func aSpeckLosesItsColour(pixel: Int) {
    let around = SIMD3<Float>(90, 110, 140)
    for speck in [SIMD3<Float>(160, 100, 60), [90, 110, 20], [20, 170, 140]] {
      let expected = around + (Luma.of(speck) - Luma.of(around))
      let found = picture(around, [pixel: speck]).despeckled(except: nil)
      #expect(largestDifference(found, picture(around, [pixel: expected])) < 0.01)
    }
  }

  /// Two pixels wide, and as long as the picture is high.
  @Test func aStrokeStays() {
    let stroke = Dictionary(
      uniqueKeysWithValues: (0..<Self.pixels).filter { [4, 5].contains($0 % Self.width) }
        .map { ($0, SIMD3<Float>(230, 200, 20)) })
    let painted = picture([40, 90, 160], stroke)
    #expect(largestDifference(painted.despeckled(except: nil), painted) < 0.01)
  }

  @Test func whatIsKeptStays() {
    let speckled = picture([90, 110, 140], [20: [160, 100, 60], 40: [160, 100, 60]])
    var kept = [Float](repeating: 0, count: Self.pixels)
    kept[20] = 1
    kept[40] = 0.5
    let all = speckled.despeckled(except: nil)
    let result = speckled.despeckled(except: kept)
    #expect(all.values[20] < 100 && result.values[20] == 160)
    #expect(abs(result.values[40] - (160 + all.values[40]) / 2) < 0.01)
  }

  /// Beside the same by sorted lists, in double precision.
  @Test func itIsWhatASlowVersionSays() {
    var numbers = SeededGenerator(seed: 3)
    let noise = PlanarPicture(
      width: Self.width, height: Self.height,
      values: (0..<3 * Self.pixels).map { _ in Float.random(in: 0...255, using: &numbers) })
    let result = noise.despeckled(except: nil)
    func color(_ x: Int, _ y: Int) -> (luma: Double, blue: Double, red: Double) {
      let pixel = min(max(y, 0), Self.height - 1) * Self.width + min(max(x, 0), Self.width - 1)
      let (r, g, b) = (
        Double(noise.values[pixel]), Double(noise.values[Self.pixels + pixel]),
        Double(noise.values[2 * Self.pixels + pixel])
      )
      let luma = 0.299 * r + 0.587 * g + 0.114 * b
      return (luma, b - luma, r - luma)
    }
    for y in 0..<Self.height {
      for x in 0..<Self.width {
        let around = (-1...1).flatMap { dy in (-1...1).map { dx in (dx, dy) } }
        let all = around.map { color(x + $0.0, y + $0.1) }
        let luma = color(x, y).luma
        let (blue, red) = (luma + all.map(\.blue).sorted()[4], luma + all.map(\.red).sorted()[4])
        let green = (luma - 0.299 * red - 0.114 * blue) / 0.587
        for (channel, value) in [red, green, blue].enumerated() {
          let found = Double(result.values[channel * Self.pixels + y * Self.width + x])
          #expect(abs(found - min(max(value, 0), 255)) < 0.01, "\(x) \(y) \(channel)")
        }
      }
    }
  }

  /// The photo that a mask keeps is not touched, and the search is the same one.
  @Test func itChangesThePictureAndNotTheSearch() throws {
    let painting = try SmallPainting()
    let plain = try painting.paint(settings("size: 60\niterations: 2"), to: "plain", cache: "a")
    let calm = try painting.paint(settings("size: 60\niterations: 2\ndespeckle: true"), to: "calm", cache: "a")
    #expect(calm.report.reused?.kind == "search" && calm.report.evaluations == plain.report.evaluations)
    #expect(calm.pictures != plain.pictures)
  }
}
