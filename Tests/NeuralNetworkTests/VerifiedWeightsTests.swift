import Files
import Foundation
import Networks
import NeuralNetwork
import Safetensors
import TestSupport
import Testing

struct VerifiedWeightsTests {
  private let folder: TemporaryFolder
  /// The file that comes with Easel, whole.
  private let original: Data

  init() throws {
    folder = try TemporaryFolder()
    original = try Data(contentsOf: URL(filePath: try WeightsLocation.find(.vgg16, override: nil).text))
  }

  // MARK: Places

  @Test func anotherFolderIsUsedWhenItIsNamed() throws {
    try folder.write(original, to: "vgg16.safetensors")
    #expect(try VerifiedWeights(.vgg16, override: Path(folder.path)).path == Path(folder.path("vgg16.safetensors")))
  }

  @Test func missingWeightsNameEveryPlaceAndWhatToDo() throws {
    #expect(
      message { try VerifiedWeights(.vgg16, override: Path(folder.path)) } == """
        vgg16.safetensors: the weights of vgg16 were not found; looked for \(folder.path("vgg16.safetensors")). \
        Install Easel again, or set EASEL_WEIGHTS to the folder that holds the file
        """)
  }

  @Test(arguments: Architecture.allCases)
  func whatComesWithEaselIsWhatItWasBuiltWith(network: Architecture) throws {
    let weights = try VerifiedWeights(network, override: nil)
    #expect(weights.architecture == network && weights.digest == network.weightsDigest)
    #expect(weights.means == NetworkWeights.means)
    #expect(weights.metadata["licence"] != nil && weights.metadata["attribution"] != nil)
  }

  // MARK: Damage

  @Test func truncatedWeightsAreCutOff() throws {
    let text = try message(original.dropLast(1000))
    #expect(text.contains("cut off"))
  }

  @Test(arguments: [0, 1, 7, 8, 100, 3000])
  func beginningsOfAFileAreRefused(length: Int) throws {
    #expect(try message(original.prefix(length)) != "no error")
  }

  @Test func oneFlippedBitIsFound() throws {
    var damaged = original
    damaged[damaged.count / 2] ^= 0x10
    let text = try message(damaged)
    #expect(text.contains("damaged: the SHA-256 of its tensors should be df80169a"))
  }

  // MARK: Files whose digest is right

  /// Once such a file ended the program with SIGBUS.
  @Test func aTensorOfOneNumberIsNoConvolution() throws {
    let text = try refusal { tensors, _ in
      tensors[2] = TensorContents(name: "block1_conv2.weight", shape: [1], halvesOf: [1])
    }
    #expect(
      text == "tensor block1_conv2.weight: expected shape [64, 64, 3, 3] (output channels first), found [1]")
  }

  /// Once it was read as twice as many numbers of half the size.
  @Test func singlePrecisionIsRefused() throws {
    let text = try refusal { tensors, _ in
      tensors[2] = TensorContents(
        name: "block1_conv2.weight", shape: [64, 64, 3, 3], floats: [Float](repeating: 0, count: 64 * 64 * 9))
    }
    #expect(text.hasPrefix("tensor block1_conv2.weight: expected F16, found F32"))
  }

  @Test func everyTensorMustBeThereAndNoOther() throws {
    #expect(try refusal { tensors, _ in tensors.remove(at: 3) } == "has no tensor block1_conv2.bias, which vgg16 needs")
    let more = try refusal { tensors, _ in
      tensors.append(
        TensorContents(name: "block3_conv4.bias", shape: [256], halvesOf: [Float](repeating: 0, count: 256)))
    }
    #expect(more == "has a tensor block3_conv4.bias, which vgg16 has not")
  }

  @Test func anotherNetworkIsNamed() throws {
    let path = try WeightsLocation.find(.vgg16, override: nil)
    #expect(
      message { try VerifiedWeights(verifying: path, of: .vgg19) }
        == "\(path): expected network vgg19 in its metadata, found vgg16")
    #expect(try refusal { $1["network"] = "vgg19" }.hasPrefix("has no tensor block3_conv4.weight"))
    #expect(
      try refusal { $1["network"] = "resnet" } == "expected network vgg16 or vgg19 in its metadata, found resnet")
    #expect(try refusal { $1["channel_order"] = "RGB" } == "expected channel_order BGR in its metadata, found RGB")
    #expect(try refusal { $1["format_version"] = nil } == "expected format_version 1 in its metadata, found none")
  }

  @Test(arguments: [Float.nan, .infinity])
  func numbersMustBeFinite(value: Float) throws {
    let text = try refusal { tensors, _ in
      var bias = [Float](repeating: 0, count: 64)
      bias[5] = value
      tensors[1] = TensorContents(name: "block1_conv1.bias", shape: [64], halvesOf: bias)
    }
    #expect(text == "tensor block1_conv1.bias: element 5 is not a finite number")
  }

  @Test func codebooksMustBeThereAndWhole() throws {
    func coded(_ tensors: inout [TensorContents], _ metadata: inout [String: String], _ table: [Float]?) {
      metadata["format_version"] = "2"
      tensors[2] = TensorContents(
        name: "block1_conv2.weight", shape: [64, 64, 3, 3], bytes: [UInt8](repeating: 7, count: 64 * 64 * 9))
      if let table {
        tensors.append(TensorContents(name: "block1_conv2.weight.codebook", shape: [table.count], floats: table))
      }
    }
    let name = "block1_conv2.weight.codebook"
    #expect(try refusal { coded(&$0, &$1, nil) } == "has no tensor \(name), which vgg16 needs")
    let short = try refusal { coded(&$0, &$1, [1, 2]) }
    #expect(short == "tensor \(name): expected shape [256] (output channels first), found [2]")
    var table = (0..<256).map { Float($0) / 8 }
    table[9] = 70000
    #expect(try refusal { coded(&$0, &$1, table) } == "tensor \(name): element 9 is not a finite number")
    table[9] = 1
    #expect(try refusal { coded(&$0, &$1, table) } == "no error")
    let layer = Layer(block: 1, convolution: 2)
    let weights = try VerifiedWeights(verifying: Path(folder.path("changed.safetensors"))).weights(of: layer)
    #expect(weights == [Float](repeating: 0.875, count: 64 * 64 * 9))
    let alone = try refusal { tensors, _ in
      tensors.append(TensorContents(name: name, shape: [256], floats: table))
    }
    #expect(alone == "has a tensor \(name), which vgg16 has not")
  }

  @Test func meansAreThreeNumbersOfColours() throws {
    for means in ["1 2", "1 2 three", "1 2 256", "1 2 -3", "1 2 nan", "1 2 3 4", ""] {
      let text = try refusal { $1["input_means_rgb"] = means }
      #expect(text == "expected input_means_rgb three numbers in 0...255 in its metadata, found \(means)")
    }
    #expect(try refusal { $1["input_means_rgb"] = "123.675 116.28 103.53" } == "no error")
    let weights = try VerifiedWeights(verifying: Path(folder.path("changed.safetensors")))
    #expect(weights.means == [123.675, 116.28, 103.53])
  }

  @Test func whatIsInOrderNamesItsNetwork() throws {
    let path = folder.path("zeros.safetensors")
    try SafetensorsDocument(tensors: zeros(.vgg19), metadata: WeightsMetadata.fixed(.vgg19)).write(to: Path(path))
    #expect(try VerifiedWeights(verifying: Path(path)).architecture == .vgg19)
  }

  // MARK: Support

  private func zeros(_ architecture: Architecture) -> [TensorContents] {
    architecture.tensors.map { name, shape in
      TensorContents(name: name, shape: shape, halvesOf: [Float](repeating: 0, count: shape.reduce(1, *)))
    }
  }

  /// What is said, after its name, about a file of VGG-16 that has been changed.
  private func refusal(_ change: (inout [TensorContents], inout [String: String]) -> Void) throws -> String {
    var (tensors, metadata) = (zeros(.vgg16), WeightsMetadata.fixed(.vgg16))
    change(&tensors, &metadata)
    let path = folder.path("changed.safetensors")
    try SafetensorsDocument(tensors: tensors, metadata: metadata).write(to: Path(path))
    let text = message { try VerifiedWeights(verifying: Path(path)) }
    if text == "no error" { return text }
    #expect(text.hasPrefix("\(path): "))
    return String(text.dropFirst(path.count + 2))
  }

  private func message(_ file: Data) throws -> String {
    let path = try folder.write(file, to: "vgg16.safetensors")
    let text = message { try VerifiedWeights(.vgg16, override: Path(folder.path)) }
    #expect(text.hasPrefix("\(path): "))
    return text
  }

  private func message(_ open: () throws -> VerifiedWeights) -> String {
    do {
      _ = try open()
      return "no error"
    } catch {
      return "\(error)"
    }
  }
}
