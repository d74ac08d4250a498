import KernelTypes
import Kernels

/// The engine's functions on pictures instead of pointers. Outputs hold NaN before the kernel runs, so that an element
/// that it leaves out is noticed.
extension Engine {
  func convolve(_ convolution: ReferenceConvolution, _ input: Features) -> (output: Features, mask: [UInt16]) {
    let (channels, shape) = (convolution.channels.output, Shape(input.height, input.width))
    var output = unwritten(channels * shape.pixels)
    var mask = [UInt16](repeating: 0xaaaa, count: channels / 16 * shape.pixels)
    convolve(
      convolution.packed(by: self), input: input.blocked, output: &output, height: shape.height, width: shape.width,
      mask: &mask)
    return (Features(channels, shape, blocked: output), mask)
  }

  /// - Parameter before: what `dInput` holds and is added to, or nil to overwrite.
  func convolveGradient(
    _ convolution: ReferenceConvolution, _ dOutput: Features, mask: [UInt16]? = nil, addingTo before: Features? = nil
  ) -> Features {
    let (channels, shape) = (convolution.channels.input, Shape(dOutput.height, dOutput.width))
    var dInput = before?.blocked ?? unwritten(channels * shape.pixels)
    withOptionalPointer(mask) { mask in
      convolveGradient(
        convolution.packed(by: self), dOutput: dOutput.blocked, dInput: &dInput, height: shape.height,
        width: shape.width,
        mask: mask, accumulate: before != nil)
    }
    return Features(channels, shape, blocked: dInput)
  }

  /// - Parameter padding: columns of a row beyond the picture's and its border's, with numbers that must not matter.
  func firstLayer(
    _ convolution: ReferenceConvolution, _ planes: Features, padding: Int = 0
  ) -> (output: Features, mask: [UInt16]) {
    let (channels, shape) = (convolution.channels.output, Shape(planes.height, planes.width))
    let paddedWidth = shape.width + 2 + padding
    var padded = [Float](repeating: 0, count: 3 * (shape.height + 2) * paddedWidth + 12)
    for plane in 0..<3 {
      for y in 0..<shape.height {
        let row = (plane * (shape.height + 2) + y + 1) * paddedWidth
        for x in 0..<shape.width { padded[row + x + 1] = Float(planes[plane, y, x]) }
        for x in 0..<padding { padded[row + shape.width + 2 + x] = 1e6 }
      }
    }
    var output = unwritten(channels * shape.pixels)
    var mask = [UInt16](repeating: 0xaaaa, count: channels / 16 * shape.pixels)
    firstLayer(
      convolution.packedFirstLayer, planes: padded, paddedWidth: paddedWidth, output: &output, height: shape.height,
      width: shape.width, mask: &mask)
    return (Features(channels, shape, blocked: output), mask)
  }

  func firstLayerGradient(_ convolution: ReferenceConvolution, _ dOutput: Features) -> Features {
    let shape = Shape(dOutput.height, dOutput.width)
    var dPlanes = unwritten(3 * shape.pixels)
    firstLayerGradient(
      convolution.packedFirstLayer, dOutput: dOutput.blocked, dPlanes: &dPlanes, height: shape.height,
      width: shape.width)
    return Features(3, shape, values: dPlanes.map { Double($0) })
  }

  func pool(_ kind: PoolingKind, _ input: Features) -> (output: Features, choice: [UInt16]) {
    let shape = Shape(input.height / 2, input.width / 2)
    var large = input.blocked
    var small = unwritten(input.channels * shape.pixels)
    var choice = [UInt16](repeating: 0xaaaa, count: input.channels / 16 * shape.pixels * 4)
    large.withUnsafeMutableBufferPointer { large in
      small.withUnsafeMutableBufferPointer { small in
        choice.withUnsafeMutableBufferPointer { choice in
          let arguments = PoolingArguments(
            kind: kind, height: input.height, width: input.width, large: large.baseAddress!, small: small.baseAddress!,
            choice: kind == .max ? choice.baseAddress! : nil)
          pool(arguments, channels: input.channels)
        }
      }
    }
    return (Features(input.channels, shape, blocked: small), choice)
  }

  /// - Parameter shape: of the layer before pooling.
  func poolGradient(
    _ kind: PoolingKind, _ dSmall: Features, _ shape: Shape, choice: [UInt16], mask: [UInt16]? = nil,
    addingTo before: Features? = nil
  ) -> Features {
    var dLarge = before?.blocked ?? unwritten(dSmall.channels * shape.pixels)
    var (small, choice) = (dSmall.blocked, choice)
    withOptionalPointer(mask) { mask in
      dLarge.withUnsafeMutableBufferPointer { large in
        small.withUnsafeMutableBufferPointer { small in
          choice.withUnsafeMutableBufferPointer { choice in
            let arguments = PoolingArguments(
              kind: kind, height: shape.height, width: shape.width, large: large.baseAddress!,
              small: small.baseAddress!, choice: kind == .max ? choice.baseAddress! : nil, mask: mask,
              accumulate: before != nil)
            poolGradient(arguments, channels: dSmall.channels)
          }
        }
      }
    }
    return Features(dSmall.channels, shape, blocked: dLarge)
  }

  func gramMatrix(_ features: Features) -> [Double] {
    gramMatrix(
      features: features.blocked, channels: features.channels, pixels: features.height * features.width
    ).map { Double($0) }
  }

  func lossGradient(_ features: Features, style: [Float]?, content: Features?, factor: Float) -> Features {
    let shape = Shape(features.height, features.width)
    var values = features.blocked
    withOptionalPointer(content?.blocked) { content in
      lossGradient(
        features: &values, channels: features.channels, pixels: shape.pixels, style: style, content: content,
        contentFactor: factor)
    }
    return Features(features.channels, shape, blocked: values)
  }
}

private func withOptionalPointer<Element>(_ array: [Element]?, _ body: (UnsafePointer<Element>?) -> Void) {
  if let array { array.withUnsafeBufferPointer { body($0.baseAddress) } } else { body(nil) }
}
