import KernelTypes
import Kernels

/// The engine's functions on pictures instead of memory. Outputs hold NaN before the kernel runs, so that an element that it
/// leaves out is noticed.
extension Engine {
  /// - Parameter strips: how many rows of tiles each call computes.
  func convolve(
    _ convolution: ReferenceConvolution, _ input: Features, strips: Int = .max
  ) -> (output: Features, mask: [UInt16]) {
    let (channels, shape) = (convolution.channels.output, Shape(input.height, input.width))
    let output = FeatureBuffer(unwritten: channels, shape)
    let mask = MaskBuffer(channels, shape)
    let weights = convolution.packed(by: self)
    let input = input.buffer
    defer { withExtendedLifetime(input) {} }
    for tileRows in shape.tileRows(.forward, strips) {
      convolve(weights, input: input.map, output: output.map, mask: mask.mask, tileRows: tileRows)
    }
    return (Features(channels, shape, grouped: Array(output.values)), mask.bits(channels, shape))
  }

  /// - Parameters:
  ///   - before: what `dInput` holds and is added to, or nil to overwrite.
  ///   - strips: how many rows of tiles each call computes.
  func convolveGradient(
    _ convolution: ReferenceConvolution, _ dOutput: Features, mask: [UInt16]? = nil, addingTo before: Features? = nil,
    strips: Int = .max
  ) -> Features {
    let (channels, shape) = (convolution.channels.input, Shape(dOutput.height, dOutput.width))
    let dInput = before?.buffer ?? FeatureBuffer(unwritten: channels, shape)
    let (dOutput, mask) = (dOutput.buffer, mask.map { MaskBuffer(channels, shape, bits: $0) })
    defer { withExtendedLifetime((dOutput, mask)) {} }
    let weights = convolution.packed(by: self)
    for tileRows in shape.tileRows(.gradient, strips) {
      convolveGradient(
        weights, dOutput: dOutput.map, dInput: dInput.map, mask: mask?.mask, accumulate: before != nil,
        tileRows: tileRows)
    }
    return Features(channels, shape, grouped: Array(dInput.values))
  }

  /// - Parameter means: of the three planes.
  func firstLayer(
    _ convolution: ReferenceConvolution, _ planes: Features, means: [Double] = [0, 0, 0], padding: PaddingKind = .zero
  ) -> (output: Features, mask: [UInt16]) {
    let (channels, shape) = (convolution.channels.output, Shape(planes.height, planes.width))
    let output = FeatureBuffer(unwritten: channels, shape)
    let mask = MaskBuffer(channels, shape)
    firstLayer(
      convolution.packedFirstLayer(means: means), planes: planes.values.map { Float($0) }, padding: padding,
      output: output.map, mask: mask.mask, rows: 0..<shape.height)
    return (Features(channels, shape, grouped: Array(output.values)), mask.bits(channels, shape))
  }

  func firstLayerGradient(
    _ convolution: ReferenceConvolution, _ dOutput: Features, padding: PaddingKind = .zero
  ) -> Features {
    let shape = Shape(dOutput.height, dOutput.width)
    var dPlanes = unwritten(3 * shape.pixels)
    let dOutput = dOutput.buffer
    defer { withExtendedLifetime(dOutput) {} }
    firstLayerGradient(
      convolution.packedFirstLayer(), padding: padding, dOutput: dOutput.map, dPlanes: &dPlanes, rows: 0..<shape.height)
    return Features(3, shape, values: dPlanes.map { Double($0) })
  }

  func pool(_ kind: PoolingKind, _ input: Features) -> (output: Features, choice: [UInt16]) {
    let shape = Shape(input.height / 2, input.width / 2)
    let small = FeatureBuffer(unwritten: input.channels, shape)
    var choice = [UInt16](repeating: 0xaaaa, count: input.channels / 16 * shape.pixels * 4)
    let large = input.buffer
    defer { withExtendedLifetime(large) {} }
    choice.withUnsafeMutableBufferPointer { choice in
      let arguments = PoolingArguments(
        kind: kind, large: large.map, small: small.map, choice: kind == .max ? choice.baseAddress! : nil)
      pool(arguments, rows: 0..<shape.height)
    }
    return (Features(input.channels, shape, grouped: Array(small.values)), choice)
  }

