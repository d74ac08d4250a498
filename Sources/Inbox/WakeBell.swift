internal import CInotifyTools
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
}
