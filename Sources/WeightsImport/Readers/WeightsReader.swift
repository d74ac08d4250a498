internal import Files
internal import Foundation
internal import Networks

/// A file of somebody's weights, in one of the formats that are read.
protocol WeightsReader {
  /// As people call it.
  static var name: String { get }
  /// Whether a file that begins so is of this format.
  static func recognises(_ head: [UInt8]) -> Bool

  /// - Parameters:
  ///   - file: its contents, which were read from `path`.
  ///   - network: that it is to be of.
  init(_ file: Data, path: Path, network: Architecture) throws

  /// In whose manner its tensors are named, which tells what pictures they expect.
  var names: WeightsNames { get }

  /// The elements of `name` (as in `block4_conv2.weight`), or nil where the file has no such tensor.
  ///
  /// - Throws: `WeightsImportError` where it has one of another shape, or one that cannot be read.
  func floats(of name: String, shape: [Int]) throws -> [Float]?

  /// The same of a tensor that has few different values, which the file keeps as such.
  func codes(of name: String, shape: [Int]) throws -> WeightCodes?
}

extension WeightsReader {
  var names: WeightsNames { .named }

  func codes(of name: String, shape: [Int]) throws -> WeightCodes? { nil }
}

/// Weights of 256 different values: `table[indices[i]]`.
struct WeightCodes {
  let indices: [UInt8]
  /// 256 numbers.
  let table: [Float]
}

/// Whose names a file's tensors have.
enum WeightsNames {
  /// Layers have names, as Caffe's and Keras's, which take pictures as BGR minus the means.
  case named
  /// Layers are counted, as in `features.0`: torchvision's, but also what was converted from Caffe to it.
  case counted
  /// Easel's own, with the means that they say.
  case own(means: [Double])
}

/// The formats that are read, in the order in which a file is tried.
enum WeightsFormats {
  static var all: [any WeightsReader.Type] {
    [SafetensorsWeights.self, TorchWeights.self, KerasWeights.self, ONNXWeights.self]
  }

  /// For people: "safetensors, PyTorch or ONNX".
  static var names: String {
    let names = all.map { $0.name }
    return names.dropLast().joined(separator: ", ") + " or " + names.last!
  }
}
