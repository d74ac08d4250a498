import Foundation
import NeuralNetwork
import TestSupport
import Testing

struct WeightsFileTests {
  private let folder: TemporaryFolder
  /// The file that comes with Easel, whole.
  private let original: Data

  init() throws {
    folder = try TemporaryFolder()
    original = try Data(contentsOf: URL(filePath: try WeightsFile.open(.vgg16, override: nil).file.path.text))
  }

  @Test func anotherFolderIsUsedWhenItIsNamed() throws {
    try folder.write(original, to: "vgg16.safetensors")
    #expect(try WeightsFile.open(.vgg16, override: folder.path).file.path.text == folder.path("vgg16.safetensors"))
  }

  @Test func missingWeightsNameEveryPlaceAndWhatToDo() throws {
    #expect(
      message(.vgg16) == """
        vgg16.safetensors: the weights of vgg16 were not found; looked for \(folder.path("vgg16.safetensors")). \
        Install Easel again, or set EASEL_WEIGHTS to the folder that holds the file
        """)
    let installed = #expect(throws: WeightsFileError.self) { try WeightsFile.open(.vgg19, override: nil) }
    let text = "\(try #require(installed))"
    #expect(text.contains("easel_NeuralNetwork.resources/Weights/vgg19.safetensors, "))
    #expect(text.contains("share/easel/vgg19.safetensors. Install"))
  }

  @Test func truncatedWeightsAreCutOff() throws {
    let path = try folder.write(original.dropLast(1000), to: "vgg16.safetensors")
    let text = message(.vgg16)
    #expect(text.hasPrefix("\(path): "))
    #expect(text.contains("cut off"))
  }

  @Test func oneFlippedBitIsFound() throws {
    var damaged = original
    damaged[damaged.count / 2] ^= 0x10
    let path = try folder.write(damaged, to: "vgg16.safetensors")
    let text = message(.vgg16)
    #expect(text.hasPrefix("\(path): damaged: the SHA-256 of its tensors should be "))
  }

  /// What is said when the weights in the folder can't be used.
  private func message(_ architecture: Architecture) -> String {
    do {
      _ = try WeightsFile.open(architecture, override: folder.path)
      return "no error"
    } catch {
      return "\(error)"
    }
  }
}
