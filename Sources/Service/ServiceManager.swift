import Foundation

/// The service manager that has started this process: systemd, or nobody. It is told by datagrams, as sd_notify(3) describes.
package struct ServiceManager: Sendable {
  /// Of the socket to send to: a path, or an abstract name after a NUL. Nil when nobody wants to be told.
  private let address: [UInt8]?
  /// How long it waits for a sign of life before it takes this process for hung; nil for ever.
  package let watchdogTimeout: Duration?

  /// Reads `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`.
  package init(environment: [String: String]) {
    address = environment["NOTIFY_SOCKET"].flatMap(Self.address)
    let isForUs = environment["WATCHDOG_PID"].map { $0 == "\(getpid())" } ?? true
    let microseconds = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
    watchdogTimeout = isForUs && microseconds > 0 && address != nil ? .microseconds(microseconds) : nil
  }

  /// The one that this process's environment names. The variables are removed, so that no worker or hook speaks for us. To
  /// be called before there are other threads.
  package static func ofThisProcess() -> ServiceManager {
    let manager = ServiceManager(environment: ProcessInfo.processInfo.environment)
    for name in ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"] { unsetenv(name) }
    return manager
  }

  package static var nobody: ServiceManager { ServiceManager(environment: [:]) }

  /// Sends assignments such as `READY=1` in one datagram. What cannot be sent is lost: the protocol knows no answer.
  func tell(_ assignments: String...) {
    guard let address else { return }
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    // A manager that does not listen holds us up no longer than this.
    var patience = timeval(tv_sec: 1, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    let text = Array(assignments.joined(separator: "\n").utf8)
    Self.withSocketAddress(address) { _ = sendto(descriptor, text, text.count, Int32(MSG_NOSIGNAL), $0, $1) }
  }

  private static func address(_ name: String) -> [UInt8]? {
    var bytes = Array(name.utf8)
    guard bytes.count > 1, bytes.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path) else { return nil }
    switch bytes[0] {
    case UInt8(ascii: "/"): break
    case UInt8(ascii: "@"): bytes[0] = 0
    default: return nil
    }
    return bytes
  }

  /// The length counts no closing NUL: in an abstract name it would be one more byte of it.
  private static func withSocketAddress(_ bytes: [UInt8], _ body: (UnsafePointer<sockaddr>, socklen_t) -> Void) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let length = socklen_t(MemoryLayout<sockaddr_un>.offset(of: \.sun_path)! + bytes.count)
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
    }
  }
}

extension ServiceManager {
  package func tellReady() { tell("READY=1") }

  /// To be followed by `READY=1` when the configuration has been read.
  func tellReloading() {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    tell("RELOADING=1", "MONOTONIC_USEC=\(Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)")
  }
}
