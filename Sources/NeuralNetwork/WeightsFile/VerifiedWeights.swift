package import Files
package import Networks
internal import Safetensors

/// A file of a network's weights that is open and in order: its metadata, every tensor's name, shape and type, and every
/// number. Nobody else reads weights, so that nobody reads a file that isn't.
///
/// The file is safetensors with `block1_conv1.weight` (output channels, input channels, height, width),
/// `block1_conv1.bias` and so on, for pictures given as BGR minus means. Weights are in half precision, or whole numbers with the
/// 256 values that they stand for in `block1_conv1.weight.codebook`; those of the first convolution, and biases, may be in single
/// precision.
package struct VerifiedWeights: Sendable {
  package let architecture: Architecture
  /// SHA-256 of the payload, in hexadecimal.
  package let digest: String
  /// What is subtracted from red, green and blue in 0...255.
  package let means: [Double]
  private let file: SafetensorsFile

  package var path: Path { file.path }
  /// Free text under the names of `WeightsMetadata`.
  package var metadata: [String: String] { file.metadata }

  /// Opens `path` and checks everything.
  ///
  /// - Parameter expected: the network that they must be of; nil for the one that the file names.
  /// - Throws: `SafetensorsError` or `WeightsFileError`.
  package init(verifying path: Path, of expected: Architecture? = nil) throws {
    file = try SafetensorsFile(path: path)
    do throws(WeightsFileError.Problem) {
      architecture = try Self.architecture(file, expected: expected)
      means = try Self.checkMetadata(file, architecture)
      try Self.checkTensors(file, architecture)
    } catch {
      throw WeightsFileError(path: path, problem: error)
    }
    try file.verifyPayload()
    digest = file.metadata[SafetensorsFile.payloadDigestKey]!  // or it would not have been verified
    for info in file.tensors { try Self.checkNumbers(file, info) }
  }

  private static func architecture(
    _ file: SafetensorsFile, expected: Architecture?
  ) throws(WeightsFileError.Problem) -> Architecture {
    let name = file.metadata[WeightsMetadata.network]
    let found = name.flatMap(Architecture.init(rawValue:))
    guard let found, expected == nil || found == expected else {
      let allowed = expected.map { [$0] } ?? Architecture.allCases
      let words = allowed.map(\.rawValue).joined(separator: " or ")
      throw .wrongMetadata(key: WeightsMetadata.network, expected: words, found: name)
    }
    return found
  }

  /// The means.
  private static func checkMetadata(
    _ file: SafetensorsFile, _ architecture: Architecture
  ) throws(WeightsFileError.Problem) -> [Double] {
    for (key, expected) in WeightsMetadata.fixed(architecture).sorted(by: { $0.key < $1.key })
    where file.metadata[key] != expected {
      let found = file.metadata[key]
      switch key {
      case WeightsMetadata.inputMeans: continue
      case WeightsMetadata.formatVersion where found == WeightsMetadata.versionWithCodebooks: continue
      default: throw .wrongMetadata(key: key, expected: expected, found: found)
      }
    }
    guard let means = WeightsMetadata.means(in: file.metadata) else {
      let found = file.metadata[WeightsMetadata.inputMeans]
      throw .wrongMetadata(key: WeightsMetadata.inputMeans, expected: "three numbers in 0...255", found: found)
    }
    return means
  }

  private static func checkTensors(
    _ file: SafetensorsFile, _ architecture: Architecture
  ) throws(WeightsFileError.Problem) {
    let held = Dictionary(uniqueKeysWithValues: file.tensors.map { ($0.name, $0) })
    for (name, shape) in architecture.tensors {
      guard let found = held[name] else { throw .missingTensor(name, network: architecture) }
      guard found.shape == shape else { throw .wrongShape(tensor: name, expected: shape, found: found.shape) }
      let isSmall = shape.count == 1 || name == architecture.layers[0].weightName
      switch found.elementType {
      case .float16: break
      case .float32 where isSmall: break
      case .uint8 where shape.count == 4: try checkCodebook(held, of: name, architecture)
      default: throw .wrongElementType(tensor: name, found: found.elementType)
      }
    }
    let weights = architecture.tensors.map(\.name)
    let known = Set(weights + weights.filter { held[$0]?.elementType == .uint8 }.map(WeightsMetadata.codebook))
    if let other = file.tensors.first(where: { !known.contains($0.name) }) {
      throw .unknownTensor(other.name, network: architecture)
    }
  }

  private static func checkCodebook(
    _ held: [String: TensorInfo], of weights: String, _ architecture: Architecture
  ) throws(WeightsFileError.Problem) {
    let name = WeightsMetadata.codebook(of: weights)
    guard let found = held[name] else { throw .missingTensor(name, network: architecture) }
    guard found.shape == [256] else { throw .wrongShape(tensor: name, expected: [256], found: found.shape) }
    guard found.elementType == .float32 else { throw .wrongElementType(tensor: name, found: found.elementType) }
  }

  private static func checkNumbers(_ file: SafetensorsFile, _ info: TensorInfo) throws {
    switch info.elementType {
    case .float16: try checkHalves(file, info.name)
    case .float32:
      // The kernels take halves.
      if let place = try file.floats(of: info.name).firstIndex(where: { !Float16($0).isFinite }) {
        throw WeightsFileError(path: file.path, problem: .notFinite(tensor: info.name, index: place))
      }
    default: break
    }
  }

  private static func checkHalves(_ file: SafetensorsFile, _ name: String) throws {
    try file.withUnsafeBytes(of: name) { bytes in
      // In half precision an exponent of ones is infinity or not a number; one more carries into the highest bit.
      var carries: UInt16 = 0
      for index in 0..<bytes.count / 2 { carries |= (half(bytes, index) & 0x7c00) &+ 0x0400 }
      guard carries & 0x8000 != 0 else { return }
      let place = (0..<bytes.count / 2).first { !Float16(bitPattern: half(bytes, $0)).isFinite }!
      throw WeightsFileError(path: file.path, problem: .notFinite(tensor: name, index: place))
    }
  }

  private static func half(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> UInt16 {
    bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
  }
}

// What is in it.
extension VerifiedWeights {
  /// Of the layer: `[channels][inChannels][3][3]`, with blue before green before red in the first.
  ///
  /// - Throws: a `SafetensorsError` when the file changed under us.
  package func weights(of layer: Layer) throws -> [Float] {
    guard try file.info(of: layer.weightName).elementType == .uint8 else {
      return try file.floats(of: layer.weightName)
    }
    let table = try file.floats(of: WeightsMetadata.codebook(of: layer.weightName))
    return try file.withUnsafeBytes(of: layer.weightName) { indices in indices.map { table[Int($0)] } }
  }

  /// Of the layer: `[channels]`.
  ///
  /// - Throws: a `SafetensorsError` when the file changed under us.
  package func bias(of layer: Layer) throws -> [Float] { try file.floats(of: layer.biasName) }

  /// Lends the bits of a layer's weights in half precision, in the order of `weights(of:)`.
  func withHalves<Result>(of layer: Layer, _ body: (UnsafePointer<UInt16>) throws -> Result) throws -> Result {
    guard try file.info(of: layer.weightName).elementType == .float16 else {
      return try weights(of: layer).map { Float16($0).bitPattern }.withUnsafeBufferPointer {
        try body($0.baseAddress!)
      }
    }
    return try file.withUnsafeBytes(of: layer.weightName) { bytes in
      // A header of odd length puts them at odd addresses, which the processor can read, but Swift may not.
      guard Int(bitPattern: bytes.baseAddress!).isMultiple(of: 2) else {
        return try (0..<bytes.count / 2).map { Self.half(bytes, $0) }.withUnsafeBufferPointer {
          try body($0.baseAddress!)
        }
      }
      return try bytes.withMemoryRebound(to: UInt16.self) { try body($0.baseAddress!) }
    }
  }
}

/// What files of weights say of themselves.
package enum WeightsMetadata {
  package static let format = "format"
  package static let formatVersion = "format_version"
  package static let network = "network"
  package static let channelOrder = "channel_order"
  package static let inputMeans = "input_means_rgb"
  /// What the weights expected before they were imported, where that is not Easel's way.
  package static let preprocessing = "preprocessing"
  package static let source = "source"
  package static let licence = "licence"
  package static let attribution = "attribution"

  /// The version of files that have codebooks.
  static let versionWithCodebooks = "2"

  /// What every file of a network says.
  package static func fixed(
    _ architecture: Architecture, codebooks: Bool = false, means: [Double] = NetworkWeights.means
  ) -> [String: String] {
    [
      format: "easel-weights", formatVersion: codebooks ? versionWithCodebooks : "1", network: architecture.rawValue,
      channelOrder: "BGR", inputMeans: means.map { "\($0)" }.joined(separator: " "),
    ]
  }

  /// What a file of ours subtracts from red, green and blue; nil where it does not say so.
  package static func means(in metadata: [String: String]) -> [Double]? {
    guard metadata[format] == "easel-weights", let text = metadata[inputMeans] else { return nil }
    let means = text.split(separator: " ").compactMap { Double($0) }.filter { $0 >= 0 && $0 <= 255 }
    return means.count == 3 ? means : nil
  }

  /// The tensor of the 256 values that a tensor of whole numbers stands for.
  package static func codebook(of tensor: String) -> String { tensor + ".codebook" }
}
