internal import Files
internal import Glibc

/// The loop of the inbox's thread: look, tell, wait for an event or for the time of the next look.
struct InboxThread {
  /// After an event, more usually follow at once; one look serves them all.
  private static let gathering: Duration = .milliseconds(100)

  private var configuration: InboxConfiguration
  private let bell: WakeBell
  private let answers: WakeBell
  private let requests: () -> Inbox.Requests

  init(_ configuration: InboxConfiguration, bell: WakeBell, answers: WakeBell, requests: @escaping () -> Inbox.Requests)
  {
    self.configuration = configuration
    self.bell = bell
    self.answers = answers
    self.requests = requests
  }

  /// Runs until it is asked to stop.
  mutating func run(tell: (InboxSnapshot) -> Void) {
    while let next = runUnchanged(tell) { configuration = next }
  }

  /// Runs with this configuration; returns the next one, or nil when it is asked to stop.
  private func runUnchanged(_ tell: (InboxSnapshot) -> Void) -> InboxConfiguration? {
    var look = InboxLook(configuration)
    var watch = FolderWatch(configuration, bell: bell, answers: answers)
    var last: InboxSnapshot?
    while true {
      let requests = requests()
      if requests.stops { return nil }
      if let configuration = requests.configuration { return configuration }
      let snapshot = snapshot(&look, &watch)
      if requests.looks || !(last?.hasSameContents(as: snapshot) ?? false) { tell(snapshot) }
      last = snapshot
      wait(until: nextLook(snapshot, look, watch.isPolling), &watch, &look)
    }
  }

  private func snapshot(_ look: inout InboxLook, _ watch: inout FolderWatch) -> InboxSnapshot {
    var snapshot = InboxSnapshot(lookedAt: InboxClock.now)
    watch.begin()
    do throws(FileError) {
      snapshot.entries = try look.entries(now: snapshot.lookedAt) { watch.watch($0) }
    } catch {
      snapshot.trouble = "the inbox cannot be read: \(error)"
    }
    if let doorbell = configuration.doorbell {
      watch.watch(doorbell)
      snapshot.doorbell = FileStatus(doorbell)?.identity.modified ?? 0
    }
    watch.end()
    snapshot.warning = watch.takeWarning()
    return snapshot
  }

  private func nextLook(_ snapshot: InboxSnapshot, _ look: InboxLook, _ isPolling: Bool) -> Duration {
    var times = [snapshot.lookedAt + configuration.rescanInterval]
    if isPolling { times.append(snapshot.lookedAt + configuration.pollingInterval) }
    if look.hasProblems || snapshot.trouble != nil { times.append(snapshot.lookedAt + configuration.retryInterval) }
    if let settles = look.nextLook { times.append(settles) }
    return times.min()!
  }

  private func wait(until time: Duration, _ watch: inout FolderWatch, _ look: inout InboxLook) {
    guard bell.wait(until: time) else { return }
    bell.silence()
    if watch.hasEvents {
      _ = bell.wait(until: min(time, InboxClock.now + Self.gathering))
      for path in watch.completed() { look.announce(path) }
    }
  }
}
