internal import Files
internal import Foundation
internal import Networks

/// The convolutions' tensors in an ONNX model that came from Keras's VGG: initializers with `block1_conv1` as a part of
/// their path, of rank 4 (weights) or rank 1 (bias).
struct ONNXWeights: WeightsReader {
  private let path: Path
  private let initializers: [String: ONNXTensor]

  static let name = "ONNX (Keras's VGG)"

  /// A model has no mark of its own: what is nothing else is tried as one.
  static func recognises(_ head: [UInt8]) -> Bool { true }

  /// Parses the model in `data`, which was read from `path`.
  init(_ data: Data, path: Path, network: Architecture) throws(WeightsImportError) {
    self.path = path
    let tensors: [ONNXTensor]
    do {
      tensors = try ONNXTensor.initializers(ofModel: data)
    } catch {
      throw WeightsImportError(path: path, problem: .unknownFormat(detail: "\(error)"))
    }
    initializers = try Self.index(tensors, path: path)
  }

  func floats(of name: String, shape: [Int]) throws(WeightsImportError) -> [Float]? {
    guard let tensor = initializers[name] else { return nil }
    do throws(WeightsImportError.Problem) {
      return try Self.floats(tensor, shape: shape)
    } catch {
      throw WeightsImportError(path: path, problem: error)
    }
  }

  private static func index(_ tensors: [ONNXTensor], path: Path) throws(WeightsImportError) -> [String: ONNXTensor] {
    var byName: [String: ONNXTensor] = [:]
    for tensor in tensors {
      guard let layer = layer(in: tensor.name), let suffix = [4: "weight", 1: "bias"][tensor.dims.count] else {
        continue
      }
      let name = "\(layer).\(suffix)"
      if let other = byName.updateValue(tensor, forKey: name) {
        throw WeightsImportError(path: path, problem: .twoTensors(name, first: other.name, second: tensor.name))
      }
    }
    return byName
  }

  /// The layer that an initializer's path names: `block1_conv1` for `functional_1/block1_conv1_1/Squeeze:0`, where the
  /// last number is Keras's own.
  private static func layer(in initializer: String) -> String? {
    guard let match = initializer.firstMatch(of: /(?:^|\/)(block[1-5]_conv[1-4])(?:_[0-9]+)?(?:\/|$)/) else {
      return nil
    }
    return String(match.1)
  }

  private static func floats(_ tensor: ONNXTensor, shape: [Int]) throws(WeightsImportError.Problem) -> [Float] {
    guard tensor.dims == shape else { throw .wrongShape(tensor: tensor.name, expected: shape, found: tensor.dims) }
    guard tensor.dataLocation == 0 else { throw .inAnotherFile(tensor: tensor.name) }
    let count = shape.reduce(1, *)
    switch tensor.dataType {
    case 1 where tensor.rawData != nil: return try elements(tensor, count: count) { Float(bitPattern: $0) }
    case 1: return try typedFloats(tensor, count: count)
    case 10: return try elements(tensor, count: count) { Float(Float16(bitPattern: $0)) }
    default: throw .unsupportedDataType(tensor: tensor.name, found: tensor.dataType)
    }
  }

  private static func elements<Bits: FixedWidthInteger & BitwiseCopyable>(
    _ tensor: ONNXTensor, count: Int, _ float: (Bits) -> Float
  ) throws(WeightsImportError.Problem) -> [Float] {
    let (width, data) = (MemoryLayout<Bits>.size, tensor.rawData ?? Data())
    guard data.count == count * width else {
      throw .wrongLength(tensor: tensor.name, expected: count * width, found: data.count)
    }
    return data.withUnsafeBytes { bytes in
      (0..<count).map { float(Bits(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * width, as: Bits.self))) }
    }
  }

  private static func typedFloats(_ tensor: ONNXTensor, count: Int) throws(WeightsImportError.Problem) -> [Float] {
    guard tensor.floatData.count == count else {
      throw .wrongLength(tensor: tensor.name, expected: count, found: tensor.floatData.count)
    }
    return tensor.floatData
  }
}
