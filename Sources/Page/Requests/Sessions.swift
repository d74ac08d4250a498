internal import Crypto
internal import Files
internal import Foundation

/// The tokens in browsers' cookies: made by us, and by nobody else.
///
/// A token is `TIME.NUMBER.MAC`, the first two covered by the third with a key that only this process has, or that follows from the
/// file of `--token-file`, so that who has come in stays in when the page starts anew.
struct Sessions: Sendable {
  /// 30 days.
  private static let lifetimeSeconds = 30 * 86_400
  private static let shortestToken = 16

  private let key: SymmetricKey
  /// What people have to know to come in; nil lets everybody in.
  private let token: SymmetricKey?

  var needsToken: Bool { token != nil }

  /// - Throws: a `PageError` for a file that cannot be read, that others may read, or that holds no good token.
  init(tokenFile: Path?) throws {
    guard let tokenFile else {
      (key, token) = (SymmetricKey(size: .bits256), nil)
      return
    }
    let text = try Self.read(tokenFile)
    let digest = SHA256.hash(data: Array("easel page\n".utf8) + text)
    (key, token) = (SymmetricKey(data: digest), SymmetricKey(data: text))
  }

  private static func read(_ path: Path) throws -> [UInt8] {
    let file: OpenFile
    do { file = try OpenFile(path, O_RDONLY | O_NONBLOCK) } catch {
      throw PageError("\(error): the token's file cannot be read; make one with: openssl rand -hex 32 > \(path)")
    }
    var status = stat()
    guard fstat(file.descriptor, &status) == 0, status.st_mode & 0o007 == 0 else {
      throw PageError("\(path): anybody on this machine may read the token; take that away with: chmod o= \(path)")
    }
    let text = try file.contents(limitBytes: 4096)
    let trimmed = Array(text.reversed().drop { $0 == 10 || $0 == 13 || $0 == 32 }.reversed())
    guard trimmed.count >= shortestToken else {
      throw PageError(
        "\(path): found a token of \(trimmed.count) characters, which can be guessed; make one of \(shortestToken) or more "
          + "with: openssl rand -hex 32 > \(path)")
    }
    return trimmed
  }

  /// Whether somebody knows the token. How long it takes tells nothing.
  func isToken(_ text: String) -> Bool {
    guard let token else { return false }
    let asked = HMAC<SHA256>.authenticationCode(for: Array("token".utf8), using: SymmetricKey(data: Array(text.utf8)))
    return HMAC<SHA256>.isValidAuthenticationCode(asked, authenticating: Array("token".utf8), using: token)
  }

  /// A new token for a cookie.
  func issue(now: Date = .now) -> String {
    let body = "\(Int(now.timeIntervalSince1970)).\(UInt64.random(in: .min ... .max))"
    return body + "." + Self.hexadecimal(HMAC<SHA256>.authenticationCode(for: Array(body.utf8), using: key))
  }

  /// Whether we have made it, not too long ago.
  func isValid(_ cookie: String, now: Date = .now) -> Bool {
    let parts = cookie.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let time = Int(parts[0]), let code = Self.bytes(hexadecimal: parts[2]) else { return false }
    let age = now.timeIntervalSince1970 - Double(time)
    return age > -60 && age < Double(Self.lifetimeSeconds)
      && HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Array("\(parts[0]).\(parts[1])".utf8), using: key)
  }

  /// Browsers know cookies by their host alone; two pages of one host are told apart by their ports.
  static func cookieName(_ authority: String?) -> String {
    let port = authority?.reversed().prefix { $0.isASCII && $0.isNumber }.reversed() ?? []
    return authority?.dropLast(port.count).last == ":" ? "easel-" + String(port) : "easel"
  }

  /// The field that gives a browser a token, or takes it away.
  ///
  /// - Parameter authority: How the browser calls us, with the port.
  func cookie(_ token: String?, for authority: String?, isEncrypted: Bool) -> String {
    "\(Self.cookieName(authority))=\(token ?? ""); Path=/; HttpOnly; SameSite=Strict; Max-Age=\(token == nil ? 0 : Self.lifetimeSeconds)"
      + (isEncrypted ? "; Secure" : "")
  }

  private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private static func bytes(hexadecimal text: Substring) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count == 64 else { return nil }
    return stride(from: 0, to: digits.count, by: 2).reduce(into: [UInt8]?([])) { bytes, index in
      guard let byte = UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) else {
        return bytes = nil
      }
      bytes?.append(byte)
    }
  }
}
