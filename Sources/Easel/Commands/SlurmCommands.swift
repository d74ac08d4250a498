import ArgumentParser
import Files
import Foundation
import Jobs
import Kernels
import Networks
import NeuralNetwork
import Painter
import Service

/// `easel slurm`: about the cluster that paints.
struct SlurmCommands: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "slurm", abstract: "See whether a Slurm cluster can paint.", subcommands: [Check.self, Node.self])

  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Try it with a job of a second: client programs, shared folders, program, weights and locks.")

    @OptionGroup var folders: FolderOptions

    @Option(help: "The node to try (default: whichever Slurm chooses).")
    var node: String?

    @Option(help: "How many seconds to wait for a node.")
    var timeout = 120

    func run() async throws {
      let check = SlurmCheck(try folders.configuration(), node: node, timeout: .seconds(timeout))
      let isGood = try await check.run { print(($0.isGood ? "ok    " : "wrong ") + $0.words) }
      if !isGood { throw ExitCode.failure }
    }
  }

  /// The part of the check that runs on a node.
  struct Node: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Look around on a node (started by `easel slurm check`).", shouldDisplay: false)

    @Argument(help: "The check's folder.")
    var folder: Path

    @Argument(help: "The cache's folder.")
    var cache: Path

    @Argument(help: "The folder of the remembered styles.")
    var styles: Path

    func run() throws {
      let report = NodeReport(
        node: ClusterNode.name, version: Version.current, instructionSet: InstructionSet.best.rawValue,
        processors: UsableProcessors.count, weightsProblems: Architecture.allCases.compactMap(weightsProblem),
        folderProblems: [cache, styles].compactMap(folderProblem),
        seesLock: FileLock.isHeld(NodeReport.lockPath(in: folder)), time: .now)
      try report.write(to: folder)
    }

    private func weightsProblem(_ network: Architecture) -> String? {
      do {
        _ = try VerifiedWeights(network)
        return nil
      } catch {
        return "\(error)"
      }
    }

    private func folderProblem(_ path: Path) -> String? {
      do throws(FolderProblem) {
        try FileSystem.makeUsable(path, for: .writing)
        return nil
      } catch {
        return "\(path): \(error)"
      }
    }
  }
}
