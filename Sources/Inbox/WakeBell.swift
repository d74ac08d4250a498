internal import CInbox
internal import Files
internal import Glibc

/// Wakes a thread that waits in `poll`, from any other thread.
final class WakeBell: Sendable {
  let descriptor: Int32

  init() throws(FileError) {
    descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard descriptor >= 0 else { throw FileError("eventfd", Path("wake bell")) }
  }

  deinit {
    close(descriptor)
  }

  func ring() { eventfd_write(descriptor, 1) }

  func silence() {
    var count: eventfd_t = 0
    eventfd_read(descriptor, &count)
  }

  /// Waits for a ring; returns whether it came before the time on `InboxClock` did.
  func wait(until time: Duration) -> Bool {
    var descriptors = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while true {
      let (seconds, attoseconds) = max(.zero, time - InboxClock.now).components
      let milliseconds = min(seconds, 1 << 20) * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
      let count = poll(&descriptors, 1, Int32(milliseconds))
      if count >= 0 || errno != EINTR { return count > 0 }
    }
  }
}
