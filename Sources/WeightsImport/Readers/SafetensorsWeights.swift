internal import Files
internal import Foundation
internal import Safetensors

/// The convolutions' tensors in a safetensors file with Easel's names, of any floating-point type.
struct SafetensorsWeights: WeightsReader {
  private let file: SafetensorsFile
  private let shapes: [String: [Int]]

  static let name = "safetensors"

  /// A header length below its cap, and then JSON: an ONNX model's first bytes make a far larger length.
  static func recognises(_ head: [UInt8]) -> Bool {
    head.count > 8 && head[4..<8].allSatisfy { $0 == 0 } && head[8] == UInt8(ascii: "{")
  }

  init(_ file: Data, path: Path) throws {
    self.file = try SafetensorsFile(path: path)
    shapes = Dictionary(uniqueKeysWithValues: self.file.tensors.map { ($0.name, $0.shape) })
  }

  func floats(of name: String, shape: [Int]) throws -> [Float]? {
    guard let found = shapes[name] else { return nil }
    guard found == shape else {
      throw WeightsImportError(
        path: file.path, problem: .wrongShape(tensor: name, expected: shape, found: found))
    }
    return try file.floats(of: name)
  }
}
