import ArgumentParser
import Files
import Networks
import NeuralNetwork
import WeightsImport

/// `easel weights import|list|verify`: the network's weights.
struct Weights: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Bring in your own network weights, or check a weights file.",
    subcommands: [Import.self, List.self, Verify.self])

  private static let networks = Architecture.allCases.map(\.rawValue).joined(separator: " or ")

  private static let preprocessings = Preprocessing.allCases.map(\.rawValue).joined(separator: ", ")

  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a weights file from one of another format: \(VGGWeightsImport.formats).")

    @Argument(help: "The file to read.", completion: .file())
    var file: Path

    @Option(help: "The network: \(Weights.networks).")
    var network = Architecture.vgg16

    @Option(name: [.short, .long], help: "The file to write (default: NETWORK.safetensors).")
    var output: Path?

    @Option(help: "What the weights expect of pictures: \(Weights.preprocessings).")
    var preprocessing = Preprocessing.auto

    @Option(help: "Where the weights come from, kept in the file.")
    var source: String?

    @Option(help: "The licence of the weights, kept in the file.")
    var licence: String?

    @Option(help: "Whom to credit for the weights, kept in the file.")
    var attribution: String?

    func run() throws {
      try VGGWeightsImport.tryFirst(file)
      let weights = try VGGWeightsImport.run(
        input: file, network: network, output: output ?? Path("\(network.rawValue).safetensors"),
        preprocessing: preprocessing,
        description: WeightsDescription(source: source, licence: licence, attribution: attribution))
      Weights.show(weights)
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check a weights file: every name, shape, number and the digest.")

    @Argument(help: "The weights file (default: the one that Easel uses).", completion: .file())
    var file: Path?

    @Option(help: "The network that it must be of: \(Weights.networks) (default: the one that the file names).")
    var network: Architecture?

    func run() throws {
      if let file {
        Weights.show(try VerifiedWeights(verifying: file, of: network))
      } else {
        Weights.show(try VerifiedWeights(network ?? .vgg16))
      }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "List the weights that come with Easel, and your own in the folder that \(WeightsLocation.variable) names.")

    func run() {
      let own = WeightsLocation.folderInEnvironment
      if let own { show("in use", in: own) }
      show(own == nil ? "in use" : "comes with Easel, not in use", in: nil)
    }

    /// - Parameter folder: nil for that of the program.
    private func show(_ title: String, in folder: Path?) {
      for network in Architecture.allCases {
        guard let path = try? WeightsLocation.find(network, override: folder) else { continue }
        print("\(network.rawValue): \(title)")
        do {
          Weights.show(try VerifiedWeights(network, override: folder))
        } catch {
          print("\(path) cannot be used: \(error)")
        }
      }
    }
  }

  private static func show(_ weights: VerifiedWeights) {
    print("\(weights.path): \(weights.architecture.rawValue), sound")
    print("SHA-256 of the tensors: \(weights.digest)")
    let keys = [
      WeightsMetadata.preprocessing, WeightsMetadata.source, WeightsMetadata.licence, WeightsMetadata.attribution,
    ]
    for key in keys {
      if let value = weights.metadata[key] { print("\(key): \(value)") }
    }
  }
}

extension Architecture: ExpressibleByArgument {}
extension Preprocessing: ExpressibleByArgument {}
