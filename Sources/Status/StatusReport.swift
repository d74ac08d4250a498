import Files
import Foundation
import Inbox
import Jobs
import Spool

/// The jobs of an inbox and an outbox, as the disk has them now.
package struct StatusReport: Codable {
  package struct Daemon: Codable {
    package var running: Bool
    package var processIdentifier: Int32?
    package var startedAt: Date?
    package var inbox: Path
    package var outbox: Path
    /// What keeps it from its work.
    package var troubles: [String]

    package init(
      running: Bool, processIdentifier: Int32?, startedAt: Date?, inbox: Path, outbox: Path, troubles: [String]
    ) {
      (self.running, self.processIdentifier, self.startedAt) = (running, processIdentifier, startedAt)
      (self.inbox, self.outbox, self.troubles) = (inbox, outbox, troubles)
    }
  }

  package var daemon: Daemon
  /// Waiting ones first, then those in the spool, running ones first and then by their turn, then finished ones, the newest
  /// first.
  package var jobs: [JobStatus]
  /// What lies in the inbox and belongs to no job.
  package var leftovers: [LeftoverStatus]

  /// How many finished jobs are told.
  package static let finishedLimit = 20

  /// - Parameter inbox: where a running daemon does not say what it watches.
  /// - Throws: a `FileError`, `JSONFileError` or `UnseenSpoolError` when the outbox cannot be read.
  package init(outbox: Path, inbox: InboxConfiguration) throws {
    let spool = Spool(outbox: outbox)
    try spool.checkVisibility()
    let record = spool.isServed ? try spool.readDaemon() : nil
    var inbox = inbox
    // The daemon knows best which inbox it watches.
    if let record { inbox.folder = record.inbox }
    daemon = Daemon(
      running: spool.isServed, processIdentifier: record?.processIdentifier, startedAt: record?.startedAt,
      inbox: inbox.folder, outbox: outbox, troubles: record?.troubles ?? [])
    let pairing = Self.pairing(inbox, &daemon.troubles)
    leftovers = pairing.leftovers.map { LeftoverStatus(name: $0.name, reason: $0.reason) }
    jobs = pairing.jobs.map(JobStatus.init)
    jobs += try spool.directories().compactMap { try? SpooledJob($0) }.sorted(by: Self.comesFirst).map(JobStatus.init)
    jobs += JobStatus.finished(in: outbox, limit: Self.finishedLimit)
  }

  /// What a running daemon knows of itself.
  ///
  /// - Parameter isStale: jobs were claimed since the look that `pairing` is from.
  package init(
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

  private static func pairing(_ inbox: InboxConfiguration, _ troubles: inout [String]) -> Pairing {
    do {
      let entries = try Inbox.look(inbox)
      return Pairing(entries: entries, now: InboxClock.now, grace: .zero)
    } catch {
      troubles.append("the inbox cannot be read: \(error)")
      return Pairing(entries: [], now: .zero, grace: .zero)
    }
  }

  package var json: String {
    get throws { try JSON.text(self) }
  }
}

package struct LeftoverStatus: Codable {
  package var name: String
  package var reason: String
}
