import Files
import Foundation
import NeuralNetwork
import Networks
import Safetensors
import TestSupport
import Testing
import WeightsImport

struct VGGWeightsImportTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: Architecture.allCases)
  func anONNXModelBecomesAHalfPrecisionFile(network: Architecture) throws {
    let input = try folder.write(model(of: network).bytes, to: "model.onnx")
    let output = folder.path("weights.safetensors")
    let description = WeightsDescription(source: "a test", licence: "none", attribution: nil)
    let weights = try VGGWeightsImport.run(
      input: Path(input), network: network, output: Path(output), description: description)
    #expect(weights.metadata["source"] == "a test")
    #expect(weights.metadata["attribution"] == nil)
    let file = try SafetensorsFile(path: Path(output))
    #expect(file.tensors.map(\.name) == network.tensors.map(\.name))
    for (name, shape) in network.tensors {
      let info = try file.info(of: name)
      #expect(info.shape == shape && info.elementType == .float16)
      #expect(try file.floats(of: name) == values(shape).map { Float(Float16($0)) })
    }
  }

  @Test func importingAFileThatWasImportedGivesTheSameNumbers() throws {
    let again = try VGGWeightsImport.run(
      input: Path(embeddedFile), network: .vgg16, output: Path(folder.path("again.safetensors")),
      description: WeightsDescription())
    #expect(again.digest == "df80169abd450fcc3c1809371c6707f7a6e215d6761f70c3d5c36da74047e7bd")
    #expect(again.metadata["licence"] == nil)
  }

  @Test func theEmbeddedFileIsWhatItsReadmeSays() throws {
    let weights = try VerifiedWeights(verifying: Path(embeddedFile))
    let folder = URL(filePath: embeddedFile).deletingLastPathComponent()
    let readme = try String(contentsOf: folder.appending(path: "README.md"), encoding: .utf8)
    #expect(readme.contains(weights.digest))
    #expect(weights.metadata["licence"] == "CC BY 4.0")
    let first = try weights.weights(of: Layer(block: 1, convolution: 1))
    for (channel, expected) in [0.42947057, 0.11727387, 0.03401296].enumerated() {
      #expect(abs(Double(first[channel * 27]) - expected) < 0.0003)
    }
  }

  @Test func pythonReadsTheEmbeddedFile() throws {
    try Python.run(
      """
      import sys
      from safetensors.numpy import load_file
      weights = load_file(sys.argv[1])
      assert sum(w.size for w in weights.values()) == 14_714_688
      assert weights["block5_conv3.weight"].shape == (512, 512, 3, 3) and weights["block1_conv1.bias"].shape == (64,)
      """, embeddedFile)
  }

  @Test(arguments: [false, true]) func valuesInATypedFieldOrInHalfPrecisionAreReadToo(packedUnusually: Bool) throws {
    var model = model(of: .vgg16)
    let (weight, bias) = (model.tensors[0], model.tensors[1])
    model.tensors[0].rawData = nil
    model.tensors[0].floatData = values(weight.dimensions)
    model.tensors[0].isPackedUnusually = packedUnusually
    model.tensors[1].dataType = 10
    model.tensors[1].rawData = values(bias.dimensions).map { Float16($0) }.withUnsafeBytes { Array($0) }
    let input = try folder.write(model.bytes, to: "model.onnx")
    let weights = try VGGWeightsImport.run(
      input: Path(input), network: .vgg16, output: Path(folder.path("out")), description: WeightsDescription())
    let layer = Layer(block: 1, convolution: 1)
    #expect(try weights.weights(of: layer) == values([64, 3, 3, 3]).map { Float(Float16($0)) })
    #expect(try weights.bias(of: layer) == values([64]).map { Float(Float16($0)) })
  }

  @Test func theWrongNetworkIsNamed() throws {
    var model = ONNXFile()
    model.add("a/block3_conv4_1/kernel", [256, 256, 3, 3], values([256, 256, 3, 3]))
    try expectImportFailure(model.bytes, says: "expected vgg16, found vgg19: it has block3_conv4.weight")
  }

  @Test func whatIsMissingIsNamed() throws {
    try expectImportFailure(ONNXFile().bytes, says: "has no tensor for block1_conv1.weight, which vgg16 needs")
    try expectImportFailure([], says: "has no tensor for block1_conv1.weight, which vgg16 needs")
  }

  @Test func whatIsNeitherFormatIsRefused() throws {
    try expectImportFailure(Array("GIF89a, or so".utf8), says: "expected safetensors, PyTorch, Keras (HDF5) or ONNX")
    let sound = model(of: .vgg16).bytes
    try expectImportFailure(Array(sound.dropLast(100)), says: "expected safetensors, PyTorch, Keras (HDF5) or ONNX")
    try expectImportFailure(
      [200, 0, 0, 0, 0, 0, 0, 0] + Array("{}".utf8), says: "cut off: its header claims 200 bytes")
    let missing = folder.path("missing.onnx")
    try expectFailure(
      try VGGWeightsImport.run(
        input: Path(missing), network: .vgg16, output: Path(folder.path("out")), description: WeightsDescription()),
      says: "\(missing): cannot be read")
  }

  @Test func damageInProtobufIsNamed() throws {
    try expectImportFailure([0x3A, 9, 1], says: "or is damaged: at byte 2 are to be 9 more, and 1 are there")
    try expectImportFailure([0x08, 7, 0x3C], says: "or is damaged: field 7 at byte 2 is of an unknown kind (4)")
    try expectImportFailure([0x08, 0x80], says: "or is damaged: the number at byte 1 has no end")
    try expectImportFailure([0x08] + [UInt8](repeating: 0xFF, count: 11), says: "the number at byte 1 has no end")
    try expectImportFailure([0x00, 1], says: "or is damaged: a field at byte 0 has no number")
    try expectImportFailure([0x3D, 1, 2], says: "or is damaged: at byte 1 are to be 4 more, and 2 are there")
  }

  @Test func aTensorThatDoesNotFitIsNamed() throws {
    let name = "functional_1/block1_conv1_1/convolution/ReadVariableOp:0"
    var model = ONNXFile()
    model.add(name, [3, 3, 3, 64], values([64, 3, 3, 3]))
    try expectImportFailure(
      model.bytes, says: "tensor \(name): expected shape [64, 3, 3, 3] (output channels first), found [3, 3, 3, 64]")
    model.tensors[0].dimensions = [64, 3, 3, 3]
    try expectImportFailure(model.bytes, says: "has no tensor for block1_conv1.bias")
    model.add("copy/block1_conv1/kernel", [64, 3, 3, 3], values([64, 3, 3, 3]))
    try expectImportFailure(model.bytes, says: "has two tensors for block1_conv1.weight: \(name) and copy/")
    model.tensors.removeLast()
    model.tensors[0].dataLocation = 1
    try expectImportFailure(model.bytes, says: "tensor \(name) lies in another file")
    model.tensors[0].dataLocation = 0
    model.tensors[0].dataType = 7
    try expectImportFailure(model.bytes, says: "expected FLOAT (1) or FLOAT16 (10), found ONNX data type 7")
    model.tensors[0].dataType = 1
    model.tensors[0].rawData?.removeLast()
    try expectImportFailure(model.bytes, says: "tensor \(name): expected 6912 bytes or numbers, found 6911")
  }

  @Test(arguments: [Float.nan, .infinity, 70000])
  func aNumberThatHalfPrecisionCannotHoldIsRefused(value: Float) throws {
    var model = ONNXFile()
    var numbers = values([64, 3, 3, 3])
    numbers[5] = value
    model.add("block1_conv1/kernel", [64, 3, 3, 3], numbers)
    try expectImportFailure(model.bytes, says: "tensor block1_conv1.weight: element 5 is \(value)")
  }

  // MARK: - Support

  private let embeddedFile = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Sources/NeuralNetwork/Weights/vgg16.safetensors").standardized.path

  /// Small numbers that differ from element to element.
  private func values(_ shape: [Int]) -> [Float] {
    (0..<shape.reduce(1, *)).map { Float($0 % 1009) / 1009 - 0.4 }
  }

  /// A model as Keras's VGG is exported, and a dense layer that is to be left out.
  private func model(of network: Architecture) -> ONNXFile {
    var model = ONNXFile()
    for layer in network.layers {
      let prefix = "functional_1/\(layer)_1"
      model.add("\(prefix)/convolution/ReadVariableOp:0", layer.weightShape, values(layer.weightShape))
      model.add("\(prefix)/Squeeze:0", layer.biasShape, values(layer.biasShape))
    }
    model.add("functional_1/dense_1/Cast/ReadVariableOp:0", [2, 2], [1, 2, 3, 4])
    return model
  }

  private func expectImportFailure(_ bytes: [UInt8], says words: String) throws {
    let input = try folder.write(bytes, to: "input")
    try expectFailure(
      try VGGWeightsImport.run(
        input: Path(input), network: .vgg16, output: Path(folder.path("out")), description: WeightsDescription()),
      says: words)
    #expect(try folder.contents() == ["input"])
  }

  private func expectFailure<Result>(_ body: @autoclosure () throws -> Result, says words: String) throws {
    do {
      _ = try body()
      Issue.record("expected an error that says: \(words)")
    } catch {
      #expect("\(error)".contains(words))
    }
  }
}
