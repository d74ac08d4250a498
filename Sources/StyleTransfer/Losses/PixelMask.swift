internal import KernelTypes
internal import Kernels
package import Networks

/// How much each pixel of a picture counts: 1 fully, 0 not at all.
package struct PixelMask: Sendable, Equatable {
  package let height: Int
  package let width: Int
  /// `[height][width]`, 0...1.
  package let values: [Float]

  package init(height: Int, width: Int, values: [Float]) {
    precondition(values.count == height * width, "\(values.count) numbers for a mask of \(width)x\(height)")
    self.height = height
    self.width = width
    self.values = values
  }

  /// The mask of a layer's pixels: averaged over 2x2 as pooling does between blocks, without a last odd row or column.
  package func averaged(to layer: Layer) -> PixelMask {
    (1..<layer.block).reduce(self) { mask, _ in mask.halved }
  }

  private var halved: PixelMask {
    let (halfHeight, halfWidth) = (height / 2, width / 2)
    var halves: [Float] = []
    halves.reserveCapacity(halfHeight * halfWidth)
    for y in 0..<halfHeight {
      for x in 0..<halfWidth {
        let upper = 2 * y * width + 2 * x
        halves.append((values[upper] + values[upper + 1] + (values[upper + width] + values[upper + width + 1])) / 4)
      }
    }
    return PixelMask(height: halfHeight, width: halfWidth, values: halves)
  }
}

/// How much each pixel of a layer counts, as the engine wants it.
struct LayerWeights {
  /// Nil where all count fully.
  let pixels: PixelWeights?
  /// Of all pixels: their number, where all count fully.
  let sum: Double
  /// Keeps the numbers of `pixels`.
  private let memory: FloatBuffer?

  /// - Parameters:
  ///   - height: of the picture, in pixels.
  ///   - width: of the picture, in pixels.
  ///   - mask: of that size.
  init(_ layer: Layer, height: Int, width: Int, mask: PixelMask?) {
    guard let mask else {
      (pixels, memory) = (nil, nil)
      sum = Double(layer.extent(of: height) * layer.extent(of: width))
      return
    }
    precondition((mask.height, mask.width) == (height, width), "a mask of another size than the picture")
    let averaged = mask.averaged(to: layer)
    let memory = FloatBuffer(averaged.values)
    self.memory = memory
    pixels = PixelWeights(width: averaged.width, pointer: UnsafePointer(memory.pointer))
    sum = averaged.values.reduce(0) { $0 + Double($1) }
  }
}
