internal import Files
import Foundation
package import Safetensors

/// Where the weights that come with Easel lie, and how they are checked.
package enum WeightsFile {
  /// SHA-256 of the payload of the file that comes with Easel.
  static let embeddedDigest = "df80169abd450fcc3c1809371c6707f7a6e215d6761f70c3d5c36da74047e7bd"

  /// The environment variable that names another folder of weights.
  package static let folderVariable = "EASEL_WEIGHTS"

  /// Opens and verifies the weights of `architecture`: the digest in the file, and for the embedded one that it is the file that
  /// Easel was built with.
  ///
  /// - Parameter override: the folder to look in instead of that of the program.
  package static func open(
    _ architecture: Architecture, override: String? = ProcessInfo.processInfo.environment[folderVariable]
  ) throws -> (file: SafetensorsFile, digest: String) {
    let name = "\(architecture.rawValue).safetensors"
    let candidates = folders(override: override).map { "\($0)/\(name)" }
    guard let path = candidates.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
      throw WeightsFileError(
        description: """
          \(name): the weights of \(architecture.rawValue) were not found; looked for \(candidates.joined(separator: ", ")). \
          Install Easel again, or set \(folderVariable) to the folder that holds the file
          """)
    }
    let file = try SafetensorsFile(path: Path(path))
    try file.verifyPayload()
    let digest = file.metadata[SafetensorsFile.payloadDigestKey]!
    if override == nil && architecture == .vgg16 && digest != embeddedDigest {
      throw WeightsFileError(
        description: """
          \(path): these are not the weights that Easel was built with (SHA-256 of the numbers: expected \(embeddedDigest), \
          found \(digest)). Install Easel again, or set \(folderVariable) to use weights of your own
          """)
    }
    return (file, digest)
  }

  /// Beside the program as the build lays it out, or in share/easel of the prefix in whose bin or lib/easel it is installed.
  private static func folders(override: String?) -> [String] {
    if let override { return [override] }
    let program =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    let folder = (program as NSString).deletingLastPathComponent
    let above = (folder as NSString).deletingLastPathComponent
    return [
      "\(folder)/easel_NeuralNetwork.resources/Weights",
      "\(above)/share/easel",
      "\((above as NSString).deletingLastPathComponent)/share/easel",
    ]
  }
}

package struct WeightsFileError: Error, CustomStringConvertible {
  package let description: String
}
