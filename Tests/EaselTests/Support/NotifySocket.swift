import Foundation

/// The service manager's end of the notify protocol: a datagram socket.
final class NotifySocket: Sendable {
  struct SocketError: Error {
    let code: Int32
  }

  /// For `NOTIFY_SOCKET`.
  let name: String
  private let descriptor: Int32

  /// - Parameter name: an absolute path, or `@` and an abstract name.
  init(_ name: String) throws {
    self.name = name
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var bytes = Array(name.utf8)
    if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let length = socklen_t(MemoryLayout<sockaddr_un>.offset(of: \.sun_path)! + bytes.count)
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
    }
    guard status == 0 else { throw SocketError(code: errno) }
  }

  deinit { close(descriptor) }

  /// The next message, or nil when none comes within the time.
  func next(within time: Duration = .seconds(20)) -> String? {
    var events = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&events, 1, Int32(time / .milliseconds(1))) > 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = recv(descriptor, &bytes, bytes.count, 0)
    return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
  }

  /// The messages up to the first one for which `condition` holds, or all that come in the time.
  func messages(within time: Duration = .seconds(20), until condition: (String) -> Bool) -> [String] {
    let end = ContinuousClock.now + time
    var messages: [String] = []
    while ContinuousClock.now < end, let message = next(within: max(.zero, end - .now)) {
      messages.append(message)
      if condition(message) { break }
    }
    return messages
  }
}
