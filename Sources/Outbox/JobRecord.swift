package import Foundation
package import Jobs

/// `job.json`: what the daemon knows about a claimed job. Only the daemon writes it.
package struct JobRecord: Codable, Hashable, Sendable {
  package enum State: String, Codable, Sendable {
    /// The inputs are on their way from the inbox into the job directory.
    case claiming
    case queued
    case running
    /// An attempt failed for a cause that may pass; the next starts at `retryAt`.
    case retrying
    /// The painted picture is on its way into the outbox.
    case publishing
    /// The job has failed for good and is on its way into the outbox.
    case failed
  }

  package var id: String
  /// The name to publish under, safe as a file name.
  package var name: String
  package var inputs: JobInputs
  /// The style by its name in the library, or the name to remember it under; nil where none takes part.
  package var style: StyleUse?
  package var state: State
  /// The number of attempts begun since the job last came further; counted before an attempt starts, so that a crash
  /// counts.
  package var attempt: Int
  /// How often in a row daemon or machine ended while the job was running and had not come further; nil for never.
  package var interruptions: Int?
  /// The checkpoint that the running attempt found: another one at its end means that the job has come further.
  package var checkpoint: FileIdentity?
  /// Jobs with a higher one go first.
  package var priority: Int
  package var claimedAt: Date
  package var startedAt: Date?
  package var retryAt: Date?
  /// Why the last attempt failed, for people.
  package var message: String?
  /// What to do about it.
  package var advice: String?
  /// What is taken from the inbox, while `claiming`.
  package var moves: [ClaimPlan.Move]?
  /// The states that the job has been in, the latest last; the oldest are dropped when there are too many.
  package var history: [Step]?

  package init(
    id: String, name: String, inputs: JobInputs, state: State = .queued, attempt: Int = 0, priority: Int = 0,
    claimedAt: Date = .now
  ) {
    self.id = id
    self.name = name
    self.inputs = inputs
    self.state = state
    self.attempt = attempt
    self.priority = priority
    self.claimedAt = claimedAt
  }
}

extension JobRecord {
  /// A state that a job has entered.
  package struct Step: Codable, Hashable, Sendable {
    package var state: State
    package var at: Date
    package var attempt: Int
    /// Why, where it is not the usual way.
    package var message: String?
  }

  private static let longestHistory = 60

  /// Puts down the present state when it is another than the last one put down.
  mutating func noteState() {
    var steps = history ?? [Step(state: .claiming, at: claimedAt, attempt: 0)]
    guard steps.last!.state != state || steps.last!.attempt != attempt else { return }
    steps.append(Step(state: state, at: .now, attempt: attempt, message: message))
    history = steps.suffix(Self.longestHistory)
  }
}
