import Files
import Foundation

/// What `easel slurm check` has found out on a node: written there, read here.
package struct NodeReport: Codable, Sendable {
  package var node: String
  /// Of the program there.
  package var version: String
  package var instructionSet: String
  package var processors: Int
  /// Why the weights cannot be used; empty when all can.
  package var weightsProblems: [String]
  /// Why the folders cannot be used; empty when all can.
  package var folderProblems: [String]
  /// Whether a lock that is held on the machine that asks is seen there.
  package var seesLock: Bool
  package var time: Date

  package init(
    node: String, version: String, instructionSet: String, processors: Int, weightsProblems: [String],
    folderProblems: [String], seesLock: Bool, time: Date
  ) {
    (self.node, self.version, self.instructionSet, self.processors) = (node, version, instructionSet, processors)
    (self.weightsProblems, self.folderProblems) = (weightsProblems, folderProblems)
    (self.seesLock, self.time) = (seesLock, time)
  }

  private static let fileName = "report.json"

  /// - Parameter folder: that of the check.
  /// - Throws: a `FileError`.
  package func write(to folder: Path) throws { try JSONFile.write(self, to: folder.appending(Self.fileName)) }

  /// Nil while there is none.
  static func read(from folder: Path) -> NodeReport? { try? JSONFile.read(folder.appending(fileName)) }

  /// Held by who asks.
  package static func lockPath(in folder: Path) -> Path { folder.appending("lock") }
}
