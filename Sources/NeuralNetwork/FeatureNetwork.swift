package import Kernels
package import KernelTypes

/// A VGG network for pictures of one size: features of some layers forward, the gradient with respect to the picture backward.
///
/// Features have 16 channels innermost: `[channels / 16][height][width][16]`. Layers that no loss looks at pass through two
/// scratch buffers and leave one bit per element behind: was the ReLU on? The gradient needs no more of them.
package final class FeatureNetwork {
  package let height: Int
  package let width: Int
  package let pooling: PoolingKind
  /// The layers whose features are kept, from the picture towards the deep end.
  package let observed: [Layer]
  package let engine: Engine

  private let weights: NetworkWeights
  private let layers: [Layer]
  private let planes: FloatBuffer
  private let paddedWidth: Int
  private let kept: [Layer: FloatBuffer]
  private let scratch: [FloatBuffer]
  private let masks: [Layer: BitBuffer]
  private let choices: [Int: BitBuffer]

  /// - Parameter gradient: whether `gradient(into:)` will be called; without it no masks are kept.
  package init(
    weights: NetworkWeights, pooling: PoolingKind, height: Int, width: Int, observed: some Collection<Layer>,
    gradient: Bool,
    engine: Engine
  ) {
    self.weights = weights
    self.pooling = pooling
    self.height = height
    self.width = width
    self.observed = Set(observed).sorted()
    self.engine = engine
    let deepest = self.observed.last!
    layers = weights.architecture.layers.filter { $0 <= deepest }
    precondition(deepest.extent(of: min(height, width)) > 0, "the picture is too small for \(deepest)")
    paddedWidth = width + 2
    planes = FloatBuffer(count: 3 * (height + 2) * paddedWidth)
    func elements(_ layer: Layer) -> Int { layer.channels * layer.extent(of: height) * layer.extent(of: width) }
    kept = Dictionary(uniqueKeysWithValues: self.observed.map { ($0, FloatBuffer(count: elements($0))) })
    let largest = layers.map(elements).max()!  // pages that are never written take no memory
    scratch = [FloatBuffer(count: largest), FloatBuffer(count: largest)]
    masks = gradient ? Dictionary(uniqueKeysWithValues: layers.map { ($0, BitBuffer(words: elements($0) / 16)) }) : [:]
    choices =
      gradient && pooling == .max
      ? Dictionary(
        uniqueKeysWithValues: (1..<deepest.block).map { block in
          let next = Layer(block: block + 1, convolution: 1)
          let pixels = next.extent(of: height) * next.extent(of: width)
          return (block, BitBuffer(words: Layer(block: block, convolution: 1).channels / 16 * pixels * 4))
        }) : [:]
  }

  /// Features of an observed layer after `forward`. Their owner may write the gradient of its loss over them before `gradient`.
  package func features(_ layer: Layer) -> FloatBuffer { kept[layer]! }

  package func pixels(_ layer: Layer) -> Int { layer.extent(of: height) * layer.extent(of: width) }

  /// - Parameter picture: red, green and blue planes, 0...255: `[3][height][width]`.
  package func forward(_ picture: UnsafePointer<Float>) {
    fillPlanes(from: picture)
    var current = UnsafeMutablePointer<Float>(planes.pointer)
    for (index, layer) in layers.enumerated() {
      let (height, width) = (layer.extent(of: height), layer.extent(of: width))
      if index > 0 && layer.block != layers[index - 1].block {
        let pooled = free(current)
        engine.pool(pooling(before: layer, large: current, small: pooled), channels: layer.inChannels)
        current = pooled
      }
      let output = kept[layer]?.pointer ?? free(current)
      if index == 0 {
        engine.firstLayer(
          weights.first, planes: current, paddedWidth: paddedWidth, output: output, height: height, width: width,
          mask: masks[layer]?.pointer)
      } else {
        engine.convolve(
          weights.convolutions[layer]!, input: current, output: output, height: height, width: width,
          mask: masks[layer]?.pointer)
      }
      current = output
    }
  }

  /// The gradient with respect to the picture of losses whose gradients with respect to the observed features were written over
  /// those features.
  ///
  /// - Parameter dPicture: `[3][height][width]`, red, green, blue.
  package func gradient(into dPicture: UnsafeMutablePointer<Float>) {
    var dOutput = kept[layers.last!]!.pointer
    for (index, layer) in layers.enumerated().reversed() {
      let (height, width) = (layer.extent(of: height), layer.extent(of: width))
      guard index > 0 else {
        engine.firstLayerGradient(
          weights.first, dOutput: dOutput, dPlanes: planes.pointer, height: height, width: width)
        return copyPlanes(to: dPicture)
      }
      let before = layers[index - 1]
      let pooled = before.block != layer.block
      let dInput = pooled ? free(dOutput) : kept[before]?.pointer ?? free(dOutput)
      engine.convolveGradient(
        weights.convolutions[layer]!, dOutput: dOutput, dInput: dInput, height: height, width: width,
        mask: pooled ? nil : masks[before]!.pointer, accumulate: !pooled && kept[before] != nil)
      dOutput = dInput
      if pooled {
        let large = kept[before]?.pointer ?? free(dOutput)
        var arguments = pooling(before: layer, large: large, small: dOutput)
        arguments.mask = UnsafePointer(masks[before]!.pointer)
        arguments.accumulate = kept[before] != nil
        engine.poolGradient(arguments, channels: before.channels)
        dOutput = large
      }
    }
  }

  private func pooling(
    before layer: Layer, large: UnsafeMutablePointer<Float>, small: UnsafeMutablePointer<Float>
  ) -> PoolingArguments {
    let last = Layer(block: layer.block - 1, convolution: 1)
    return PoolingArguments(
      kind: pooling, height: last.extent(of: height), width: last.extent(of: width), large: large, small: small,
      choice: choices[last.block]?.pointer)
  }

  /// A scratch buffer that isn't the one in use.
  private func free(_ used: UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<Float> {
    scratch[used == scratch[0].pointer ? 1 : 0].pointer
  }

  /// Blue, green and red planes with the means subtracted and a border of zeros.
  private func fillPlanes(from picture: UnsafePointer<Float>) {
    planes.elements.update(repeating: 0)
    for plane in 0..<3 {
      let colour = 2 - plane
      for y in 0..<height {
        let target = planes.pointer + (plane * (height + 2) + y + 1) * paddedWidth + 1
        let source = picture + (colour * height + y) * width
        for x in 0..<width { target[x] = source[x] - NetworkWeights.means[colour] }
      }
    }
  }

  private func copyPlanes(to dPicture: UnsafeMutablePointer<Float>) {
    for plane in 0..<3 {
      (dPicture + (2 - plane) * height * width).update(
        from: planes.pointer + plane * height * width, count: height * width)
    }
  }
}

/// Memory for words of 16 bits.
private final class BitBuffer {
  private let buffer: FloatBuffer
  let pointer: UnsafeMutablePointer<UInt16>

  init(words: Int) {
    buffer = FloatBuffer(count: (words + 1) / 2)
    pointer = UnsafeMutableRawPointer(buffer.pointer).bindMemory(to: UInt16.self, capacity: words)
  }
}
