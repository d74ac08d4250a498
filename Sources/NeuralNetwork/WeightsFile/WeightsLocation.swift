package import Files
import Foundation
package import Networks

/// Where the weights that come with Easel lie.
package enum WeightsLocation {
  /// The environment variable that names another folder of weights.
  package static let variable = "EASEL_WEIGHTS"

  /// - Parameter override: the folder to look in instead of that of the program.
  /// - Throws: a `WeightsFileError` that names the folders that were looked in.
  package static func find(
    _ architecture: Architecture, override: Path? = folderInEnvironment
  ) throws(WeightsFileError) -> Path {
    let name = "\(architecture.rawValue).safetensors"
    let candidates = folders(override: override).map { $0.appending(name) }
    guard let path = candidates.first(where: { FileStatus($0) != nil }) else {
      throw WeightsFileError(path: Path(name), problem: .notFound(architecture, places: candidates))
    }
    return path
  }

  package static var folderInEnvironment: Path? { ProcessInfo.processInfo.environment[variable].map { Path($0) } }

  /// Beside the program as the build lays it out, or in share/easel of the prefix in whose bin or lib/easel it is installed.
  private static func folders(override: Path?) -> [Path] {
    if let override { return [override] }
    let folder = Path.ownProgram.folder
    return [
      folder.appending("easel_NeuralNetwork.resources/Weights"), folder.folder.appending("share/easel"),
      folder.folder.folder.appending("share/easel"),
    ]
  }

  /// Throws where Easel was built with other weights of that network.
  fileprivate static func checkBuiltIn(_ weights: VerifiedWeights) throws(WeightsFileError) {
    let expected = weights.architecture.weightsDigest
    if weights.digest != expected {
      throw WeightsFileError(path: weights.path, problem: .notBuiltIn(expected: expected, found: weights.digest))
    }
  }
}

extension VerifiedWeights {
  /// The weights that Easel uses; those that come with it must also be the ones that it was built with.
  ///
  /// - Parameter override: the folder to look in instead of that of the program.
  /// - Throws: a `WeightsFileError`: not found, or what is wrong in it.
  package init(
    _ architecture: Architecture,
    override: Path? = WeightsLocation.folderInEnvironment
  ) throws {
    try self.init(verifying: WeightsLocation.find(architecture, override: override), of: architecture)
    if override == nil { try WeightsLocation.checkBuiltIn(self) }
  }
}
