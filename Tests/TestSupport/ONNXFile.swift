/// Writes the few parts of an ONNX model that hold weights, in protobuf's wire format by hand: an independent writer.
package struct ONNXFile {
  package struct Tensor {
    package var name: String
    package var dimensions: [Int]
    package var dataType = 1
    package var rawData: [UInt8]?
    package var floatData: [Float] = []
    package var dataLocation = 0
    /// Readers of protobuf have to take lists packed and not: whether dimensions are and numbers are not, and not the other way round.
    package var isPackedUnusually = false
  }

  package var tensors: [Tensor] = []

  package init() {}

  package mutating func add(_ name: String, _ dimensions: [Int], _ values: [Float]) {
    tensors.append(Tensor(name: name, dimensions: dimensions, rawData: values.withUnsafeBytes { Array($0) }))
  }

  /// A model with a version, a graph (with a name and a node that readers have to skip) and the initializers.
  package var bytes: [UInt8] {
    let node = message(4, Array("Conv".utf8))
    let graph = message(1, node) + message(2, Array("main".utf8)) + tensors.flatMap { message(5, encode($0)) }
    return number(1, 7) + message(2, Array("test".utf8)) + message(7, graph)
  }

  private func encode(_ tensor: Tensor) -> [UInt8] {
    let isUnusual = tensor.isPackedUnusually
    var bytes =
      isUnusual ? message(1, tensor.dimensions.flatMap(varint)) : tensor.dimensions.flatMap { number(1, $0) }
    bytes += number(2, tensor.dataType)
    if isUnusual {
      for value in tensor.floatData { bytes += varint(4 << 3 | 5) + withUnsafeBytes(of: value) { Array($0) } }
    } else if !tensor.floatData.isEmpty {
      bytes += message(4, tensor.floatData.withUnsafeBytes { Array($0) })
    }
    bytes += message(8, Array(tensor.name.utf8))
    if let rawData = tensor.rawData { bytes += message(9, rawData) }
    return bytes + number(14, tensor.dataLocation)
  }

  private func number(_ field: Int, _ value: Int) -> [UInt8] { varint(field << 3) + varint(value) }

  private func message(_ field: Int, _ bytes: [UInt8]) -> [UInt8] {
    varint(field << 3 | 2) + varint(bytes.count) + bytes
  }

  private func varint(_ value: Int) -> [UInt8] {
    var (rest, bytes) = (value, [UInt8]())
    while rest > 0x7f {
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
}
