import Foundation
import Inbox
import Jobs
import Outbox

/// The jobs of an inbox and an outbox, as the disk has them now.
struct StatusReport: Codable {
  struct Daemon: Codable {
    var running: Bool
    var processIdentifier: Int32?
    var startedAt: Date?
    var inbox: String
    var outbox: String
    /// What keeps it from its work.
    var troubles: [String]
  }

  var daemon: Daemon
  /// Waiting ones first, then those in the spool, running ones first and then by their turn, then finished ones, the newest
  /// first.
  var jobs: [JobStatus]
  /// What lies in the inbox and belongs to no job.
  var leftovers: [LeftoverStatus]

  /// How many finished jobs are told.
  static let finishedLimit = 20

  init(_ configuration: DaemonConfiguration) throws {
    let spool = Spool(outbox: configuration.outbox)
    let isServed = spool.isServed
    let record = try spool.readDaemon()
    var configuration = configuration
    // The daemon knows best which inbox it watches.
    if isServed, let record { configuration.inbox = record.inbox }
    daemon = Daemon(
      running: isServed, processIdentifier: isServed ? record?.processIdentifier : nil,
      startedAt: isServed ? record?.startedAt : nil, inbox: configuration.inbox, outbox: configuration.outbox,
      troubles: isServed ? record?.troubles ?? [] : [])
    let pairing = Self.pairing(configuration, &daemon.troubles)
    leftovers = pairing.leftovers.map { LeftoverStatus(name: $0.name, reason: $0.reason) }
    jobs = pairing.jobs.map(JobStatus.init)
    jobs += try spool.directories().compactMap { try? SpooledJob($0) }.sorted(by: Self.comesFirst).map(JobStatus.init)
    jobs += JobStatus.finished(in: configuration.outbox, limit: Self.finishedLimit)
  }

  /// What a running daemon knows of itself.
  ///
  /// - Parameter isStale: jobs were claimed since the look that `pairing` is from.
  init(
    daemon: Daemon, pairing: Pairing?, isStale: Bool, spooled: some Collection<SpooledJob>, finished: [JobStatus]
  ) {
    self.daemon = daemon
    leftovers = pairing?.leftovers.map { LeftoverStatus(name: $0.name, reason: $0.reason) } ?? []
    jobs = pairing?.jobs.filter { !isStale || !$0.state.isReady }.map(JobStatus.init) ?? []
    jobs += spooled.sorted(by: Self.comesFirst).map(JobStatus.init) + finished
  }

  /// What is worked on, then what waits for its turn.
  private static func comesFirst(_ left: SpooledJob, _ right: SpooledJob) -> Bool {
    let isLeftActive = left.record.state == .running || left.record.state == .publishing
    let isRightActive = right.record.state == .running || right.record.state == .publishing
    return isLeftActive == isRightActive ? Scheduler.comesFirst(left, right) : isLeftActive
  }

  private static func pairing(_ configuration: DaemonConfiguration, _ troubles: inout [String]) -> Pairing {
    do {
      let entries = try Inbox.look(InboxConfiguration(configuration))
      return Pairing(entries: entries, now: InboxClock.now, grace: .zero)
    } catch {
      troubles.append("the inbox cannot be read: \(error)")
      return Pairing(entries: [], now: .zero, grace: .zero)
    }
  }

  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      encoder.dateEncodingStrategy = .iso8601
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}

extension PairedJob.State {
  fileprivate var isReady: Bool {
    if case .ready = self { true } else { false }
  }
}

struct LeftoverStatus: Codable {
  var name: String
  var reason: String
}
