import StyleTransfer
import TestSupport
import Testing

struct PlanarPictureTests {
  private let means = [123.68, 116.779, 103.939]

  @Test func bytesComeBackAsTheyWere() throws {
    let picture = try EngineFixture.content()
    let planar = PlanarPicture(picture)
    #expect(planar.interleaved == picture.pixels)
    #expect(planar.values[2 * 45 * 37 + 46] == Float(picture.pixels[46 * 3 + 2]))  // blue of the second row's second
  }

  @Test func valuesAreRoundedAndCut() {
    let picture = PlanarPicture(width: 1, height: 2, values: [-3, 0.4, 0.6, 254.6, 255, 300])
    #expect(picture.interleaved == [0, 1, 255, 0, 255, 255])
  }

  @Test func noiseIsAroundTheMeansAndTheSameForTheSameSeed() {
    let noise = PlanarPicture.noise(width: 100, height: 80, amplitude: 20, means: means, seed: 7)
    for (colour, mean) in means.map(Float.init).enumerated() {
      let plane = noise.values[colour * 8000..<(colour + 1) * 8000]
      #expect(plane.allSatisfy { abs($0 - mean) <= 20 })
      #expect(plane.min()! < mean - 19.9 && plane.max()! > mean + 19.9)
      #expect(abs(plane.reduce(0, +) / 8000 - mean) < 0.5)  // 4 standard errors: 4 * 20 / sqrt(3 * 8000)
    }
    #expect(noise == PlanarPicture.noise(width: 100, height: 80, amplitude: 20, means: means, seed: 7))
    #expect(noise != PlanarPicture.noise(width: 100, height: 80, amplitude: 20, means: means, seed: 8))
  }

  @Test func constantMeansOneColour() {
    func picture(_ values: [Float]) -> PlanarPicture { PlanarPicture(width: 2, height: 1, values: values) }
    #expect(picture([10, 10.4, 80, 80, 200, 200]).isConstant)
    #expect(!picture([10, 10.6, 80, 80, 200, 200]).isConstant)
    #expect(!picture([10, 10, 80, 80, 200, 201]).isConstant)
  }

  @Test func bilinearResizingKeepsPlanesAndStaysPositive() {
    // A plane: 10 + 3 x + 2 y at the middles of pixels.
    func plane(width: Int, height: Int, of old: (Int, Int)) -> [Float] {
      (0..<3 * width * height).map { index in
        let (x, y) = (index % width, index / width % height)
        let column = min(max((Float(x) + 0.5) * Float(old.0) / Float(width) - 0.5, 0), Float(old.0 - 1))
        let row = min(max((Float(y) + 0.5) * Float(old.1) / Float(height) - 0.5, 0), Float(old.1 - 1))
        return 10 + 3 * column + 2 * row
      }
    }
    let small = PlanarPicture(width: 5, height: 4, values: plane(width: 5, height: 4, of: (5, 4)))
    let large = small.resizedBilinear(width: 11, height: 7)
    for (value, exact) in zip(large.values, plane(width: 11, height: 7, of: (5, 4))) {
      #expect(abs(value - exact) < 1e-4)
    }
    #expect(small.resizedBilinear(width: 5, height: 4) == small)
    let peaks = PlanarPicture(width: 2, height: 2, values: [0, 9, 0, 0, 1e-9, 0, 0, 4, 7, 0, 0, 0])
    #expect(peaks.resizedBilinear(width: 9, height: 5).values.allSatisfy { $0 >= 0 })
  }
}
