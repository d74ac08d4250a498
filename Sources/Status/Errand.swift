import Files
import Foundation
import Jobs
import Spool

/// Carries out what somebody asks for: by itself where it may write the folders, else by the daemon, which is left a wish.
package struct Errand: Sendable {
  private static let patience: Duration = .seconds(10)
  private static let pause: Duration = .milliseconds(30)

  private let spool: Spool

  package init(outbox: Path) { spool = Spool(outbox: outbox) }

  /// - Parameters:
  ///   - folders: that are written when it is done by this process.
  ///   - directly: does it, and gives what to tell.
  /// - Returns: what to tell.
  /// - Throws: what `directly` throws, or an `ErrandRefused` with the daemon's words.
  package func carryOut(
    _ wish: Wish, writing folders: [Path], _ directly: () throws -> String
  ) async throws -> String {
    let isAllowed = folders.allSatisfy { FileStatus($0) == nil || FileSystem.mayWrite($0) }
    // Where nobody can be asked, the error of doing it says which right is missing.
    guard !isAllowed, spool.isServed, FileSystem.mayWrite(spool.doorbell) else { return try directly() }
    return try await ask(wish)
  }

  private func ask(_ wish: Wish) async throws -> String {
    let id = try spool.leave(wish)
    let end = ContinuousClock.now + Self.patience
    while ContinuousClock.now < end {
      try await Task.sleep(for: Self.pause)
      guard let answer = spool.takeAnswer(to: id) else { continue }
      guard answer.isGranted else { throw ErrandRefused(description: answer.words) }
      return answer.words
    }
    spool.withdraw(id)
    throw ErrandRefused(description: "Easel has not answered within \(Self.patience.components.seconds) s; see its log")
  }
}

/// The daemon's words on what it will not do.
package struct ErrandRefused: Error, CustomStringConvertible {
  package let description: String
}

extension JobControl {
  /// Does what somebody asks for a job, by itself or by the daemon.
  ///
  /// - Parameter control: finds the job.
  /// - Throws: in words: what cannot be done, and why.
  package static func carryOut(_ wish: Wish, in outbox: Path, _ control: () throws -> JobControl) async throws -> String
  {
    try await Errand(outbox: outbox).carryOut(wish, writing: [outbox, Spool(outbox: outbox).jobs]) {
      try control().carryOut(wish)
    }
  }
}
