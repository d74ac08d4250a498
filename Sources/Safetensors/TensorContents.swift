/// A tensor to be written to a safetensors file.
package struct TensorContents: Sendable {
  package let name: String
  package let elementType: ElementType
  package let shape: [Int]
  /// The elements in row-major order, little-endian.
  let bytes: [UInt8]

  /// A tensor of 32-bit floats; `floats` are in row-major order and as many as the shape says.
  package init(name: String, shape: [Int], floats: [Float]) {
    self.init(name: name, elementType: .float32, shape: shape, elements: floats)
  }

  /// A tensor of half-precision floats, rounded to nearest even from `floats`. Magnitudes above 65504 become infinite.
  package init(name: String, shape: [Int], halvesOf floats: [Float]) {
    self.init(name: name, elementType: .float16, shape: shape, elements: floats.map { Float16($0) })
  }

  /// A tensor of bytes.
  package init(name: String, shape: [Int], bytes: [UInt8]) {
    self.init(name: name, elementType: .uint8, shape: shape, elements: bytes)
  }

  private init(name: String, elementType: ElementType, shape: [Int], elements: [some BitwiseCopyable]) {
    precondition(elementCount(of: shape) == elements.count, "\(name): \(elements.count) elements for shape \(shape)")
    self.name = name
    self.elementType = elementType
    self.shape = shape
    bytes = elements.withUnsafeBytes { Array($0) }
  }
}
