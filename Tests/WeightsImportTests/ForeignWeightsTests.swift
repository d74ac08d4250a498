import Files
import Foundation
import NeuralNetwork
import Networks
import TestSupport
import Testing
import WeightsImport

/// Weights as PyTorch and Keras save them, written by `Fixtures/make.py`.
struct ForeignWeightsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  // MARK: PyTorch

  @Test(arguments: [("zip-4", Architecture.vgg16), ("nested", .vgg16)])
  func layersWithNamesAreReadAsTheyAre(kind: String, network: Architecture) throws {
    let weights = try imported(kind, network)
    #expect(weights.metadata["preprocessing"] == nil)
    #expect(weights.means == NetworkWeights.means)
    try expectNumbers(weights, first: firstWeights)
  }

  @Test(arguments: [("zip", Architecture.vgg16), ("legacy", .vgg19)])
  func countedLayersAreTorchvisions(kind: String, network: Architecture) throws {
    let weights = try imported(kind, network)
    #expect(weights.metadata["preprocessing"] == "torchvision")
    #expect(weights.means == [123.675, 116.28, 103.53])
    let deviations: [Float] = [0.225, 0.224, 0.229]
    let folded = firstWeights.indices.map { index in
      let (output, plane, tap) = (index / 27, index / 9 % 3, index % 9)
      let value = firstWeights[output * 27 + (2 - plane) * 9 + tap]  // in half precision in the second file
      return (kind == "zip" ? value : Float(Float16(value))) / (255 * deviations[plane])
    }
    try expectNumbers(weights, first: folded, within: 1e-9)
  }

  /// The same names, and Caffe's numbers: as the VGG-16 that jcjohnson converted.
  @Test func countedLayersWithCaffesNumbersAreCaffes() throws {
    let caffe = try VerifiedWeights(.vgg16, override: nil).weights(of: Layer(block: 1, convolution: 1))
    let file = try folder.write(Data(caffe.withUnsafeBytes { Array($0) }), to: "first")
    let weights = try imported("zip-first", .vgg16, arguments: [file])
    #expect(weights.metadata["preprocessing"] == nil)
    try expectNumbers(weights, first: caffe)
    let asked = try imported("zip-first", .vgg16, .torchvision, arguments: [file])
    #expect(asked.metadata["preprocessing"] == "torchvision")
    #expect(try imported("zip", .vgg16, .caffe).metadata["preprocessing"] == nil)
  }

  @Test func importingWhatWasImportedChangesNothing() throws {
    for (kind, network) in [("zip", Architecture.vgg16), ("coded", .vgg19)] {
      let once = try imported(kind, network)
      let again = try VGGWeightsImport.run(
        input: once.path, network: network, output: Path(folder.path("again")), description: WeightsDescription())
      #expect(again.digest == once.digest && again.means == once.means)
    }
  }

  @Test func weightsOf256ValuesStayWhatTheyAre() throws {
    let weights = try imported("coded", .vgg19)
    for layer in Architecture.vgg19.layers {
      let found = try weights.weights(of: layer)
      let isFirst = layer == Layer(block: 1, convolution: 1)
      for index in stride(from: 0, to: found.count, by: 97) {
        let code = isFirst ? index % 256 : layer.block * 8 + layer.convolution
        #expect(found[index] == Float(Double(code - 100) / 3))
      }
      #expect(try weights.bias(of: layer) == [Float](repeating: 1 / 3, count: layer.channels))
    }
    let readBack = """
      import sys
      from safetensors.numpy import load_file
      weights = load_file(sys.argv[1])
      assert weights["block5_conv4.weight"].dtype == "uint8" and (weights["block5_conv4.weight"] == 44).all()
      assert weights["block5_conv4.weight.codebook"].dtype == "float32"
      assert weights["block5_conv4.bias"].dtype == "float32"
      """
    try Python.run(readBack, weights.path.text)
  }

  @Test(arguments: [
    ("system", "found the global posix.system, which no weights need"),
    ("eval", "found the global builtins.eval, which no weights need"),
    ("bytes", "found the pickle opcode SHORT_BINBYTES, which no weights need"),
    ("set", "found the pickle opcode EMPTY_SET, which no weights need"),
  ])
  func whatIsNoWeightIsRefusedByItsName(kind: String, words: String) throws {
    try expectFailure(kind, .vgg16, says: words)
    #expect(!FileManager.default.fileExists(atPath: folder.path("input.ran")))
  }

  @Test func damagedPyTorchFilesAreRefused() throws {
    try make("zip")
    let whole = try Data(contentsOf: URL(filePath: folder.path("input")))
    try expectImportFailure(whole.dropLast(30), says: "the zip archive has no directory at its end")
    try make("legacy")
    let row = try Data(contentsOf: URL(filePath: folder.path("input")))
    try expectImportFailure(row.dropLast(30), says: "its pickle is damaged: it ends within a value")
    try expectImportFailure(row.prefix(40), says: "its pickle is damaged: it ends within a value")
    var big = row
    let reach = try #require(big.range(of: Data("little_endianq".utf8)))
    big[reach.upperBound + 1] = 0x89
    try expectImportFailure(big, says: "its numbers are big-endian")
  }

  @Test func theOtherNetworkIsNamed() throws {
    try expectFailure("legacy", .vgg16, says: "expected vgg16, found vgg19: it has block3_conv4.weight")
    try expectFailure("coded", .vgg16, says: "expected vgg16, found vgg19: it has block3_conv4.weight")
    try expectFailure("zip-4", .vgg19, says: "has no tensor for block3_conv4.weight, which vgg19 needs")
  }

  // MARK: Keras

  @Test(arguments: [("keras", Architecture.vgg16), ("keras-1", .vgg16), ("keras-3", .vgg19)])
  func kerasKernelsAreTurned(kind: String, network: Architecture) throws {
    try expectNumbers(try imported(kind, network), first: firstWeights)
  }

  @Test func nothingOutsideOfAKerasFileIsRead() throws {
    try expectFailure("link", .vgg16, says: "has no tensor for block1_conv1.weight")
    try expectFailure(
      "external", .vgg16, says: "tensor /block1_conv1/bias:0: expected floating-point numbers within the file")
    try expectFailure(
      "chunked", .vgg16, says: "tensor /block1_conv1/bias:0: expected its numbers in one piece, as Keras writes them")
    try make("keras")
    let whole = try Data(contentsOf: URL(filePath: folder.path("input")))
    try expectImportFailure(whole.prefix(60), says: "is no HDF5 file, or is damaged")
  }

  // MARK: Support

  /// What `make.py` writes for every layer but the first, whose weights are given.
  private func expectNumbers(_ weights: VerifiedWeights, first: [Float], within tolerance: Float = 0.0003) throws {
    for layer in weights.architecture.layers {
      let found = try weights.weights(of: layer)
      let number = Float(layer.block * 8 + layer.convolution)
      if layer == Layer(block: 1, convolution: 1) {
        #expect(zip(found, first).allSatisfy { abs($0 - $1) <= tolerance }, "\(layer)")
      } else {
        #expect(found.allSatisfy { $0 == number / 64 }, "\(layer)")
      }
      #expect(try weights.bias(of: layer).allSatisfy { $0 == number / 32 }, "\(layer)")
    }
  }

  /// Those of `make.py`.
  private var firstWeights: [Float] { (0..<1728).map { Float($0 * 37 % 1728 - 864) / 4096 } }

  private func make(_ kind: String, _ arguments: [String] = []) throws {
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/make.py").path
    try Python.run(file: script, arguments: [kind, folder.path("input")] + arguments)
  }

  private func imported(
    _ kind: String, _ network: Architecture, _ preprocessing: Preprocessing = .auto, arguments: [String] = []
  ) throws -> VerifiedWeights {
    try make(kind, arguments)
    return try VGGWeightsImport.run(
      input: Path(folder.path("input")), network: network, output: Path(folder.path("\(kind).safetensors")),
      preprocessing: preprocessing, description: WeightsDescription())
  }

  private func expectFailure(_ kind: String, _ network: Architecture, says words: String) throws {
    try make(kind)
    try expectFailure(network, says: words)
  }

  private func expectImportFailure(_ bytes: Data, says words: String) throws {
    try folder.write(bytes, to: "input")
    try expectFailure(.vgg16, says: words)
  }

  private func expectFailure(_ network: Architecture, says words: String) throws {
    let input = folder.path("input")
    do {
      try VGGWeightsImport.run(
        input: Path(input), network: network, output: Path(folder.path("out")), description: WeightsDescription())
      Issue.record("expected an error that says: \(words)")
    } catch {
      #expect("\(error)".hasPrefix("\(input): ") && "\(error)".contains(words), "\(error)")
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path("out")))
  }
}
