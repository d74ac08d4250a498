internal import HTTPTypes
internal import HummingbirdCore

/// Who may ask for what: by which name we are called, from where a change comes, and whether it carries our token.
struct Doorkeeper: Sendable {
  let sessions: Sessions
  /// By which browsers may call us, in lower case, without ports.
  private let names: Set<String>
  /// Whether any literal address will do: behind one there is no name server that somebody else could answer for.
  private let allowsAddresses: Bool

  init(_ sessions: Sessions, listening addresses: [ListenAddress], hosts: [String]) {
    self.sessions = sessions
    names = Set(["localhost", "127.0.0.1", "[::1]"] + addresses.compactMap(\.host) + hosts.map { $0.lowercased() })
    allowsAddresses = addresses.contains { !$0.isLocal }
  }

  /// A page elsewhere whose name was made to lead here is no page of ours.
  ///
  /// - Throws: a `Refusal` where the browser calls us by a name that is none of ours.
  func checkName(_ request: PageRequest) throws {
    guard let authority = request.authority, let host = Self.host(of: authority) else {
      throw Refusal(.badRequest, "The request does not say for which host it is.")
    }
    guard names.contains(host) || (allowsAddresses && ListenAddress.isLiteral(host)) else {
      throw Refusal(
        .misdirectedRequest, "This page is not called \(host).",
        "If it is to be, as behind a proxy, start it with: easel page --host \(host)")
    }
  }

  /// Whether the browser has a token of ours.
  func isKnown(_ request: PageRequest) -> Bool { Self.cookies(request).contains { sessions.isValid($0) } }

  /// - Throws: a `Refusal` for a change that another site has sent.
  func checkOrigin(_ request: PageRequest) throws {
    let origin = HTTPField.Name("Origin").flatMap { request.headers[$0] } ?? ""
    let scheme = ["http://", "https://"].first { origin.hasPrefix($0) }
    guard let scheme, let authority = request.authority,
      origin.dropFirst(scheme.count).lowercased() == authority.lowercased()
    else {
      throw Refusal(
        .forbidden, "This change was not asked for from a page of Easel's, and was not made.",
        "Programs use the commands: easel job, easel styles, or drop files into the inbox.")
    }
  }

  /// - Throws: a `Refusal` for a change without our token.
  func checkToken(_ request: PageRequest) throws {
    guard isKnown(request) else {
      throw Refusal(
        .forbidden, "This page was open for long, and nothing was changed.", "Go back, reload it, and do it again.")
    }
  }

  /// As `example.org`, `127.0.0.1` or `[::1]`; nil for what is no host.
  static func host(of authority: String) -> String? {
    let text = authority.lowercased()
    guard !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "@") }) else { return nil }
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]"), isPort(text[text.index(after: end)...]) else { return nil }
      return String(text[...end])
    }
    let host = text.prefix { $0 != ":" }
    guard !host.isEmpty, isPort(text[host.endIndex...]) else { return nil }
    return host.hasSuffix(".") ? String(host.dropLast()) : String(host)
  }

  /// Nothing, or a colon with a number.
  private static func isPort(_ text: Substring) -> Bool {
    text.isEmpty || (text.first == ":" && text.dropFirst().utf8.allSatisfy { (0x30...0x39).contains($0) })
  }

  private static func cookies(_ request: PageRequest) -> [String] {
    let start = Sessions.cookieName(request.authority) + "="
    return request.headers[values: .cookie].flatMap { $0.split(separator: ";") }.compactMap { pair in
      let trimmed = pair.drop { $0 == " " }
      return trimmed.hasPrefix(start) ? String(trimmed.dropFirst(start.count)) : nil
    }
  }
}
