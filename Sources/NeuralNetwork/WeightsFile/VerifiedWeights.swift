package import Files
package import Networks
internal import Safetensors

/// A file of a network's weights that is open and in order: its metadata, every tensor's name, shape and type, and every
/// number. Nobody else reads weights, so that nobody reads a file that isn't.
///
/// The file is half-precision safetensors with `block1_conv1.weight` (output channels, input channels, height, width),
/// `block1_conv1.bias` and so on, for pictures given as BGR minus the ImageNet means.
package struct VerifiedWeights: Sendable {
  package let architecture: Architecture
  /// SHA-256 of the payload, in hexadecimal.
  package let digest: String
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
      try Self.checkMetadata(file, architecture)
      try Self.checkTensors(file, architecture)
    } catch {
      throw WeightsFileError(path: path, problem: error)
    }
    try file.verifyPayload()
    digest = file.metadata[SafetensorsFile.payloadDigestKey]!  // or it would not have been verified
    for info in file.tensors { try Self.checkNumbers(file, info.name) }
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

  private static func checkMetadata(
    _ file: SafetensorsFile, _ architecture: Architecture
  ) throws(WeightsFileError.Problem) {
    for (key, expected) in WeightsMetadata.fixed(architecture).sorted(by: { $0.key < $1.key })
    where file.metadata[key] != expected {
      throw .wrongMetadata(key: key, expected: expected, found: file.metadata[key])
    }
  }

  private static func checkTensors(
    _ file: SafetensorsFile, _ architecture: Architecture
  ) throws(WeightsFileError.Problem) {
    let held = Dictionary(uniqueKeysWithValues: file.tensors.map { ($0.name, $0) })
    for (name, shape) in architecture.tensors {
      guard let found = held[name] else { throw .missingTensor(name, network: architecture) }
      guard found.shape == shape else { throw .wrongShape(tensor: name, expected: shape, found: found.shape) }
      guard found.elementType == .float16 else { throw .wrongElementType(tensor: name, found: found.elementType) }
    }
    let known = Set(architecture.tensors.map(\.name))
    if let other = file.tensors.first(where: { !known.contains($0.name) }) {
      throw .unknownTensor(other.name, network: architecture)
    }
  }

  private static func checkNumbers(_ file: SafetensorsFile, _ name: String) throws {
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
  package func weights(of layer: Layer) throws -> [Float] { try file.floats(of: layer.weightName) }

  /// Of the layer: `[channels]`.
  ///
  /// - Throws: a `SafetensorsError` when the file changed under us.
  package func bias(of layer: Layer) throws -> [Float] { try file.floats(of: layer.biasName) }

  /// Lends the bits of a layer's weights, in the order of `weights(of:)`.
  func withHalves<Result>(of layer: Layer, _ body: (UnsafePointer<UInt16>) throws -> Result) throws -> Result {
    try file.withUnsafeBytes(of: layer.weightName) { bytes in
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
  package static let source = "source"
  package static let licence = "licence"
  package static let attribution = "attribution"

  /// What every file of a network says.
  package static func fixed(_ architecture: Architecture) -> [String: String] {
    [
      format: "easel-weights", formatVersion: "1", network: architecture.rawValue, channelOrder: "BGR",
      inputMeans: NetworkWeights.means.map { "\($0)" }.joined(separator: " "),
    ]
  }
}
