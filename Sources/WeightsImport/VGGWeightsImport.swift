package import Files
internal import Foundation
package import Networks
package import NeuralNetwork
internal import Safetensors

#if EASEL_HDF5
  internal import CHDF5
#endif

/// Makes a file of weights, as Easel reads them, of somebody's own.
package enum VGGWeightsImport {
  /// The formats that are read, for people.
  package static var formats: String { WeightsFormats.names }

  /// Reads `input`, in one of the formats, and writes the convolutions of `network` to `output`: in half precision, or with the
  /// 256 values that the file has. All else in `input` is left out. Returns the file written, verified.
  ///
  /// - Throws: a `WeightsImportError`: the file, what was expected in it and what was found.
  @discardableResult
  package static func run(
    input: Path, network: Architecture, output: Path, preprocessing: Preprocessing = .auto,
    description: WeightsDescription
  ) throws -> VerifiedWeights {
    let reader = try reader(of: input, network)
    try refuseOthers(than: network, input, reader)
    var collection = WeightsCollection(network: network, path: input, reader: reader)
    try collection.collect(preprocessing)
    var metadata = WeightsMetadata.fixed(network, codebooks: collection.hasCodes, means: collection.convention.means)
    if collection.convention == .torchvision {
      metadata[WeightsMetadata.preprocessing] = Preprocessing.torchvision.rawValue
    }
    metadata[WeightsMetadata.source] = description.source
    metadata[WeightsMetadata.licence] = description.licence
    metadata[WeightsMetadata.attribution] = description.attribution
    try SafetensorsDocument(tensors: collection.tensors, metadata: metadata).write(to: output)
    return try VerifiedWeights(verifying: output, of: network)
  }

  /// Lets a process of its own read the file first where its reader is a library that some damaged files crash, as libhdf5 1.10 is. For
  /// programs that have no other threads, which would share their locks with that process.
  ///
  /// - Throws: a `WeightsImportError`.
  package static func tryFirst(_ input: Path) throws {
    #if EASEL_HDF5
      guard easel_h5_survives(input.text) == 0 else { return }
      throw WeightsImportError(
        path: input, problem: .hdf5("is damaged, so that HDF5's library cannot read it; copy or save it again"))
    #endif
  }

  private static func reader(of path: Path, _ network: Architecture) throws -> any WeightsReader {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path.text), options: .mappedIfSafe)
    } catch {
      throw WeightsImportError(path: path, problem: .unreadable(detail: error.localizedDescription))
    }
    let head = Array(data.prefix(64))
    let format = WeightsFormats.all.first { $0.recognises(head) }!  // the last takes everything
    return try format.init(data, path: path, network: network)
  }

  private static func refuseOthers(than network: Architecture, _ path: Path, _ reader: any WeightsReader) throws {
    let own = Set(network.tensors.map(\.name))
    for other in Architecture.allCases where other != network {
      var reader = reader
      if case .counted = reader.names { reader = try self.reader(of: path, other) }  // a number means another layer
      for (name, shape) in other.tensors where !own.contains(name) {
        let found = try reader.codes(of: name, shape: shape) != nil || reader.floats(of: name, shape: shape) != nil
        if found {
          throw WeightsImportError(path: path, problem: .otherNetwork(other, tensor: name, expected: network))
        }
      }
    }
  }
}

/// Every tensor of a network, as the file is to have it.
private struct WeightsCollection {
  let network: Architecture
  let path: Path
  let reader: any WeightsReader
  private(set) var tensors: [TensorContents] = []
  private(set) var convention = InputConvention.caffe
  private(set) var hasCodes = false

  init(network: Architecture, path: Path, reader: any WeightsReader) {
    self.network = network
    self.path = path
    self.reader = reader
  }

  /// A layer as the file has it: its weights as numbers or as codes.
  private typealias Part = (layer: Layer, weights: [Float], codes: WeightCodes?, bias: [Float])

  mutating func collect(_ preprocessing: Preprocessing) throws {
    let parts = try network.layers.map(read)
    hasCodes = parts.contains { $0.codes != nil }
    // Last, for it may look into other weights: only a file that is whole is worth that.
    let first = parts[0].codes?.values ?? parts[0].weights
    convention = try .of(reader.names, preprocessing, first: first) {
      try VerifiedWeights(network, override: nil).weights(of: network.layers[0])
    }
    for part in parts {
      addWeights(part)
      let (name, shape) = (part.layer.biasName, part.layer.biasShape)
      tensors.append(
        hasCodes
          ? TensorContents(name: name, shape: shape, floats: part.bias)
          : TensorContents(name: name, shape: shape, halvesOf: part.bias))
    }
  }

  private func read(_ layer: Layer) throws -> Part {
    let codes = try reader.codes(of: layer.weightName, shape: layer.weightShape)
    if let codes { _ = try checked(codes.table, layer.weightName) }
    let weights = codes == nil ? try floats(layer.weightName, layer.weightShape) : []
    return (layer, weights, codes, try floats(layer.biasName, layer.biasShape))
  }

  private mutating func addWeights(_ part: Part) {
    let (name, shape) = (part.layer.weightName, part.layer.weightShape)
    let isFirst = part.layer == network.layers[0]
    if isFirst && (convention.changesWeights || isOwnInSinglePrecision(part.weights)) {
      // Small numbers after the division: half precision would lose some.
      let weights = convention.folded(part.codes?.values ?? part.weights)
      tensors.append(TensorContents(name: name, shape: shape, floats: weights))
    } else if let codes = part.codes {
      tensors.append(TensorContents(name: name, shape: shape, bytes: codes.indices))
      tensors.append(TensorContents(name: WeightsMetadata.codebook(of: name), shape: [256], floats: codes.table))
    } else {
      tensors.append(TensorContents(name: name, shape: shape, halvesOf: part.weights))
    }
  }

  private func isOwnInSinglePrecision(_ weights: [Float]) -> Bool {
    guard case .own = reader.names else { return false }
    return weights.contains { Float(Float16($0)) != $0 }
  }

  private func floats(_ name: String, _ shape: [Int]) throws -> [Float] {
    guard let values = try reader.floats(of: name, shape: shape) else {
      throw WeightsImportError(path: path, problem: .missingTensor(name, network: network))
    }
    return try checked(values, name)
  }

  private func checked(_ values: [Float], _ name: String) throws -> [Float] {
    if let index = values.firstIndex(where: { !Float16($0).isFinite }) {
      throw WeightsImportError(path: path, problem: .notFinite(tensor: name, index: index, found: values[index]))
    }
    return values
  }
}

extension WeightCodes {
  fileprivate var values: [Float] { indices.map { table[Int($0)] } }
}
