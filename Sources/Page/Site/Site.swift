internal import Files
internal import HTTPTypes
internal import HummingbirdCore
internal import Jobs
internal import Logging
internal import NIOPosix
internal import Pages
internal import Status
internal import StyleLibrary

/// Answers requests: which address shows what, and what may be asked for. One for all connections.
struct Site: Sendable {
  let configuration: PageConfiguration
  let door: Doorkeeper
  let index: OutboxIndex
  let board: LiveBoard
  let thumbnails: Thumbnails
  let uploads: Uploads
  let logger: Logger
  /// For reading files, which may wait for a disk.
  let files: NIOThreadPool

  var library: StyleLibrary { StyleLibrary(configuration.styles) }

  /// What anybody may have who can connect.
  private static let openPaths: Set<String> = ["login", "page.css", "page.js", "icon.svg"]

  func respond(to request: Request) async -> Response {
    guard let asked = PageRequest(request) else {
      return Self.plain(Refusal(.badRequest, "This is no address of a page."))
    }
    do {
      try door.checkName(asked)
    } catch let refusal as Refusal {
      return await closing(asked, Self.plain(refusal))
    } catch {
      return Self.plain(Refusal(.badRequest))
    }
    do {
      return try await answer(asked).guarded()
    } catch {
      let response = await explain(error, asked).guarded()
      return asked.method == .get ? response : await closing(asked, response)
    }
  }

  /// Without a page around it, for whoever is no browser of ours.
  private static func plain(_ refusal: Refusal) -> Response {
    Response.bytes(
      Array((refusal.lines.joined(separator: "\n") + "\n").utf8), "text/plain; charset=utf-8", status: refusal.status
    )
    .guarded()
  }

  /// Reads what is on its way, so that the answer is heard, but not for long; then the connection ends.
  private func closing(_ request: PageRequest, _ response: Response) async -> Response {
    guard request.method != .get else { return response }
    if let body = request.takeBody() {
      try? await withDeadline(.seconds(2)) {
        var bytes = 0
        for try await piece in body {
          bytes += piece.readableBytes
          if bytes > 8 << 20 { return }
        }
      }
    }
    var response = response
    response.headers[.connection] = "close"
    return response
  }

  private func answer(_ request: PageRequest) async throws -> Response {
    let isKnown = door.isKnown(request)
    let isOpen = request.path.first.map { Self.openPaths.contains($0.description) } ?? false
    if door.sessions.needsToken, !isKnown, !isOpen { return try welcome(request) }
    switch request.method {
    case .get:
      var response = try await show(request)
      // Each page brings a token with it, where none is asked for.
      if !isKnown, !door.sessions.needsToken, response.headers[.contentType]?.hasPrefix("text/html") == true {
        response.headers[.setCookie] = cookie(door.sessions.issue(), request)
      }
      return response
    case .post:
      try door.checkOrigin(request)
      if request.path.first != FileName("login") { try door.checkToken(request) }
      return try await change(request)
    default:
      throw Refusal(.methodNotAllowed, "This can be read, and changed by forms, and nothing else.")
    }
  }

  func cookie(_ token: String?, _ request: PageRequest) -> String {
    let protocolName = HTTPField.Name("X-Forwarded-Proto").flatMap { request.headers[$0] }
    return door.sessions.cookie(token, for: request.authority, isEncrypted: protocolName == "https")
  }

  private func show(_ request: PageRequest) async throws -> Response {
    let path = request.path
    let names = path.map(\.description)
    switch (names.first ?? "", path.count) {
    case ("", ...1): return await now(request)
    case ("queue", 1): return await queue(request)
    case ("results", 1): return await results(request)
    case ("results", 2): return try await result(path[1], request)
    case ("results", 4...) where names[2] == "thumbnail":
      return try await thumbnail(path[1], Array(path[3...]), request)
    case ("results", 4...) where names[2] == "files": return try await file(path[1], Array(path[3...]), request)
    case ("jobs", 3) where names[2] == "preview": return try await preview(path[1], request)
    case ("styles", 1): return try await styles(request)
    case ("styles", 3) where names[2] == "thumbnail": return try await styleThumbnail(path[1], request)
    case ("new", 1): return try await form(request)
    case ("state", 1): return await state(request)
    case ("login", 1): return loginForm(request, isWrong: false)
    case ("live", 1): return try await events(request)
    case ("live.json", 1): return await news(request)
    case ("page.css", 1): return Self.kept(PageFile.styleSheet, "text/css; charset=utf-8", request)
    case ("page.js", 1): return Self.kept(PageFile.script, "text/javascript; charset=utf-8", request)
    case ("icon.svg", 1): return Self.kept(PageFile.icon, "image/svg+xml", request)
    default: throw Refusal.notThere
    }
  }

  private func change(_ request: PageRequest) async throws -> Response {
    let path = request.path
    let names = path.map(\.description)
    switch (names.first ?? "", path.count) {
    case ("jobs", 1): return try await order(request)
    case ("check", 1): return try await check(request)
    case ("jobs", 3): return try await ask(names[2], ofJob: path[1], request)
    case ("results", 3) where names[2] == "retry": return try await retry(path[1], request)
    case ("styles", 3): return try await ask(names[2], ofStyle: path[1], request)
    case ("login", 1): return try await login(request)
    case ("logout", 1):
      _ = try await request.form()
      return logout(request)
    default: throw Refusal.notThere
    }
  }

