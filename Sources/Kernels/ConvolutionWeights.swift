/// The weights of a 3x3 convolution, packed for the kernel in both directions.
///
/// The gradient with respect to a convolution's input is a convolution of the gradient with respect to its output, with kernels
/// turned by 180 degrees and input and output channels exchanged.
package struct ConvolutionWeights {
  package let inChannels: Int
  package let outChannels: Int
  let forward: [UInt32]
  let backward: [UInt32]
  package let bias: FloatBuffer

  /// - Parameters:
  ///   - weights: half-precision bits, `[outChannels][inChannels][3][3]`; channels are multiples of 16.
  ///   - bias: `[outChannels]`.
  package init(inChannels: Int, outChannels: Int, weights: UnsafePointer<UInt16>, bias: [Float], engine: Engine) {
    precondition(inChannels % 16 == 0 && outChannels % 16 == 0 && bias.count == outChannels)
    self.inChannels = inChannels
    self.outChannels = outChannels
    nonisolated(unsafe) let weights = weights  // read only
    let rowStride = inChannels * 9
    forward = Self.packed(inChannels: inChannels, outChannels: outChannels, engine) { output, input, tap in
      weights[output * rowStride + input * 9 + tap]
    }
    backward = Self.packed(inChannels: outChannels, outChannels: inChannels, engine) { output, input, tap in
      weights[input * rowStride + output * 9 + 8 - tap]
    }
    self.bias = FloatBuffer(count: outChannels)
    for (channel, value) in bias.enumerated() { self.bias.pointer[channel] = value }
  }

  /// `[pairs of output blocks][inChannels][9][16]`, two output channels in a word; see `WinogradArguments.weights`.
  private static func packed(
    inChannels: Int, outChannels: Int, _ engine: Engine,
    _ weight: @Sendable (_ output: Int, _ input: Int, _ tap: Int) -> UInt16
  ) -> [UInt32] {
    let pairs = (outChannels + 31) / 32
    let perInput = 9 * 16
    return [UInt32](unsafeUninitializedCapacity: pairs * inChannels * perInput) { words, count in
      nonisolated(unsafe) let base = words.baseAddress!  // each task writes its own part
      engine.parallel(tasks: pairs) { pair, _ in
        for input in 0..<inChannels {
          for tap in 0..<9 {
            for lane in 0..<16 {
              let low = pair * 32 + lane
              let high = low + 16
              let upper = high < outChannels ? UInt32(weight(high, input, tap)) << 16 : 0
              base[(pair * inChannels + input) * perInput + tap * 16 + lane] = UInt32(weight(low, input, tap)) | upper
            }
          }
        }
      }
      count = pairs * inChannels * perInput
    }
  }
}

/// The weights of the first convolution (three input planes), packed for the direct kernels.
package struct FirstLayerWeights {
  package let outChannels: Int
  let forward: FloatBuffer
  let backward: FloatBuffer
  let bias: FloatBuffer

  /// - Parameter weights: `[outChannels][3][3][3]`.
  package init(outChannels: Int, weights: [Float], bias: [Float]) {
    precondition(outChannels % 16 == 0 && weights.count == outChannels * 27 && bias.count == outChannels)
    self.outChannels = outChannels
    let pairs = (outChannels + 31) / 32
    forward = FloatBuffer(count: pairs * 27 * 32)
    backward = FloatBuffer(count: outChannels * 32)
    self.bias = FloatBuffer(count: outChannels)
    for output in 0..<outChannels {
      self.bias.pointer[output] = bias[output]
      for tap in 0..<27 {
        forward.pointer[(output / 32 * 27 + tap) * 32 + output % 32] = weights[output * 27 + tap]
        backward.pointer[output * 32 + tap] = weights[output * 27 + tap]
      }
    }
  }
}
