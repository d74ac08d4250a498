import Foundation
import Networks
import Testing

struct WeightsCommandTests {
  @Test func whatComesWithEaselIsListedWithItsDigestAndLicence() async throws {
    let folder = try TemporaryFolder()
    let listed = try await RunningProgram.run(["weights", "list"], in: folder.path)
    #expect(listed.exitCode == 0)
    for network in Architecture.allCases {
      #expect(listed.output.contains("\(network.rawValue): in use\n"))
      #expect(listed.output.contains("SHA-256 of the tensors: \(network.weightsDigest)\n"))
    }
    #expect(listed.output.components(separatedBy: "licence: CC BY 4.0\n").count == 3)
  }

  @Test func ownWeightsAreListedFirstAndBrokenOnesToo() async throws {
    let folder = try TemporaryFolder()
    try folder.write("no weights", to: "vgg16.safetensors")
    let listed = try await RunningProgram.run(
      ["weights", "list"], in: folder.path, environment: ["EASEL_WEIGHTS": folder.path])
    #expect(listed.output.hasPrefix("vgg16: in use\n\(folder.path)/vgg16.safetensors cannot be used: "))
    #expect(listed.output.contains("vgg19: comes with Easel, not in use\n"))
  }

  @Test func importTakesTheThreeWaysOfPreprocessing() async throws {
    let folder = try TemporaryFolder()
    let asked = try await RunningProgram.run(
      ["weights", "import", "a.pth", "--preprocessing", "tensorflow"], in: folder.path)
    #expect(asked.exitCode != 0)
    #expect(asked.errors.contains("auto, torchvision, caffe") && asked.errors.contains("keras"))
    let missing = try await RunningProgram.run(["weights", "import", "a.pth"], in: folder.path)
    #expect(missing.exitCode != 0 && missing.errors.contains("a.pth: cannot be read"))
  }
}
