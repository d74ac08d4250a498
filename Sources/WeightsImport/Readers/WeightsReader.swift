internal import Files
internal import Foundation

/// A file of somebody's weights, in one of the formats that are read.
protocol WeightsReader {
  /// As people call it.
  static var name: String { get }
  /// Whether a file that begins so is of this format.
  static func recognises(_ head: [UInt8]) -> Bool

  /// - Parameter file: its contents, which were read from `path`.
  init(_ file: Data, path: Path) throws

  /// The elements of `name` (as in `block4_conv2.weight`), or nil where the file has no such tensor.
  ///
  /// - Throws: `WeightsImportError` where it has one of another shape, or one that cannot be read.
  func floats(of name: String, shape: [Int]) throws -> [Float]?
}

/// The formats that are read, in the order in which a file is tried.
enum WeightsFormats {
  static var all: [any WeightsReader.Type] { [SafetensorsWeights.self, ONNXWeights.self] }

  /// For people: "safetensors or ONNX".
  static var names: String { all.map { $0.name }.joined(separator: " or ") }
}
