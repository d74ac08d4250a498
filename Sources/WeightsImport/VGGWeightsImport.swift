internal import Files
internal import Foundation
internal import Safetensors

/// Makes a `VGGWeightsFile` of somebody's own weights.
package enum VGGWeightsImport {
  /// Reads `input`, an ONNX model or a safetensors file, and writes the convolutions of `network` to `output` in half
  /// precision. All else in `input` is left out. Returns the file written, verified.
  @discardableResult
  package static func run(
    input: String, network: VGGNetwork, output: String, description: WeightsDescription
  ) throws -> VGGWeightsFile {
    let tensors = try read(input, network: network)
    var metadata = VGGWeightsFile.fixedMetadata(network)
    metadata[VGGWeightsFile.Key.source] = description.source
    metadata[VGGWeightsFile.Key.licence] = description.licence
    metadata[VGGWeightsFile.Key.attribution] = description.attribution
    try SafetensorsDocument(tensors: tensors, metadata: metadata).write(to: Path(output))
    return try VGGWeightsFile(verifying: output, network: network)
  }

  /// The tensors of `network` in a safetensors file, with shapes and numbers checked.
  static func tensors(of file: SafetensorsFile, network: VGGNetwork) throws -> [TensorContents] {
    let held = Dictionary(uniqueKeysWithValues: file.tensors.map { ($0.name, $0.shape) })
    return try collect(network, path: file.path.text) { name, shape in
      guard let found = held[name] else { return nil }
      guard found == shape else {
        let problem = WeightsImportError.Problem.wrongShape(tensor: name, expected: shape, found: found)
        throw WeightsImportError(path: file.path.text, problem: problem)
      }
      return try file.floats(of: name)
    }
  }

  private static func read(_ path: String, network: VGGNetwork) throws -> [TensorContents] {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
      throw WeightsImportError(path: path, problem: .unreadable(detail: error.localizedDescription))
    }
    if looksLikeSafetensors(data) {
      return try tensors(of: SafetensorsFile(path: Path(path)), network: network)
    }
    let model = try ONNXWeights(data, path: path)
    return try collect(network, path: path, model.floats)
  }

  /// A safetensors file is a header length below its cap and then JSON: an ONNX model's first bytes make a far
  /// larger length.
  private static func looksLikeSafetensors(_ data: Data) -> Bool {
    data.count > 8 && data[4..<8].allSatisfy { $0 == 0 } && data[8] == UInt8(ascii: "{")
  }

  /// Every tensor of `network`, in half precision, by asking `floats` for name and shape.
  private static func collect(
    _ network: VGGNetwork, path: String, _ floats: (String, [Int]) throws -> [Float]?
  ) throws -> [TensorContents] {
    for other in VGGNetwork.allCases {
      for (name, shape) in other.tensorShapes where !network.tensorShapes.contains(where: { $0.name == name }) {
        guard try floats(name, shape) == nil else {
          throw WeightsImportError(path: path, problem: .otherNetwork(other, tensor: name, expected: network))
        }
      }
    }
    return try network.tensorShapes.map { name, shape in
      guard let values = try floats(name, shape) else {
        throw WeightsImportError(path: path, problem: .missingTensor(name, network: network))
      }
      if let index = values.firstIndex(where: { !Float16($0).isFinite }) {
        throw WeightsImportError(path: path, problem: .notFinite(tensor: name, index: index, found: values[index]))
      }
      return TensorContents(name: name, shape: shape, halvesOf: values)
    }
  }
}