  /// - Parameter shape: of the layer before pooling.
  func poolGradient(
    _ kind: PoolingKind, _ dSmall: Features, _ shape: Shape, features: Features, choice: [UInt16], mask: [UInt16]
  ) -> Features {
    let dLarge = FeatureBuffer(unwritten: dSmall.channels, shape)
    var choice = choice
    let (small, features, mask) = (dSmall.buffer, features.buffer, MaskBuffer(dSmall.channels, shape, bits: mask))
    defer { withExtendedLifetime((small, features, mask)) {} }
    choice.withUnsafeMutableBufferPointer { choice in
      let arguments = PoolingArguments(
        kind: kind, large: dLarge.map, small: small.map, features: features.map,
        choice: kind == .max ? choice.baseAddress! : nil)
      poolGradient(arguments, mask: mask.mask, rows: 0..<shape.height)
    }
    return Features(dSmall.channels, shape, grouped: Array(dLarge.values))
  }

  /// F diag(weights) F^T / (channels * pixels).
  func gramMatrix(_ features: Features, weights: [Float]? = nil) -> [Double] {
    let channels = features.channels
    var sums = [Double](repeating: 0, count: channels * channels)
    let (buffer, pixels) = (features.buffer, weights.map { WeightsBuffer($0, width: features.width) })
    defer { withExtendedLifetime((buffer, pixels)) {} }
    addGramProducts(of: buffer.map, rows: 0..<features.height, weights: pixels?.weights, to: &sums)
    return sums.indices.map { index in
      let (row, column) = (index / channels, index % channels)
      let sum = sums[min(row, column) * channels + max(row, column)]
      return sum / Double(channels * features.height * features.width)
    }
  }

  /// - Parameters:
  ///   - matrices: `[channels][channels]`.
  ///   - pooled: the gradient with respect to what average pooling made of the features.
  func lossGradient(
    _ features: Features, matrices: [[Float]], differences: [(target: Features, factor: Float)],
    pooled: Features? = nil
  ) -> Features {
    let shape = Shape(features.height, features.width)
    let dFeatures = FeatureBuffer(unwritten: features.channels, shape)
    let targets = differences.map(\.target.buffer)
    let sources =
      matrices.map { LossGradientSource.matrix(StyleGradientMatrix($0, channels: features.channels)) }
      + zip(targets, differences).map { .difference(from: $0.view, factor: $1.factor) }
    let (buffer, pooledBuffer) = (features.buffer, pooled?.buffer)
    defer { withExtendedLifetime((buffer, targets, pooledBuffer, sources)) {} }
    lossGradient(
      of: sources, features: buffer.map, dFeatures: dFeatures.map,
      pooling: pooledBuffer.map { PoolingArguments(kind: .average, large: dFeatures.map, small: $0.map, choice: nil) },
      rows: 0..<shape.height)
    return Features(features.channels, shape, grouped: Array(dFeatures.values))
  }

  func squaredDistance(_ a: Features, _ b: Features?, weights: [Float]? = nil) -> Double {
    let rows = 0..<a.height
    let pixels = weights.map { WeightsBuffer($0, width: a.width) }
    let (a, b) = (a.buffer, b?.buffer)
    defer { withExtendedLifetime((a, b, pixels)) {} }
    return squaredDistance(a.map, b?.view, rows: rows, weights: pixels?.weights)
  }

  /// Sums of the channels, then of their squares.
  func channelSums(_ features: Features, weights: [Float]? = nil) -> [Double] {
    var sums = [Double](repeating: 0, count: 2 * features.channels)
    let (buffer, pixels) = (features.buffer, weights.map { WeightsBuffer($0, width: features.width) })
    defer { withExtendedLifetime((buffer, pixels)) {} }
    for rows in [0..<features.height / 2, features.height / 2..<features.height] {
      addChannelSums(of: buffer.map, rows: rows, weights: pixels?.weights, to: &sums)
    }
    return sums
  }

