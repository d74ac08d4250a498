/// What a safetensors header says about one tensor.
package struct TensorInfo: Equatable, Sendable {
  package let name: String
  package let elementType: ElementType
  /// Outermost dimension first; empty for a scalar.
  package let shape: [Int]
  /// Where the elements lie, in bytes from the start of the payload.
  package let byteRange: Range<Int>

  package var elementCount: Int { byteRange.count / elementType.widthBytes }
}

/// The number of elements of a shape, or nil where a dimension is negative or the product exceeds `Int`.
func elementCount(of shape: [Int]) -> Int? {
  var count = 1
  for dimension in shape {
    guard dimension >= 0 else { return nil }
    let (product, overflows) = count.multipliedReportingOverflow(by: dimension)
    guard !overflows else { return nil }
    count = product
  }
  return count
}
