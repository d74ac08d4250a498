import ArgumentParser
import NeuralNetwork
import WeightsImport

/// `easel weights import|verify`: the network's weights.
struct Weights: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Bring in your own network weights, or check a weights file.",
    subcommands: [Import.self, Verify.self])

  struct NetworkOption: ParsableArguments {
    @Option(help: "The network: \(VGGNetwork.allCases.map(\.rawValue).joined(separator: " or ")).")
    var network = VGGNetwork.vgg16
  }

  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a weights file from an ONNX model (Keras's VGG) or a safetensors file.")

    @Argument(help: "The ONNX model or safetensors file to read.", completion: .file())
    var file: String

    @OptionGroup var networkOption: NetworkOption

    @Option(name: [.short, .long], help: "The file to write (default: NETWORK.safetensors).")
    var output: String?

    @Option(help: "Where the weights come from, kept in the file.")
    var source: String?

    @Option(help: "The licence of the weights, kept in the file.")
    var licence: String?

    @Option(help: "Whom to credit for the weights, kept in the file.")
    var attribution: String?

    func run() throws {
      let weights = try VGGWeightsImport.run(
        input: file, network: networkOption.network,
        output: output ?? "\(networkOption.network.rawValue).safetensors",
        description: WeightsDescription(source: source, licence: licence, attribution: attribution))
      Weights.show(weights)
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check a weights file: every name, shape, number and the digest.")

    @Argument(help: "The weights file (default: the one that Easel uses).", completion: .file())
    var file: String?

    @OptionGroup var networkOption: NetworkOption

    func run() throws {
      let network = networkOption.network
      let path = try file ?? WeightsFile.open(network == .vgg16 ? .vgg16 : .vgg19).file.path.text
      Weights.show(try VGGWeightsFile(verifying: path, network: network))
    }
  }

  private static func show(_ weights: VGGWeightsFile) {
    typealias Key = VGGWeightsFile.Key
    print("\(weights.path): \(weights.network.rawValue), sound")
    print("SHA-256 of the tensors: \(weights.digest)")
    for key in [Key.source, Key.licence, Key.attribution] {
      if let value = weights.file.metadata[key] { print("\(key): \(value)") }
    }
  }
}

extension VGGNetwork: ExpressibleByArgument {}
