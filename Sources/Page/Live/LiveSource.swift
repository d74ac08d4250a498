internal import Files
internal import Foundation
internal import Inbox
internal import Jobs
internal import Pages
internal import Spool
internal import Status

/// Reads what is going on from the folders: the daemon's status file while there is a daemon, else all that it would read.
struct LiveSource: Sendable {
  /// What is compared to see whether anything has changed.
  struct Signature: Hashable {
    var isServed: Bool
    var status: FileIdentity?
    var outbox: FileIdentity?
    var inbox: FileIdentity?
  }

  struct Reading {
    var report: StatusReport
    var parts: [(Template, String)]
  }

  let outbox: Path
  let inbox: InboxConfiguration
  let index: OutboxIndex
  private let spool: Spool

  init(outbox: Path, inbox: InboxConfiguration, index: OutboxIndex) {
    (self.outbox, self.inbox, self.index) = (outbox, inbox, index)
    spool = Spool(outbox: outbox)
  }

  private var statusFile: Path { spool.jobs.appending("status.json") }

  var signature: Signature {
    let isServed = spool.isServed
    return Signature(
      isServed: isServed, status: isServed ? FileStatus(statusFile)?.identity : nil, outbox: index.stamp,
      inbox: isServed ? nil : FileStatus(inbox.folder)?.identity)
  }

  /// Whether what is shown changes with time alone: without a daemon files grow and nobody writes that down.
  var isTimely: Bool { !spool.isServed }

  /// Nil where the folders cannot be read now.
  func read() -> Reading? {
    guard let report = status else { return nil }
    let views = LiveViews(report: report, spool: spool, index: index)
    return Reading(
      report: report,
      parts: [
        (.daemon, Template.daemon.render(views.daemon)), (.running, Template.running.render(views.running.view)),
        (.queue, Template.queue.render(views.queue(most: LiveViews.mostRows).view)),
        (.failed, Template.failed.render(views.failed.view)), (.latest, Template.latest.render(views.latest)),
      ])
  }

  private var status: StatusReport? {
    if spool.isServed, let bytes = try? FileSystem.contents(statusFile, limitBytes: 64 << 20),
      let report = try? JSON.decode(StatusReport.self, from: bytes)
    {
      return report
    }
    return try? StatusReport(outbox: outbox, inbox: inbox)
  }
}
