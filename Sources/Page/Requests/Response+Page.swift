internal import Files
internal import HTTPTypes
internal import HummingbirdCore
internal import Jobs
internal import NIOCore

// The kinds of answers.
extension Response {
  static func html(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
    bytes(Array(text.utf8), "text/html; charset=utf-8", status: status)
  }

  static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
    let text = (try? value.json) ?? "{}"  // texts and numbers can all be written
    return bytes(Array(text.utf8), "application/json", status: status)
  }

  static func bytes(_ bytes: [UInt8], _ type: String, status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status, headers: [.contentType: type, .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  /// Another page is to be shown.
  static func seeOther(_ address: String) -> Response {
    Response(status: .seeOther, headers: [.location: address, .cacheControl: "no-store"])
  }

  /// What every answer says to the browser: nothing from elsewhere, nothing guessed, nothing around it.
  func guarded() -> Response {
    var response = self
    for (name, value) in Self.guards where response.headers[name] == nil { response.headers[name] = value }
    return response
  }

  private static let guards: [(HTTPField.Name, String)] = {
    let policy =
      "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    let fields = [
      ("Content-Security-Policy", policy), ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"),
      ("Referrer-Policy", "same-origin"), ("Cross-Origin-Opener-Policy", "same-origin"),
      ("Cross-Origin-Resource-Policy", "same-origin"),
      ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"),
    ]
    return fields.compactMap { name, value in HTTPField.Name(name).map { ($0, value) } }
  }()
}

/// Why a request is not done, for people.
struct Refusal: Error {
  var status: HTTPResponse.Status
  var lines: [String]

  init(_ status: HTTPResponse.Status, _ lines: String...) { (self.status, self.lines) = (status, lines) }

  static let notThere = Refusal(.notFound, "There is nothing at this address (any more).")
}
