import KernelTypes
import Kernels
import Testing

struct FirstLayerTests {
  private static let available = InstructionSet.available
  private static let outChannels = [16, 32, 48, 64, 80]

  @Test(arguments: available, outChannels)
  func convolvesPlanesAsTheDefinitionSays(set: InstructionSet, outChannels: Int) {
    var random = Random(seed: 11)
    let engine = Engine(threads: 2, instructionSet: set)
    let convolution = ReferenceConvolution(Channels(3, outChannels), random: &random)
    for shape in Shape.odd {
      let planes = Features(3, shape, random: &random)
      for means in [[0, 0, 0], [123.68, -116.779, 0.5]] {
        let pixels = shape.height * shape.width
        let centred = planes.values.indices.map { Double(Float(planes.values[$0] - means[$0 / pixels])) }
        let expected = convolution.forward(Features(3, shape, values: centred))
        let (output, mask) = engine.firstLayer(convolution, planes, means: means)
        #expect(relativeError(output.values, expected.values) < Tolerance.firstLayer, "\(shape)")
        #expect(mask == output.positive, "\(shape)")
      }
    }
  }

  /// As `ConvolutionTests.nearlyZeroOutputsAreOnTheirOwnSide`.
  @Test(arguments: available)
  func nearlyZeroOutputsAreOnTheirOwnSide(set: InstructionSet) {
    var random = Random(seed: 14)
    let shape = Shape(20, 23)
    let planes = Features(3, shape, values: Features(3, shape, random: &random).values.map { $0 * 64 })
    var convolution = ReferenceConvolution(Channels(3, 48), random: &random).withoutBias
    let sums = convolution.sums(planes)
    let places = (0..<48).map { (y: $0 * 7 % shape.height, x: $0 * 5 % shape.width) }
    convolution.bias = places.enumerated().map { Double(Float(-sums[$0, $1.y, $1.x])) }
    let (output, mask) = Engine(threads: 2, instructionSet: set).firstLayer(convolution, planes)
    #expect(mask == output.positive)
    for (channel, place) in places.enumerated() {
      let rest = sums[channel, place.y, place.x] + convolution.bias[channel]
      let found = output[channel, place.y, place.x]
      #expect(abs(found - max(0, rest)) <= 1e-6 * abs(rest), "channel \(channel)")
    }
  }

  @Test(arguments: available, outChannels)
  func gradientIsTheTransposeOfTheForward(set: InstructionSet, outChannels: Int) {
    var random = Random(seed: 12)
    let engine = Engine(threads: 2, instructionSet: set)
    let convolution = ReferenceConvolution(Channels(3, outChannels), random: &random)
    for shape in Shape.odd {
      let dOutput = Features(outChannels, shape, random: &random)
      let dPlanes = engine.firstLayerGradient(convolution, dOutput)
      let expected = convolution.gradient(dOutput)
      #expect(relativeError(dPlanes.values, expected.values) < Tolerance.firstLayerGradient, "\(shape)")
    }
  }

  /// As `ConvolutionTests.forwardAndGradientAreAdjoint`.
  @Test(arguments: available, Shape.odd)
  func forwardAndGradientAreAdjoint(set: InstructionSet, shape: Shape) {
    var random = Random(seed: 13)
    let engine = Engine(threads: 2, instructionSet: set)
    let convolution = ReferenceConvolution(Channels(3, 48), random: &random).withoutBias
    let x = Features(3, shape, random: &random)
    let y = Features(48, shape, random: &random)
    let minusX = Features(3, shape, values: x.values.map { -$0 })
    let product = zip(
      engine.firstLayer(convolution, x).output.values, engine.firstLayer(convolution, minusX).output.values
    ).map { $0 - $1 }
    let transposed = engine.firstLayerGradient(convolution, y).values
    let size = (dot(product, product) * dot(y.values, y.values)).squareRoot()
    #expect(abs(dot(product, y.values) - dot(x.values, transposed)) < Tolerance.firstLayerAdjoint * size)
  }

  /// The same as without any padding of the kernel's own, on a picture that has its ring already.
  @Test(arguments: available, [PaddingKind.replicate, .reflect])
  func whatIsOutsideIsWhatThePaddingSays(set: InstructionSet, padding: PaddingKind) {
    var random = Random(seed: 15)
    let engine = Engine(threads: 2, instructionSet: set)
    let convolution = ReferenceConvolution(Channels(3, 48), random: &random)
    for shape in Shape.odd {
      let planes = Features(3, shape, random: &random)
      let ring = Ring(shape, padding)
      let expected = ring.inner(convolution.sums(ring.around(planes))).rectified
      let (output, mask) = engine.firstLayer(convolution, planes, padding: padding)
      #expect(relativeError(output.values, expected.values) < Tolerance.firstLayer, "\(shape)")
      #expect(mask == output.positive, "\(shape)")

      let dOutput = Features(48, shape, random: &random)
      let dPlanes = engine.firstLayerGradient(convolution, dOutput, padding: padding)
      let dExpected = ring.folded(convolution.gradient(ring.withZeros(dOutput)))
      #expect(relativeError(dPlanes.values, dExpected.values) < Tolerance.firstLayerGradient, "\(shape)")
    }
  }
}

/// A picture's shape, and for each pixel of a ring around it the pixel that it repeats.
private struct Ring {
  let shape: Shape
  let padding: PaddingKind

  init(_ shape: Shape, _ padding: PaddingKind) { (self.shape, self.padding) = (shape, padding) }

  private func source(_ outer: Int, _ extent: Int) -> Int {
    let place = outer - 1
    if place >= 0 && place < extent { return place }
    if padding == .replicate || extent == 1 { return place < 0 ? 0 : extent - 1 }
    return place < 0 ? 1 : extent - 2
  }

  private func forEach(_ channels: Int, _ body: (_ channel: Int, _ y: Int, _ x: Int) -> Void) {
    for channel in 0..<channels {
      for y in 0..<shape.height + 2 { for x in 0..<shape.width + 2 { body(channel, y, x) } }
    }
  }

  func around(_ inner: Features) -> Features {
    var outer = Features(inner.channels, Shape(shape.height + 2, shape.width + 2))
    forEach(inner.channels) { channel, y, x in
      outer[channel, y, x] = inner[channel, source(y, shape.height), source(x, shape.width)]
    }
    return outer
  }

  /// The transpose of `around`.
  func folded(_ outer: Features) -> Features {
    var inner = Features(outer.channels, shape)
    forEach(outer.channels) { channel, y, x in
      inner[channel, source(y, shape.height), source(x, shape.width)] += outer[channel, y, x]
    }
    return inner
  }

  func inner(_ outer: Features) -> Features {
    var inner = Features(outer.channels, shape)
    forEach(outer.channels) { channel, y, x in
      if y > 0 && x > 0 && y <= shape.height && x <= shape.width { inner[channel, y - 1, x - 1] = outer[channel, y, x] }
    }
    return inner
  }

  func withZeros(_ inner: Features) -> Features {
    var outer = Features(inner.channels, Shape(shape.height + 2, shape.width + 2))
    forEach(inner.channels) { channel, y, x in
      if y > 0 && x > 0 && y <= shape.height && x <= shape.width { outer[channel, y, x] = inner[channel, y - 1, x - 1] }
    }
    return outer
  }
}
