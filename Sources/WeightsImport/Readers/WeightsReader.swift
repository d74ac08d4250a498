/// A file of somebody's weights, in one of the formats that are read.
protocol WeightsReader {
  /// The elements of `name` (as in `block4_conv2.weight`), or nil where the file has no such tensor.
  ///
  /// - Throws: `WeightsImportError` where it has one of another shape, or one that cannot be read.
  func floats(of name: String, shape: [Int]) throws -> [Float]?
}
