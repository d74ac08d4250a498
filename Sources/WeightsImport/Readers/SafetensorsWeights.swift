internal import Files
internal import Safetensors

/// The convolutions' tensors in a safetensors file with Easel's names, of any floating-point type.
struct SafetensorsWeights: WeightsReader {
  private let file: SafetensorsFile
  private let shapes: [String: [Int]]

  init(_ path: Path) throws {
    file = try SafetensorsFile(path: path)
    shapes = Dictionary(uniqueKeysWithValues: file.tensors.map { ($0.name, $0.shape) })
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
