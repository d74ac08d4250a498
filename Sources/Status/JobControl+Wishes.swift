import Files
import Foundation
import Jobs
import Spool

extension JobControl {
  /// Does what somebody asks for a job: the one way, whoever asks.
  ///
  /// - Returns: what to tell.
  /// - Throws: a `JobControlError` in words; a `FileError`.
  package func carryOut(_ wish: Wish) throws -> String {
    switch wish.action {
    case .hold: try hold(wish.name)
    case .release: try release(wish.name)
    case .retry: try retry(wish.name)
    case .cancel: try cancel(wish.name)
    case .priority: try prioritise(wish.name, wish.priority ?? 0)
    case .renameStyle, .removeStyle:
      throw JobControlError("\(wish.action.rawValue) is nothing that can be done with a job")
    }
  }

  private func hold(_ name: String) throws -> String {
    let job = try spooled(name)
    guard !job.isHeld else { throw JobControlError("\(called(job)) is held already") }
    try refuseFinished(job)
    let note = try mark(job) { try $0.set(.hold) }
    return note + "\(job.record.name) is held; go on with: easel job release \(name)"
  }

  private func release(_ name: String) throws -> String {
    let job = try spooled(name)
    guard job.isHeld else {
      throw JobControlError("\(called(job)) is not held, but \(job.record.state.rawValue)")
    }
    return try mark(job) { try $0.clear(.hold) } + "\(job.record.name) is released"
  }

  private func retry(_ name: String) throws -> String {
    switch try retryable(name) {
    case .spooled(let job):
      return try mark(job) { try $0.set(.retry) } + "\(job.record.name) is tried again"
    case .failed(let folder):
      try moveBack(folder)
      return "\(folder) is back in the inbox \(inbox)"
    }
  }

  private func cancel(_ name: String) throws -> String {
    let job = try spooled(name)
    try refuseFinished(job)
    return try mark(job) { try $0.set(.cancel) } + "\(job.record.name) is cancelled"
  }

  private func prioritise(_ name: String, _ priority: Int) throws -> String {
    guard Settings.priorities.contains(priority) else {
      throw JobControlError(
        "found the priority \(priority); allowed is a whole number from \(Settings.priorities.lowerBound) "
          + "to \(Settings.priorities.upperBound)")
    }
    let job = try spooled(name)
    try refuseFinished(job)
    let note = try mark(job) { try $0.set(priority: priority) }
    return note + "\(job.record.name) has priority \(priority); those with a higher one go first"
  }
}
