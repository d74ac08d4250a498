internal import Files
internal import Glibc

/// A socket that the service manager has opened before it started this process, as sd_listen_fds(3) describes.
struct InheritedSocket: Sendable {
  let descriptor: Int32
  let address: ListenAddress

  private static let first: Int32 = 3

  /// Those of this process; none where nobody has passed any. The variables are removed, so that nobody else takes them for theirs.
  ///
  /// - Throws: a `PageError` for one that nothing can be served on.
  static func all() throws -> [InheritedSocket] {
    defer { for name in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] { unsetenv(name) } }
    guard let process = getenv("LISTEN_PID"), String(cString: process) == "\(getpid())",
      let text = getenv("LISTEN_FDS"), let count = Int32(String(cString: text)), (1...64).contains(count)
    else { return [] }
    return try (first..<first + count).map(InheritedSocket.init)
  }

  private init(_ descriptor: Int32) throws {
    guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0, let address = Self.address(of: descriptor) else {
      throw PageError(
        "what the service manager has passed as descriptor \(descriptor) is no socket of TCP or of the file system")
    }
    self.descriptor = descriptor
    self.address = address
  }

  private static func address(of descriptor: Int32) -> ListenAddress? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let status = withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    guard status == 0 else { return nil }
    let family = Int32(storage.ss_family)
    return withUnsafePointer(to: storage) { pointer in
      switch family {
      case AF_INET: pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { network($0.pointee) }
      case AF_INET6: pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { network($0.pointee) }
      case AF_UNIX: pointer.withMemoryRebound(to: sockaddr_un.self, capacity: 1) { unix($0.pointee) }
      default: nil
      }
    }
  }

  private static func network(_ address: sockaddr_in) -> ListenAddress {
    var inner = address.sin_addr
    return .network(host: text(AF_INET, &inner), port: Int(UInt16(bigEndian: address.sin_port)))
  }

  private static func network(_ address: sockaddr_in6) -> ListenAddress {
    var inner = address.sin6_addr
    return .network(host: text(AF_INET6, &inner), port: Int(UInt16(bigEndian: address.sin6_port)))
  }

  private static func text(_ family: Int32, _ address: UnsafeRawPointer) -> String {
    var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    guard let text = inet_ntop(family, address, &buffer, socklen_t(buffer.count)) else { return "?" }
    return String(cString: text)
  }

  private static func unix(_ address: sockaddr_un) -> ListenAddress {
    .unix(Path(bytes: withUnsafeBytes(of: address.sun_path) { Array($0.prefix { $0 != 0 }) }))
  }
}
