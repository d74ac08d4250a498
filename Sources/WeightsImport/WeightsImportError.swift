package import Files
package import Networks

/// Why weights could not be taken from a file. The description is meant for people.
package struct WeightsImportError: Error, Equatable, CustomStringConvertible {
  package let path: Path
  package let problem: Problem

  package var description: String { "\(path): \(problem)" }

  package enum Problem: Error, Equatable {
    case unreadable(detail: String)
    case unknownFormat(detail: String)
    case missingTensor(String, network: Architecture)
    case otherNetwork(Architecture, tensor: String, expected: Architecture)
    case twoTensors(String, first: String, second: String)
    case wrongShape(tensor: String, expected: [Int], found: [Int])
    case wrongLength(tensor: String, expected: Int, found: Int)
    case unsupportedDataType(tensor: String, found: Int)
    case inAnotherFile(tensor: String)
    /// A PyTorch file whose pickle is damaged, or holds more than weights; in words for people.
    case pickle(String)
    case otherNumbers(tensor: String, found: String)
    case batchNormalisation(String)
    /// An HDF5 file, and no library for it.
    case withoutHDF5
    /// In words for people.
    case hdf5(String)
    case notFinite(tensor: String, index: Int, found: Float)
  }
}

extension WeightsImportError.Problem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unreadable(let detail):
      "cannot be read: \(detail)"
    case .unknownFormat(let detail):
      "expected \(WeightsFormats.names); it is none of these, or is damaged: \(detail)"
    case .missingTensor(let name, let network):
      "has no tensor for \(name), which \(network.rawValue) needs"
    case .otherNetwork(let found, let tensor, let expected):
      "expected \(expected.rawValue), found \(found.rawValue): it has \(tensor). Say --network \(found.rawValue)"
    case .twoTensors(let name, let first, let second):
      "has two tensors for \(name): \(first) and \(second)"
    case .wrongShape(let tensor, let expected, let found):
      "tensor \(tensor): expected shape \(expected) (output channels first), found \(found)"
    case .wrongLength(let tensor, let expected, let found):
      "tensor \(tensor): expected \(expected) bytes or numbers, found \(found)"
    case .unsupportedDataType(let tensor, let found):
      "tensor \(tensor): expected FLOAT (1) or FLOAT16 (10), found ONNX data type \(found)"
    case .inAnotherFile(let tensor):
      "tensor \(tensor) lies in another file: save the model with its weights inside"
    case .pickle(let words):
      words
    case .otherNumbers(let tensor, let found):
      "tensor \(tensor): expected floating-point numbers, found \(found)"
    case .batchNormalisation(let name):
      "has batch normalisation (\(name)), which Easel's VGGs have not: take the weights without it"
    case .withoutHDF5:
      """
      is an HDF5 file, and this Easel was built without HDF5: install libhdf5-dev, run `swift package purge-cache` and \
      build again, or save the weights as safetensors
      """
    case .hdf5(let words):
      words
    case .notFinite(let tensor, let index, let found):
      "tensor \(tensor): element \(index) is \(found), which half precision cannot hold as a finite number"
    }
  }
}