  func lossGradient(of sources: [LossGradientSource], _ features: Features) -> Features {
    let shape = Shape(features.height, features.width)
    let (buffer, dFeatures) = (features.buffer, FeatureBuffer(unwritten: features.channels, shape))
    defer { withExtendedLifetime(buffer) {} }
    lossGradient(of: sources, features: buffer.map, dFeatures: dFeatures.map, rows: 0..<shape.height)
    return Features(features.channels, shape, grouped: Array(dFeatures.values))
  }
}

/// Weights of pixels, `[height][width]`, with their memory.
struct WeightsBuffer {
  private let memory: FloatBuffer
  let weights: PixelWeights

  init(_ values: [Float], width: Int) {
    memory = FloatBuffer(values)
    weights = PixelWeights(width: width, pointer: UnsafePointer(memory.pointer))
  }
}

extension FeatureBuffer {
  /// Of a buffer with all rows.
  var view: FeatureView {
    FeatureView(height: map.height, width: map.width, channelGroups: map.channelGroups, pointer: map.pointer)
  }
}

extension StyleGradientMatrix {
  init(_ values: [Float], channels: Int) {
    self.init(channels: channels)
    for start in stride(from: 0, to: values.count, by: 16) {
      let (row, column) = (start / channels, start % channels)
      store(SIMD16(values[start..<start + 16]), row: row, group: column / 16)
    }
  }
}

extension Shape {
  /// All rows of tiles, in parts of at most `count`.
  func tileRows(_ tile: TileSize, _ count: Int) -> [Range<Int>] {
    let all = tile.tiles(across: height)
    return stride(from: 0, to: all, by: min(count, all)).map { $0..<min(all, $0 + min(count, all)) }
  }
}

extension Features {
  var buffer: FeatureBuffer { FeatureBuffer(height: height, width: width, channels: channels, values: grouped) }
}

extension FeatureBuffer {
  convenience init(unwritten channels: Int, _ shape: Shape) {
    self.init(
      height: shape.height, width: shape.width, channels: channels,
      values: KernelsTests.unwritten(channels * shape.pixels))
  }
}

extension MaskBuffer {
  /// All bits set, so that one that is left out is noticed.
  convenience init(_ channels: Int, _ shape: Shape) {
    self.init(channels, shape, bits: [UInt16](repeating: 0xffff, count: channels / 16 * shape.pixels))
  }

  /// - Parameter bits: `[channels / 16][height][width]`, a bit for each channel.
  convenience init(_ channels: Int, _ shape: Shape, bits: [UInt16]) {
    self.init(height: shape.height, width: shape.width, channels: channels)
    forEachBit(channels, shape) { index, channel, word, bit in
      if bits[index] >> channel & 1 == 1 { word.pointee |= bit } else { word.pointee &= ~bit }
    }
  }

  func bits(_ channels: Int, _ shape: Shape) -> [UInt16] {
    var bits = [UInt16](repeating: 0, count: channels / 16 * shape.pixels)
    forEachBit(channels, shape) { index, channel, word, bit in
      if word.pointee & bit != 0 { bits[index] |= 1 << channel }
    }
    return bits
  }

  private func forEachBit(
    _ channels: Int, _ shape: Shape,
    _ body: (_ index: Int, _ channel: Int, _ word: UnsafeMutablePointer<UInt32>, _ bit: UInt32) -> Void
  ) {
    for group in 0..<channels / 16 {
      for y in 0..<shape.height {
        for x in 0..<shape.width {
          let words = mask.words(ofRow: y, group: group) + x / 6 * 32
          for channel in 0..<16 {
            let bit: UInt32 = 1 << UInt32(y % 3 * 6 + x % 6)
            body((group * shape.height + y) * shape.width + x, channel, words + channel, bit)
          }
        }
      }
    }
  }
}
