import Kernels
import Testing

struct ConvolutionTests {
  private static let available = InstructionSet.available

  @Test(arguments: available, Channels.pairs)
  func convolvesAsTheDefinitionSays(set: InstructionSet, channels: Channels) {
    var random = Random(seed: 1)
    let engine = Engine(threads: 2, instructionSet: set)
    let convolution = ReferenceConvolution(channels, random: &random)
    for shape in Shape.odd {
      let input = Features(channels.input, shape, random: &random)
      let (output, mask) = engine.convolve(convolution, input)
      let expected = convolution.forward(input)
      #expect(relativeError(output.values, expected.values) < Tolerance.winograd, "\(shape)")
      #expect(mask == output.positive, "\(shape)")
    }
  }

  @Test(arguments: available, Channels.pairs)
  func gradientIsTheTransposeOfTheForward(set: InstructionSet, channels: Channels) {
    var random = Random(seed: 2)
    let engine = Engine(threads: 2, instructionSet: set)
    let convolution = ReferenceConvolution(channels, random: &random)
    for shape in Shape.odd {
      let dOutput = Features(channels.output, shape, random: &random)
      let before = Features(channels.input, shape, random: &random)
      let mask = random.mask(channels.input / 16 * shape.pixels)
      let expected = convolution.gradient(dOutput)
      let cases = [
        (engine.convolveGradient(convolution, dOutput), expected),
        (engine.convolveGradient(convolution, dOutput, mask: mask), expected.masked(by: mask)),
        (engine.convolveGradient(convolution, dOutput, addingTo: before), before + expected),
        (
          engine.convolveGradient(convolution, dOutput, mask: mask, addingTo: before),
          (before + expected).masked(by: mask)
        ),
      ]
      for (found, expected) in cases {
        #expect(relativeError(found.values, expected.values) < Tolerance.winogradGradient, "\(shape)")
      }
    }
  }

  /// Deep layers of small pictures are computed in tiles of two, of which several share a word of the mask.
  @Test(arguments: available, [1, 2])
  func smallLayersAreConvolvedAsTheDefinitionSays(set: InstructionSet, threads: Int) {
    var random = Random(seed: 7)
    let engine = Engine(threads: threads, instructionSet: set)
    let convolution = ReferenceConvolution(Channels(176, 112), random: &random)
    for shape in [Shape(1, 1), Shape(2, 3), Shape(4, 4), Shape(5, 7), Shape(8, 8), Shape(13, 15), Shape(14, 14)] {
      let input = Features(176, shape, random: &random)
      let (output, mask) = engine.convolve(convolution, input)
      #expect(relativeError(output.values, convolution.forward(input).values) < Tolerance.winograd, "\(shape)")
      #expect(mask == output.positive, "\(shape)")
      let dOutput = Features(112, shape, random: &random)
      let before = random.mask(176 / 16 * shape.pixels)
      let found = engine.convolveGradient(convolution, dOutput, mask: before)
      let expected = convolution.gradient(dOutput).masked(by: before)
      #expect(relativeError(found.values, expected.values) < Tolerance.winogradGradient, "\(shape)")
    }
  }

  /// `<A x, y> = <x, A^T y>`, where `A x = relu(A x) - relu(A (-x))` if there is no bias.
  @Test(arguments: available, Shape.odd)
  func forwardAndGradientAreAdjoint(set: InstructionSet, shape: Shape) {
    var random = Random(seed: 3)
    let engine = Engine(threads: 2, instructionSet: set)
    let convolution = ReferenceConvolution(Channels(48, 32), random: &random).withoutBias
    let x = Features(48, shape, random: &random)
    let y = Features(32, shape, random: &random)
    let minusX = Features(48, shape, values: x.values.map { -$0 })
    let product = zip(
      engine.convolve(convolution, x).output.values, engine.convolve(convolution, minusX).output.values
    ).map { $0 - $1 }
    let transposed = engine.convolveGradient(convolution, y).values
    let size = (dot(product, product) * dot(y.values, y.values)).squareRoot()
    #expect(abs(dot(product, y.values) - dot(x.values, transposed)) < Tolerance.winogradAdjoint * size)
  }

