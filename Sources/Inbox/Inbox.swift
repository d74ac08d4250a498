internal import Files
internal import Foundation
internal import Glibc
package import Jobs
internal import Synchronization

/// Watches the inbox on a thread of its own and tells what is in it.
///
/// Events come from the program `easel-inotify`. They only say when to look; what counts is what a look finds. An inbox that
/// vanishes is waited for.
package final class Inbox: Sendable {
  struct Requests {
    var stops = false
    var looks = false
    /// Another configuration than that of the last look.
    var configuration: InboxConfiguration?
  }

  private let configuration: InboxConfiguration
  private let requests = Mutex(Requests())
  private let bell: WakeBell
  /// For what the watcher answers.
  private let answers: WakeBell

  /// - Throws: a `FileError` when the process has too many files open.
  package init(_ configuration: InboxConfiguration) throws {
    self.configuration = configuration
    bell = try WakeBell()
    answers = try WakeBell()
  }

  /// Starts watching; gives a snapshot at once and after every change, the newest only. Ends with its reader. To be
  /// called once.
  package func snapshots() -> AsyncStream<InboxSnapshot> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      continuation.onTermination = { _ in self.request { $0.stops = true } }
      let thread = Thread {
        var thread = InboxThread(
          self.configuration, bell: self.bell, answers: self.answers, requests: self.takeRequests)
        thread.run { continuation.yield($0) }
        continuation.finish()
      }
      thread.name = "inbox"
      thread.start()
    }
  }

  /// Asks for a new look and a snapshot of it, changed or not.
  package func lookAgain() { request { $0.looks = true } }

  /// Looks once, without watching, as if everything that is not empty were complete.
  ///
  /// - Throws: a `FileError` when the inbox cannot be read.
  package static func look(_ configuration: InboxConfiguration) throws -> [InboxEntry] {
    var configuration = configuration
    configuration.settle = .zero
    configuration.sidecarGrace = .zero
    var look = InboxLook(configuration)
    return try look.entries(now: InboxClock.now) { _ in }
  }

  /// Goes on with another configuration of the same inbox; what settles begins to settle anew.
  package func configure(_ configuration: InboxConfiguration) {
    request { $0.configuration = configuration }
  }

  private func request(_ change: (inout Requests) -> Void) {
    requests.withLock { change(&$0) }
    bell.ring()
  }

  private func takeRequests() -> Requests {
    requests.withLock { requests in
      defer { requests = Requests(stops: requests.stops) }
      return requests
    }
  }
}
