import Files
import Foundation
import Inbox
import Jobs
import Synchronization
import TestSupport
import Testing

/// An inbox in a folder of its own that is being watched, with short times.
final class WatchedInbox: Sendable {
  let folder: TemporaryFolder
  let path: String
  private let latest = Latest()
  private let watching: Mutex<Task<Void, Never>?> = Mutex(nil)

  private final class Latest: Sendable {
    let snapshot = Mutex<InboxSnapshot?>(nil)
  }

  /// Makes the folder; nothing is watched before `start`.
  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("inbox")
    try makeFolder("")
  }

  deinit { watching.withLock { $0?.cancel() } }

  func start(_ change: (inout InboxConfiguration) -> Void = { _ in }) throws {
    var configuration = InboxConfiguration(folder: Path(path)) { _, bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      return text.contains("bad") ? .invalid(reason: text) : .valid(Settings())
    }
    configuration.settle = .milliseconds(50)
    configuration.sidecarGrace = .milliseconds(400)
    configuration.retryInterval = .milliseconds(50)
    configuration.polling = .off
    change(&configuration)
    let inbox = try Inbox(configuration)
    watching.withLock {
      $0 = Task { [latest] in
        for await snapshot in inbox.snapshots() { latest.snapshot.withLock { $0 = snapshot } }
      }
    }
  }

  /// Waits for a snapshot that fulfils `condition` and returns it.
  @discardableResult
  func wait(
    limit: Duration = .seconds(20), sourceLocation: SourceLocation = #_sourceLocation,
    until condition: (InboxSnapshot) -> Bool
  ) async throws -> InboxSnapshot {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
      if let snapshot = latest.snapshot.withLock(\.self), condition(snapshot) { return snapshot }
      try await Task.sleep(for: .milliseconds(5))
    }
    let last = latest.snapshot.withLock(\.self)
    Issue.record(
      "the inbox did not come to that: \(String(describing: last).prefix(2000))", sourceLocation: sourceLocation)
    throw CancellationError()
  }

  func write(_ text: String, to name: String) throws { try Data(text.utf8).write(to: URL(filePath: path + "/" + name)) }

  func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: path + "/" + name, withIntermediateDirectories: true)
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path + "/" + name) }
}

extension InboxSnapshot {
  var names: [String] { entries.map(\.name.description) }

  func entry(_ name: String) -> InboxEntry? { entries.first { $0.name == FileName(name) } }

  func isSettled(_ name: String) -> Bool { entry(name)?.settledAt != nil }

  func files(in folder: String) -> [InboxEntry] {
    if case .folder(let files, _)? = entry(folder)?.kind { files } else { [] }
  }
}
