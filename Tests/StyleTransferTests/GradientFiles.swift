import Foundation
import Kernels
import NeuralNetwork
import Networks
import StyleTransfer
import TestSupport
import Testing

/// Writes gradients for `Scripts/accuracy.sh`, which compares them with PyTorch's in double precision. Not a test by itself.
///
/// In the folder that EASEL_GRADIENTS names, `cases` has a line `NAME HEIGHT WIDTH STYLE_HEIGHT STYLE_WIDTH` for each; planes of
/// `Float` are in `NAME.content`, `NAME.style` and `NAME.picture`. `NAME.SET.gradient` is written for each instruction set.
struct GradientFiles {
  private static let folder = ProcessInfo.processInfo.environment["EASEL_GRADIENTS"].map { URL(filePath: $0) }

  @Test(.enabled(if: Self.folder != nil))
  func areWritten() throws {
    let folder = try #require(Self.folder)
    let task = try #require(Studio.tasks["transfer"])
    let studio = try Studio()
    for line in try String(contentsOf: folder.appending(path: "cases"), encoding: .utf8).split(separator: "\n") {
      let fields = line.split(separator: " ")
      let sizes = try fields.dropFirst().map { try #require(Int($0)) }
      func planes(_ name: String, _ height: Int, _ width: Int) throws -> PlanarPicture {
        let data = try Data(contentsOf: folder.appending(path: "\(fields[0]).\(name)"))
        return PlanarPicture(
          width: width, height: height, values: data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) })
      }
      let content = try planes("content", sizes[0], sizes[1])
      let style = try planes("style", sizes[2], sizes[3])
      let pictures = task.losses.features.map { $0.sources[0].picture == .content ? content : style }
      for set in InstructionSet.available {
        let objective = studio.objective(
          task.losses, content: content, targetPictures: pictures, engine: Engine(instructionSet: set))
        let gradient = objective.evaluate(try planes("picture", sizes[0], sizes[1])).gradient
        let data = gradient.withUnsafeBytes { Data($0) }
        try data.write(to: folder.appending(path: "\(fields[0]).\(set.rawValue).gradient"))
      }
    }
  }
}
