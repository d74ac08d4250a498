import Kernels

/// A 3x3 convolution with zero padding, as its definition says.
struct ReferenceConvolution {
  let channels: Channels
  /// `[output][input][3][3]`.
  let weights: [Double]
  var bias: [Double]

  /// - Parameter scale: of the weights and bias; at 2^-15 all weights are subnormal numbers in half precision.
  init(_ channels: Channels, scale: Float = 1, random: inout Random) {
    self.channels = channels
    weights = random.floats(channels.output * channels.input * 9).map { Double(Float16($0 * scale)) }
    bias = random.floats(channels.output).map { Double($0 * scale) }
  }

  private init(_ channels: Channels, weights: [Double], bias: [Double]) {
    (self.channels, self.weights, self.bias) = (channels, weights, bias)
  }

  var withoutBias: ReferenceConvolution {
    ReferenceConvolution(channels, weights: weights, bias: bias.map { _ in 0 })
  }

  func packed(by engine: Engine) -> ConvolutionWeights {
    ConvolutionWeights(
      inChannels: channels.input, outChannels: channels.output, weights: weights.map { Float16($0).bitPattern },
      bias: bias.map { Float($0) }, engine: engine)
  }

  /// - Parameter means: of the three planes.
  func packedFirstLayer(means: [Double] = [0, 0, 0]) -> FirstLayerWeights {
    FirstLayerWeights(
      outChannels: channels.output, weights: weights.map { Float($0) }, bias: bias.map { Float($0) }, means: means)
  }

  /// `max(0, weights * input + bias)`.
  func forward(_ input: Features) -> Features { sums(input).rectified }

  /// `weights * input + bias`.
  func sums(_ input: Features) -> Features {
    var output = Features(channels.output, Shape(input.height, input.width))
    let pixels = input.height * input.width
    for index in output.values.indices { output.values[index] = bias[index / pixels] }
    forEachTap(of: input) { weight, inside, outside in output.values[outside] += weight * input.values[inside] }
    return output
  }

  /// The transpose of the forward: every input that was multiplied into an output gets that output's gradient, times
  /// the weight.
  func gradient(_ dOutput: Features) -> Features {
    var dInput = Features(channels.input, Shape(dOutput.height, dOutput.width))
    forEachTap(of: dOutput) { weight, inside, outside in dInput.values[inside] += weight * dOutput.values[outside] }
    return dInput
  }

  /// Calls `body` with each weight and the indices of the input and the output element that it connects.
  @inline(__always)
  private func forEachTap(of picture: Features, _ body: (_ weight: Double, _ inside: Int, _ outside: Int) -> Void) {
    let (height, width) = (picture.height, picture.width)
    for output in 0..<channels.output {
      for input in 0..<channels.input {
        for tap in 0..<9 {
          let weight = weights[(output * channels.input + input) * 9 + tap]
          let (down, right) = (tap / 3 - 1, tap % 3 - 1)
          for y in max(0, -down)..<max(0, -down, min(height, height - down)) {
            for x in max(0, -right)..<max(0, -right, min(width, width - right)) {
              body(weight, (input * height + y + down) * width + x + right, (output * height + y) * width + x)
            }
          }
        }
      }
    }
  }
}
