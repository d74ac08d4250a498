package import Files
package import Foundation

/// `outbox/.jobs/daemon.json`: which daemon serves this outbox, or did last, for `easel status`.
package struct DaemonRecord: Codable, Hashable, Sendable {
  package var processIdentifier: Int32
  package var startedAt: Date
  package var inbox: Path
  package var cache: Path
  package var workers: Int
  /// What keeps it from its work just now, for people.
  package var troubles: [String]

  package init(
    processIdentifier: Int32, startedAt: Date, inbox: Path, cache: Path, workers: Int, troubles: [String] = []
  ) {
    self.processIdentifier = processIdentifier
    self.startedAt = startedAt
    self.inbox = inbox
    self.cache = cache
    self.workers = workers
    self.troubles = troubles
  }
}

extension Spool {
  /// - Throws: a `FileError`.
  package func write(_ daemon: DaemonRecord) throws { try JSONFile.write(daemon, to: jobs.appending("daemon.json")) }

  /// - Throws: a `FileError`, or a `JSONFileError` for what is no record.
  package func readDaemon() throws -> DaemonRecord? { try JSONFile.read(jobs.appending("daemon.json")) }
}
