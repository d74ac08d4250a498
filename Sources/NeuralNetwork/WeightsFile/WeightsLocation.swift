import Foundation
package import Networks

/// Where the weights that come with Easel lie.
package enum WeightsLocation {
  /// SHA-256 of the payloads of the files that come with Easel.
  private static let builtInDigests: [Architecture: String] = [
    .vgg16: "df80169abd450fcc3c1809371c6707f7a6e215d6761f70c3d5c36da74047e7bd"
  ]

  /// The environment variable that names another folder of weights.
  package static let variable = "EASEL_WEIGHTS"

  /// - Parameter override: the folder to look in instead of that of the program.
  package static func find(
    _ architecture: Architecture, override: String? = ProcessInfo.processInfo.environment[variable]
  ) throws(WeightsFileError) -> String {
    let name = "\(architecture.rawValue).safetensors"
    let candidates = folders(override: override).map { "\($0)/\(name)" }
    guard let path = candidates.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
      throw WeightsFileError(path: name, problem: .notFound(architecture, places: candidates))
    }
    return path
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

  /// Throws where Easel was built with other weights of that network.
  fileprivate static func checkBuiltIn(_ weights: VerifiedWeights) throws(WeightsFileError) {
    if let expected = builtInDigests[weights.architecture], weights.digest != expected {
      throw WeightsFileError(path: weights.path, problem: .notBuiltIn(expected: expected, found: weights.digest))
    }
  }
}

extension VerifiedWeights {
  /// The weights that Easel uses; those that come with it must also be the ones that it was built with.
  ///
  /// - Parameter override: the folder to look in instead of that of the program.
  package init(
    _ architecture: Architecture,
    override: String? = ProcessInfo.processInfo.environment[WeightsLocation.variable]
  ) throws {
    try self.init(verifying: WeightsLocation.find(architecture, override: override), of: architecture)
    if override == nil { try WeightsLocation.checkBuiltIn(self) }
  }
}
