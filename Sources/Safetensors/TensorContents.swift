/// A tensor to be written to a safetensors file.
package struct TensorContents: Sendable {
  package let name: String
  package let elementType: ElementType
  package let shape: [Int]
  private let elements: Elements

  /// In row-major order; not copied, since an optimiser's state is large.
  private enum Elements: Sendable {
    case floats([Float])
    case halves([Float16])
    case int16s([Int16])
    case bytes([UInt8])
  }

  /// A tensor of 32-bit floats; `floats` are in row-major order and as many as the shape says.
  package init(name: String, shape: [Int], floats: [Float]) {
    self.init(name: name, elementType: .float32, shape: shape, count: floats.count, .floats(floats))
  }

  /// A tensor of half-precision floats, rounded to nearest even from `floats`. Magnitudes above 65504 become infinite.
  package init(name: String, shape: [Int], halvesOf floats: [Float]) {
    self.init(
      name: name, elementType: .float16, shape: shape, count: floats.count, .halves(floats.map { Float16($0) }))
  }

  /// A tensor of 16-bit signed integers.
  package init(name: String, shape: [Int], int16s: [Int16]) {
    self.init(name: name, elementType: .int16, shape: shape, count: int16s.count, .int16s(int16s))
  }

  /// A tensor of bytes.
  package init(name: String, shape: [Int], bytes: [UInt8]) {
    self.init(name: name, elementType: .uint8, shape: shape, count: bytes.count, .bytes(bytes))
  }

  private init(name: String, elementType: ElementType, shape: [Int], count: Int, _ elements: Elements) {
    precondition(elementCount(of: shape) == count, "\(name): \(count) elements for shape \(shape)")
    self.name = name
    self.elementType = elementType
    self.shape = shape
    self.elements = elements
  }

  package var byteCount: Int { elementCount(of: shape)! * elementType.widthBytes }

  /// The elements, little-endian.
  func withUnsafeBytes<Failure: Error>(_ body: (UnsafeRawBufferPointer) throws(Failure) -> Void) throws(Failure) {
    var failure: Failure?
    let run = { (bytes: UnsafeRawBufferPointer) in
      do throws(Failure) { try body(bytes) } catch { failure = error }
    }
    switch elements {
    case .floats(let values): values.withUnsafeBytes(run)
    case .halves(let values): values.withUnsafeBytes(run)
    case .int16s(let values): values.withUnsafeBytes(run)
    case .bytes(let values): values.withUnsafeBytes(run)
    }
    if let failure { throw failure }
  }
}