  /// Long and low, so that there are many tiles of few pixels: more than a batch holds, and more than a thread's
  /// scratch.
  @Test(arguments: available, [1, 3])
  func manyTilesAreTakenInBatches(set: InstructionSet, threads: Int) {
    var random = Random(seed: 4)
    let engine = Engine(threads: threads, instructionSet: set)
    for (channels, shape) in [(Channels(144, 48), Shape(1, 1734)), (Channels(512, 16), Shape(500, 2))] {
      let convolution = ReferenceConvolution(channels, random: &random)
      let input = Features(channels.input, shape, random: &random)
      let (output, mask) = engine.convolve(convolution, input)
      #expect(relativeError(output.values, convolution.forward(input).values) < Tolerance.wideWinograd, "\(shape)")
      #expect(mask == output.positive, "\(shape)")
    }
  }

  /// A picture is computed strip by strip, some rows of tiles a call.
  @Test(arguments: available, [1, 2])
  func stripsGiveTheSameBits(set: InstructionSet, tileRows: Int) {
    var random = Random(seed: 7)
    let engine = Engine(threads: 2, instructionSet: set)
    for channels in [Channels(48, 80), Channels(144, 144)] {
      let convolution = ReferenceConvolution(channels, random: &random)
      let input = Features(channels.input, Shape(29, 23), random: &random)
      let (whole, strips) = (engine.convolve(convolution, input), engine.convolve(convolution, input, strips: tileRows))
      #expect(whole.output.values == strips.output.values)
      #expect(whole.mask == strips.mask)
      let dOutput = Features(channels.output, Shape(29, 23), random: &random)
      let gradients = [Int.max, tileRows].map { strips in
        engine.convolveGradient(convolution, dOutput, mask: input.positive, strips: strips).values
      }
      #expect(gradients[0] == gradients[1])
    }
  }

  /// One output of each channel is zero but for the rounding of its bias: far less than the transforms are wrong by. Whether its
  /// ReLU is on must not be left to them.
  @Test(arguments: available, [Channels(64, 64), Channels(16, 48)])
  func nearlyZeroOutputsAreOnTheirOwnSide(set: InstructionSet, channels: Channels) {
    var random = Random(seed: 8)
    let shape = Shape(20, 23)
    let input = Features(channels.input, shape, random: &random).rectified
    var convolution = ReferenceConvolution(channels, random: &random).withoutBias
    let sums = convolution.sums(input)
    let places = (0..<channels.output).map { (y: $0 * 7 % shape.height, x: $0 * 5 % shape.width) }
    convolution.bias = places.enumerated().map { Double(Float(-sums[$0, $1.y, $1.x])) }
    let (output, mask) = Engine(threads: 2, instructionSet: set).convolve(convolution, input)
    for (channel, place) in places.enumerated() {
      let rest = sums[channel, place.y, place.x] + convolution.bias[channel]
      let word = mask[(channel / 16 * shape.height + place.y) * shape.width + place.x]
      #expect((word >> (channel % 16) & 1 == 1) == (rest > 0), "channel \(channel)")
      let found = output[channel, place.y, place.x]
      #expect(abs(found - max(0, rest)) <= 1e-6 * abs(rest), "channel \(channel)")
    }
  }

  @Test(arguments: available)
  func subnormalHalfPrecisionWeightsCount(set: InstructionSet) {
    var random = Random(seed: 5)
    let convolution = ReferenceConvolution(Channels(16, 32), scale: 0x1p-15, random: &random)
    #expect(convolution.weights.allSatisfy { Float16($0).isSubnormal || $0 == 0 })
    let input = Features(16, Shape(7, 7), random: &random)
    let output = Engine(threads: 1, instructionSet: set).convolve(convolution, input).output
    #expect(relativeError(output.values, convolution.forward(input).values) < Tolerance.winograd)
  }

  @Test(arguments: available)
  func notANumberIsNotHiddenByTheReLU(set: InstructionSet) {
    var random = Random(seed: 6)
    let engine = Engine(threads: 1, instructionSet: set)
    let shape = Shape(3, 5)
    var input = Features(16, shape, random: &random)
    input[7, 1, 2] = .nan
    let convolution = ReferenceConvolution(Channels(16, 16), random: &random)
    #expect(engine.convolve(convolution, input).output[0, 1, 2].isNaN)
    var planes = Features(3, shape, random: &random)
    planes[1, 1, 2] = .nan
    let first = ReferenceConvolution(Channels(3, 16), random: &random)
    #expect(engine.firstLayer(first, planes).output[0, 1, 2].isNaN)
  }
}
