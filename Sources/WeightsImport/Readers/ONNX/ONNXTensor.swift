internal import Foundation

/// A tensor of an ONNX model: of its fields those that weights are read from, under ONNX's own names and numbers
/// (https://onnx.ai/onnx/repo-docs/IR.html, message TensorProto).
struct ONNXTensor {
  var dims: [Int] = []
  /// Of ONNX's enum DataType: FLOAT = 1, FLOAT16 = 10, DOUBLE = 11.
  var dataType = 0
  var floatData: [Float] = []
  var name = ""
  /// Little-endian elements in row-major order; files use either this or a typed field such as float_data.
  var rawData: Data?
  /// DEFAULT = 0, EXTERNAL = 1 (the elements lie in another file).
  var dataLocation = 0

  /// The initializers of the graph of a model.
  static func initializers(ofModel data: Data) throws(ProtobufFields.Malformed) -> [ONNXTensor] {
    var tensors: [ONNXTensor] = []
    var model = ProtobufFields(data)
    while let field = try model.next() {
      guard case (7, .bytes(let bytes)) = field else { continue }
      var graph = ProtobufFields(bytes)
      while let field = try graph.next() {
        guard case (5, .bytes(let bytes)) = field else { continue }
        tensors.append(try ONNXTensor(bytes))
      }
    }
    return tensors
  }

  private init(_ data: Data) throws(ProtobufFields.Malformed) {
    var fields = ProtobufFields(data)
    while let field = try fields.next() {
      switch field {
      case (1, .varint(let value)): dims.append(Int(truncatingIfNeeded: value))
      case (1, .bytes(let packed)): dims += try ProtobufFields.varints(packed).map { Int(truncatingIfNeeded: $0) }
      case (2, .varint(let value)): dataType = Int(Int32(truncatingIfNeeded: value))
      case (4, .fixed32(let value)): floatData.append(Float(bitPattern: value))
      case (4, .bytes(let packed)):
        guard packed.count % 4 == 0 else {
          throw ProtobufFields.Malformed("\(packed.count) bytes of float_data are no whole number of floats")
        }
        floatData += packed.withUnsafeBytes { bytes in
          (0..<bytes.count / 4).map {
            Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
          }
        }
      case (8, .bytes(let text)): name = String(decoding: text, as: UTF8.self)
      case (9, .bytes(let bytes)): rawData = bytes
      case (14, .varint(let value)): dataLocation = Int(Int32(truncatingIfNeeded: value))
      default: continue
      }
    }
  }
}
