import Files
import Foundation
import Safetensors
import Testing

/// What the environment tells the built program about its engine.
struct EnvironmentTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func instructionSetsThatCannotBeAreRefusedBeforeAnything() async throws {
    for command in [["bench", "--size", "64"], ["paint", "a.png", "b.png"], ["watch"]] {
      let run = try await RunningProgram.run(command, in: folder.path, environment: ["EASEL_INSTRUCTION_SET": "mmx"])
      #expect(run.exitCode == 64, "\(command)")
      #expect(run.errors.contains("EASEL_INSTRUCTION_SET: there is no instruction set 'mmx'; allowed here is portable"))
    }
  }

  @Test func onlyWhatComputesAsksForTheInstructionSet() async throws {
    for command in [
      ["settings", "show"], ["bench", "--help"],
      ["bench", "--size", "32", "--repeats", "1", "--instruction-set", "portable"],
    ] {
      let run = try await RunningProgram.run(command, in: folder.path, environment: ["EASEL_INSTRUCTION_SET": "mmx"])
      #expect(run.exitCode == 0, "\(command): \(run.errors)")
    }
    let help = try await RunningProgram.run(
      ["bench", "--help"], in: folder.path, environment: ["EASEL_INSTRUCTION_SET": "mmx"])
    #expect(help.output.contains("--instruction-set"))
    let little = try await RunningProgram.run(["bench", "--memory", "1K"], in: folder.path)
    #expect(
      little.exitCode == 64 && little.errors.contains("--memory: expected a size of 64M or more"), "\(little.errors)")
  }

  @Test func theInstructionSetThatIsNamedIsUsed() async throws {
    let run = try await RunningProgram.run(
      ["bench", "--size", "32", "--repeats", "1", "--json"], in: folder.path,
      environment: ["EASEL_INSTRUCTION_SET": "portable"])
    let figures = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    #expect(figures["instruction_set"] as? String == "portable")
  }

  /// Once a weights file with a tensor of one number ended the program with SIGBUS.
  @Test func weightsThatDoNotFitAreAnError() async throws {
    let tensor = TensorContents(name: "block1_conv2.weight", shape: [1], halvesOf: [1])
    let metadata = [
      "format": "easel-weights", "format_version": "1", "network": "vgg16", "channel_order": "BGR",
      "input_means_rgb": "123.68 116.779 103.939",
    ]
    try SafetensorsDocument(tensors: [tensor], metadata: metadata).write(to: Path(folder.path + "/vgg16.safetensors"))
    for command in [["bench", "--size", "64"], ["weights", "verify"], ["weights", "verify", "vgg16.safetensors"]] {
      let run = try await RunningProgram.run(command, in: folder.path, environment: ["EASEL_WEIGHTS": folder.path])
      #expect(run.exitCode == 1 && !run.wasKilledBySignal, "\(command)")
      #expect(run.errors.contains("vgg16.safetensors: has no tensor block1_conv1.weight, which vgg16 needs"))
    }
  }
}
