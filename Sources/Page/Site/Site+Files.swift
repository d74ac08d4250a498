internal import Files
internal import HTTPTypes
internal import HummingbirdCore
internal import Jobs
internal import NIOCore
internal import Pages

// Files of results.
extension Site {
  /// What browsers show of what lies in an outbox: pictures and plain texts. All else is saved, never shown.
  private static let shownTypes: [String: String] = [
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp", "gif": "image/gif",
    "avif": "image/avif", "json": "text/plain; charset=utf-8", "yaml": "text/plain; charset=utf-8",
    "yml": "text/plain; charset=utf-8", "txt": "text/plain; charset=utf-8",
  ]

  static func shownType(of name: FileName) -> String? {
    let ending = name.description.split(separator: ".", omittingEmptySubsequences: false).last?.lowercased() ?? ""
    return shownTypes[ending]
  }

  func folder(_ name: FileName) throws -> ResultFolder {
    guard let entry = index.entry(name) else { throw Refusal.notThere }
    return try ResultFolder(entry, in: configuration.outbox)
  }

  func file(_ name: FileName, _ path: [FileName], _ request: PageRequest) async throws -> Response {
    let file = try folder(name).file(path)
    let type = path.last.flatMap(Self.shownType)
    var response = try await send(file, as: type ?? "application/octet-stream", request)
    if type == nil { response.headers[.contentDisposition] = "attachment" }
    return response
  }

  func thumbnail(_ name: FileName, _ path: [FileName], _ request: PageRequest) async throws -> Response {
    let file = try folder(name).file(path)
    return try await thumbnail(of: file, request)
  }

  func thumbnail(of file: ServedFile, _ request: PageRequest) async throws -> Response {
    let size = request.query["size"].flatMap { Int($0) } ?? Thumbnails.sizes[0]
    guard Thumbnails.sizes.contains(size) else { throw Refusal.notThere }
    let tag = file.tag
    if request.headers[.ifNoneMatch] == tag { return Self.unchanged(tag, request) }
    let bytes: [UInt8]
    do { bytes = try await thumbnails.thumbnail(of: file, longSide: size) } catch {
      throw Refusal(.notFound, "No small picture can be made of it: \(error)")
    }
    var response = Response.bytes(bytes, "image/jpeg")
    response.headers[.eTag] = tag
    response.headers[.cacheControl] = Self.caching(isKept: request.query["v"] != nil)
    return response
  }

  /// - Parameter isKept: whether the address means these contents for good.
  func send(
    _ file: ServedFile, as type: String, _ request: PageRequest, isKept: Bool = false
  ) async throws -> Response {
    if request.headers[.ifNoneMatch] == file.tag { return Self.unchanged(file.tag, request) }
    let files = files
    let size = Int(file.identity.sizeBytes)
    let body = ResponseBody(contentLength: size) { writer in
      var left = size
      while left > 0, case let piece = try await files.runIfActive({ try file.piece() }), !piece.isEmpty {
        // A file that grows meanwhile is not longer than was said.
        try await writer.write(ByteBuffer(bytes: piece.prefix(left)))
        left -= min(left, piece.count)
      }
      guard left == 0 else { throw Refusal(.internalServerError, "the file was cut off") }
      try await writer.finish(nil)
    }
    let headers: HTTPFields = [
      .contentType: type, .eTag: file.tag, .cacheControl: Self.caching(isKept: isKept), .contentLength: "\(size)",
    ]
    return Response(status: .ok, headers: headers, body: body)
  }

  private static func unchanged(_ tag: String, _ request: PageRequest) -> Response {
    Response(status: .notModified, headers: [.eTag: tag])
  }

  private static func caching(isKept: Bool) -> String {
    isKept ? "private, max-age=31536000, immutable" : "private, no-cache"
  }
}
