internal import Files
internal import Glibc

/// The loop of the inbox's thread: look, tell, wait for an event or for the time of the next look.
struct InboxThread {
  /// After an event, more usually follow at once; one look serves them all.
  private static let gathering: Duration = .milliseconds(100)

  private var configuration: InboxConfiguration
  private let bell: WakeBell
  private let requests: () -> Inbox.Requests

  init(_ configuration: InboxConfiguration, bell: WakeBell, requests: @escaping () -> Inbox.Requests) {
    self.configuration = configuration
    self.bell = bell
    self.requests = requests
  }

  /// Runs until it is asked to stop.
  mutating func run(tell: (InboxSnapshot) -> Void) {
    while let next = runUnchanged(tell) { configuration = next }
  }

  /// Runs with this configuration; returns the next one, or nil when it is asked to stop.
  private func runUnchanged(_ tell: (InboxSnapshot) -> Void) -> InboxConfiguration? {
    var look = InboxLook(configuration)
    var watch = FolderWatch(configuration)
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
    guard poll(watch.descriptor, until: time) else { return }
    bell.silence()
    if watch.hasEvents {
      _ = poll(-1, until: min(time, InboxClock.now + Self.gathering))
      for path in watch.completed() { look.tell(path) }
    }
  }

  /// Whether something came before the time did.
  private func poll(_ descriptor: Int32, until time: Duration) -> Bool {
    var descriptors = [
      pollfd(fd: bell.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
    ]
    while true {
      let (seconds, attoseconds) = max(.zero, time - InboxClock.now).components
      let milliseconds = min(seconds, 1 << 20) * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
      let count = Glibc.poll(&descriptors, 2, Int32(milliseconds))
      if count >= 0 || errno != EINTR { return count > 0 }
    }
  }
}
