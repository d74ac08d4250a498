internal import Files
package import Safetensors

/// Easel's own weights file: half-precision safetensors with `block1_conv1.weight` (output channels, input channels,
/// height, width), `block1_conv1.bias` and so on, for pictures given as BGR minus the ImageNet means.
package struct VGGWeightsFile: Sendable {
  package let network: VGGNetwork
  package let file: SafetensorsFile

  package enum Key {
    package static let format = "format"
    package static let formatVersion = "format_version"
    package static let network = "network"
    package static let channelOrder = "channel_order"
    package static let inputMeans = "input_means_rgb"
    package static let source = "source"
    package static let licence = "licence"
    package static let attribution = "attribution"
  }

  /// What every file of this kind says of itself.
  static func fixedMetadata(_ network: VGGNetwork) -> [String: String] {
    [
      Key.format: "easel-weights",
      Key.formatVersion: "1",
      Key.network: network.rawValue,
      Key.channelOrder: "BGR",
      Key.inputMeans: "123.68 116.779 103.939",
    ]
  }

  /// Opens `path` and checks everything: metadata, names, shapes, finite numbers, the payload's digest.
  package init(verifying path: String, network: VGGNetwork) throws {
    self.network = network
    file = try SafetensorsFile(path: Path(path))
    for (key, expected) in Self.fixedMetadata(network).sorted(by: { $0.key < $1.key }) {
      guard file.metadata[key] == expected else {
        let problem = WeightsImportError.Problem.wrongMetadata(key: key, expected: expected, found: file.metadata[key])
        throw WeightsImportError(path: path, problem: problem)
      }
    }
    _ = try VGGWeightsImport.tensors(of: file, network: network)
    try file.verifyPayload()
  }

  package var path: String { file.path.text }

  /// SHA-256 of the payload, in hexadecimal.
  package var digest: String { file.metadata[SafetensorsFile.payloadDigestKey] ?? "" }
}
