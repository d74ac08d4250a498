package import Files
internal import Glibc

/// Where the page is served: a network address, or a socket in the file system.
package enum ListenAddress: Hashable, Sendable, CustomStringConvertible {
  /// The host is a literal address, without brackets.
  case network(host: String, port: Int)
  case unix(Path)

  /// Reads `127.0.0.1:8484`, `[::1]:8484`, `localhost:8484` and `unix:/run/easel/page.sock`; nil for anything else.
  package init?(_ text: String) {
    if text.hasPrefix("unix:") {
      let path = Path(String(text.dropFirst("unix:".count)))
      guard path.isAbsolute else { return nil }
      self = .unix(path)
      return
    }
    guard let (host, port) = Self.split(text) else { return nil }
    self = .network(host: host == "localhost" ? "127.0.0.1" : host, port: port)
  }

  package var description: String {
    switch self {
    case .network(_, let port): "\(host ?? ""):\(port)"
    case .unix(let path): "unix:\(path)"
    }
  }

  /// As browsers write it; nil for a socket in the file system.
  var host: String? {
    guard case .network(let host, _) = self else { return nil }
    return host.contains(":") ? "[\(host)]" : host
  }

  /// Whether only this machine's own users can come.
  package var isLocal: Bool {
    switch self {
    case .network(let host, _): host == "::1" || (Self.isVersion4(host) && host.hasPrefix("127."))
    case .unix: true
    }
  }

  private static func split(_ text: String) -> (host: String, port: Int)? {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (0...65_535).contains(port)
    else { return nil }
    let host = String(text[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") {
      let inner = String(host.dropFirst().dropLast())
      return isVersion6(inner) ? (inner, port) : nil
    }
    return host == "localhost" || isVersion4(host) ? (host, port) : nil
  }

  /// Whether it is an address and no name, which a name server could make another one of.
  static func isLiteral(_ host: String) -> Bool {
    isVersion4(host) || (host.hasPrefix("[") && host.hasSuffix("]") && isVersion6(String(host.dropFirst().dropLast())))
  }

  private static func isVersion4(_ host: String) -> Bool {
    var address = in_addr()
    return inet_pton(AF_INET, host, &address) == 1
  }

  private static func isVersion6(_ host: String) -> Bool {
    var address = in6_addr()
    return inet_pton(AF_INET6, host, &address) == 1
  }
}
