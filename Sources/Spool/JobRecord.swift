package import Files
package import Foundation
package import Jobs

/// `job.json`: what the daemon knows about a claimed job. Only the daemon writes it.
package struct JobRecord: Codable, Hashable, Sendable {
  package enum State: String, Codable, Sendable {
    /// The inputs are on their way from the inbox into the job directory.
    case claiming
    /// Of a folder with several jobs: they are made and done first.
    case gathering
    case queued
    case running
    /// An attempt failed for a cause that may pass; the next starts at `retryAt`.
    case retrying
    /// The painted picture is on its way into the outbox.
    case publishing
    /// The job has failed for good and is on its way into the outbox.
    case failed
  }

  /// 2: pictures by their roles, in `inputs`. Records without a number may have what was before, see `modernised`.
  package static let fileFormat = FileFormat(2)
  package private(set) var format: Int? = JobRecord.fileFormat.current

  package var id: String
  /// The name to publish under, safe as a file name.
  package var name: String
  package var inputs: JobInputs
  /// As they were read when the job was claimed; nil in records of before, whose jobs have them in a file alone.
  package var settings: RecordedSettings?
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
  /// Whether a small picture is wanted first; nil leaves it to the daemon's configuration.
  package var preview: Bool?
  /// The folder of the inbox that is called like a preset, if it comes from one.
  package var presetFolder: FileName?
  /// The jobs that come of it, when it is a folder with several.
  package var batch: Batch?
  /// Which of these it is, when it has come of such a folder.
  package var cell: Cell?
  package var claimedAt: Date
  package var startedAt: Date?
  /// By which the job's runner finds the running attempt again; nil while none runs, and while it is not known yet.
  package var runHandle: String?
  package var retryAt: Date?
  /// Why the last attempt failed, for people.
  package var message: String?
  /// What to do about it.
  package var advice: String?
  /// What is being taken from the inbox, while `claiming`.
  package var claim: Claim?
  /// The states that the job has been in and when it was held, the latest last; the oldest are dropped when there are too
  /// many.
  package var history: [Step]?

  /// Of records of before: now with the inputs, and in `claim`.
  private var style: StyleUse?
  private var moves: [ClaimPlan.Move]?

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

/// Settings as another version of Easel may have written them, with other keys: then the job's file is read again.
package struct RecordedSettings: Codable, Hashable, Sendable {
  /// Nil when they are not this version's.
  package let value: Settings?

  package init(_ settings: Settings) { value = settings }

  package init(from decoder: any Decoder) throws { value = try? Settings(from: decoder) }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }
}

extension JobRecord {
  /// One photo in one painting of a folder.
  package struct Cell: Codable, Hashable, Sendable {
    /// The id of the folder's job.
    package var batch: String
    /// Its place among the cells there, from 0.
    package var number: Int
  }

  /// What is taken from the inbox, and what then becomes of the job.
  package struct Claim: Codable, Hashable, Sendable {
    package var moves: [ClaimPlan.Move]
    /// Nil for a job that can be done.
    package var fault: JobFault?

    package init(moves: [ClaimPlan.Move], fault: JobFault?) {
      self.moves = moves
      self.fault = fault
    }
  }

  /// The same record in today's form.
  var modernised: JobRecord {
    var record = self
    record.format = Self.fileFormat.current
    if let style {
      let file = record.inputs.pictures[.style].first?.file
      record.inputs.pictures[.style] = [JobInput(file: file, style: style)]
      record.style = nil
    }
    if let moves {
      record.claim = Claim(moves: moves, fault: message.map { JobFault($0, advice: advice) })
      record.moves = nil
    }
    return record
  }

  /// A state that a job has entered, or a person's wish that it wait or go on.
  package struct Step: Codable, Hashable, Sendable {
    package enum State: String, Codable, Sendable {
      case claiming, gathering, queued, running, retrying, publishing, failed
      /// Kept from running, whatever its state is; `released` ends it.
      case held, released

      init(_ state: JobRecord.State) {
        self =
          switch state {
          case .claiming: .claiming
          case .gathering: .gathering
          case .queued: .queued
          case .running: .running
          case .retrying: .retrying
          case .publishing: .publishing
          case .failed: .failed
          }
      }
    }

    package var state: State
    package var at: Date
    package var attempt: Int
    /// Why, where it is not the usual way.
    package var message: String?

    fileprivate var isHold: Bool { state == .held || state == .released }
  }

  private static let longestHistory = 60

  private var steps: [Step] { history ?? [Step(state: .claiming, at: claimedAt, attempt: 0)] }

  /// Puts down the present state when it is another than the last one put down.
  mutating func noteState() {
    let last = steps.last { !$0.isHold }
    guard last?.state != Step.State(state) || last?.attempt != attempt else { return }
    append(Step(state: .init(state), at: .now, attempt: attempt, message: message))
  }

  /// Puts down that the job was held or released.
  mutating func noteHold(_ isHeld: Bool, at date: Date) {
    guard isHeldInHistory != isHeld else { return }
    append(Step(state: isHeld ? .held : .released, at: date, attempt: attempt))
  }

  /// Whether the last that was put down of it is that the job was held.
  var isHeldInHistory: Bool { history?.last(where: \.isHold)?.state == .held }

  private mutating func append(_ step: Step) {
    history = (steps + [step]).suffix(Self.longestHistory)
  }
}
