package import Files
internal import Foundation
package import Networks
package import NeuralNetwork
internal import Safetensors

/// Makes a file of weights, as Easel reads them, of somebody's own.
package enum VGGWeightsImport {
  /// The formats that are read, for people.
  package static var formats: String { WeightsFormats.names }

  /// Reads `input`, in one of the formats, and writes the convolutions of `network` to `output` in half
  /// precision. All else in `input` is left out. Returns the file written, verified.
  ///
  /// - Throws: a `WeightsImportError`: the file, what was expected in it and what was found.
  @discardableResult
  package static func run(
    input: Path, network: Architecture, output: Path, description: WeightsDescription
  ) throws -> VerifiedWeights {
    let tensors = try collect(network, path: input, reader(of: input))
    var metadata = WeightsMetadata.fixed(network)
    metadata[WeightsMetadata.source] = description.source
    metadata[WeightsMetadata.licence] = description.licence
    metadata[WeightsMetadata.attribution] = description.attribution
    try SafetensorsDocument(tensors: tensors, metadata: metadata).write(to: output)
    return try VerifiedWeights(verifying: output, of: network)
  }

  private static func reader(of path: Path) throws -> any WeightsReader {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path.text), options: .mappedIfSafe)
    } catch {
      throw WeightsImportError(path: path, problem: .unreadable(detail: error.localizedDescription))
    }
    let head = Array(data.prefix(64))
    let format = WeightsFormats.all.first { $0.recognises(head) }!  // the last takes everything
    return try format.init(data, path: path)
  }

  /// Every tensor of `network`, in half precision.
  private static func collect(
    _ network: Architecture, path: Path, _ reader: any WeightsReader
  ) throws -> [TensorContents] {
    let own = Set(network.tensors.map(\.name))
    for other in Architecture.allCases {
      for (name, shape) in other.tensors where !own.contains(name) {
        guard try reader.floats(of: name, shape: shape) == nil else {
          throw WeightsImportError(path: path, problem: .otherNetwork(other, tensor: name, expected: network))
        }
      }
    }
    return try network.tensors.map { name, shape in
      guard let values = try reader.floats(of: name, shape: shape) else {
        throw WeightsImportError(path: path, problem: .missingTensor(name, network: network))
      }
      if let index = values.firstIndex(where: { !Float16($0).isFinite }) {
        throw WeightsImportError(path: path, problem: .notFinite(tensor: name, index: index, found: values[index]))
      }
      return TensorContents(name: name, shape: shape, halvesOf: values)
    }
  }
}