  /// What comes with the program and changes only with it.
  private static func kept(_ bytes: [UInt8], _ type: String, _ request: PageRequest) -> Response {
    let tag = "\"\(SHA256Digest.hexadecimal(of: bytes).prefix(16))\""
    var response =
      request.headers[.ifNoneMatch] == tag ? Response(status: .notModified) : Response.bytes(bytes, type)
    response.headers[.cacheControl] = "no-cache"
    response.headers[.eTag] = tag
    return response
  }
}

// Pages around what there is to say.
extension Site {
  func frame(_ title: String, _ place: FrameView.Place?) async -> FrameView {
    FrameView(
      title: title, place: place, version: await board.version, easel: Version.current,
      canLeave: door.sessions.needsToken)
  }

  func message(
    _ heading: String, _ lines: [String], back: String = "/", status: HTTPResponse.Status = .ok
  ) async -> Response {
    let view: [String: Any] = ["heading": heading, "lines": lines, "back": back]
    return .html(await frame(heading, nil).render(.message, view), status: status)
  }

  /// What has gone wrong, in words: as a page, or for a script.
  private func explain(_ error: any Error, _ request: PageRequest) async -> Response {
    let (status, lines): (HTTPResponse.Status, [String])
    switch error {
    case let refusal as Refusal: (status, lines) = (refusal.status, refusal.lines)
    case let wrong as OrderText.Wrong:
      if request.isScripted { return Self.problems(wrong) }
      (status, lines) = (.unprocessableContent, wrong.problems.map(\.line))
    case let error as MultipartParser.Malformed:
      (status, lines) = (.badRequest, ["The form cannot be read: \(error.reason)."])
    case let error as FileError where error.isMissing || [ELOOP, ENOTDIR, ENAMETOOLONG].contains(error.code):
      (status, lines) = (.notFound, Refusal.notThere.lines)
    case let error as FileError:
      logger.error("\(request.method) \(request.path.map(\.description).joined(separator: "/")): \(error)")
      (status, lines) = (error.isLackOfSpace ? Self.insufficientStorage : .internalServerError, ["\(error)"])
    case is CancellationError: (status, lines) = (.serviceUnavailable, ["The page is being stopped."])
    default:
      logger.warning("\(request.method) \(request.path.map(\.description).joined(separator: "/")): \(error)")
      (status, lines) = (.conflict, ["\(error)"])
    }
    if request.isScripted { return .json(["words": .text(lines.joined(separator: "\n"))], status: status) }
    let heading = status == .notFound ? "Not there" : "That did not work"
    var response = await message(heading, lines, status: status)
    if status == .methodNotAllowed { response.headers[.allow] = "GET, POST" }
    return response
  }

  private static let insufficientStorage = HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")

  static func problems(_ wrong: OrderText.Wrong) -> Response {
    let list = wrong.problems.map { problem -> JSONValue in
      ["key": problem.key.map(JSONValue.text) ?? .null, "words": .text(problem.words)]
    }
    return .json(["problems": .list(list)], status: .unprocessableContent)
  }
}

// Coming in.
extension Site {
  private func welcome(_ request: PageRequest) throws -> Response {
    guard request.method == .get, !request.isScripted, request.headers[.accept]?.contains("text/html") == true else {
      throw Refusal(.unauthorized, "This page is for those who know its token; log in at /login.")
    }
    let wanted = "/" + request.path.map { Address.of($0) }.joined(separator: "/")
    return .seeOther("/login?to=\(Address.of(FileName(wanted)))")
  }

  private func loginForm(_ request: PageRequest, isWrong: Bool, to wanted: String? = nil) -> Response {
    let view: [String: Any] = ["to": Self.ownAddress(wanted ?? request.query["to"]), "isWrong": isWrong]
    let frame = FrameView(title: "Log in", place: nil, version: "", easel: Version.current, canLeave: false)
    return .html(frame.render(.login, view), status: isWrong ? .forbidden : .ok)
  }

  private func login(_ request: PageRequest) async throws -> Response {
    let form = try await request.form()
    guard door.sessions.isToken(form["token"] ?? "") else {
      logger.warning("somebody has tried to log in with a wrong token")
      // For those who try many.
      try await Task.sleep(for: .seconds(1))
      return loginForm(request, isWrong: true, to: form["to"])
    }
    var response = Response.seeOther(Self.ownAddress(form["to"]))
    response.headers[.setCookie] = cookie(door.sessions.issue(), request)
    return response
  }

  private func logout(_ request: PageRequest) -> Response {
    var response = Response.seeOther("/login")
    response.headers[.setCookie] = cookie(nil, request)
    return response
  }

  /// An address of this page; that of the first one for any other.
  static func ownAddress(_ text: String?) -> String {
    guard let text, text.hasPrefix("/"), !text.hasPrefix("//"),
      text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") })
    else { return "/" }
    return text
  }
}
