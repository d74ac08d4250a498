internal import Files
internal import Foundation
internal import Networks
internal import NeuralNetwork
internal import Safetensors

/// The convolutions' tensors in a safetensors file with Easel's or PyTorch's names, of any floating-point type.
struct SafetensorsWeights: WeightsReader {
  private let file: SafetensorsFile
  /// By our names.
  private let infos: [String: TensorInfo]
  let names: WeightsNames

  static let name = "safetensors"

  /// A header length below its cap, and then JSON: an ONNX model's first bytes make a far larger length.
  static func recognises(_ head: [UInt8]) -> Bool {
    head.count > 8 && head[4..<8].allSatisfy { $0 == 0 } && head[8] == UInt8(ascii: "{")
  }

  init(_ data: Data, path: Path, network: Architecture) throws {
    file = try SafetensorsFile(path: path)
    var infos: [String: TensorInfo] = [:]
    for info in file.tensors {
      let own = TensorNames.torch(info.name, network) ?? info.name
      if let first = infos.updateValue(info, forKey: own) {
        throw WeightsImportError(path: path, problem: .twoTensors(own, first: first.name, second: info.name))
      }
    }
    self.infos = infos
    if let means = WeightsMetadata.means(in: file.metadata) {
      names = .own(means: means)
    } else {
      names = file.tensors.contains { TensorNames.counts($0.name) } ? .counted : .named
    }
  }

  func floats(of name: String, shape: [Int]) throws -> [Float]? {
    guard let info = infos[name] else { return nil }
    try check(info, name, shape)
    return try file.floats(of: info.name)
  }

  func codes(of name: String, shape: [Int]) throws -> WeightCodes? {
    let tableName = WeightsMetadata.codebook(of: name)
    guard let indices = infos[name], let table = infos[tableName], indices.elementType == .uint8 else { return nil }
    try check(indices, name, shape)
    try check(table, tableName, [256])
    return WeightCodes(
      indices: try file.withUnsafeBytes(of: indices.name) { Array($0) }, table: try file.floats(of: table.name))
  }

  private func check(_ info: TensorInfo, _ name: String, _ shape: [Int]) throws {
    guard info.shape == shape else {
      throw WeightsImportError(path: file.path, problem: .wrongShape(tensor: name, expected: shape, found: info.shape))
    }
  }
}
