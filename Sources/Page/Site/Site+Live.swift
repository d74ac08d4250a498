internal import Files
internal import Foundation
internal import HTTPTypes
internal import HummingbirdCore
internal import Jobs
internal import NIOCore
internal import Pages
internal import Spool

// What is going on.
extension Site {
  func now(_ request: PageRequest) async -> Response {
    // Its version first: what changes meanwhile comes once more, and not never.
    let frame = await frame("Now", .now)
    let parts = await board.current()
    var view: [String: Any] = [:]
    for name in [Template.daemon, .running, .queue, .failed, .latest] { view[name.rawValue] = parts[name]?.html ?? "" }
    return .html(frame.render(.now, view))
  }

  /// All that waits, however much it is; not renewed by itself.
  func queue(_ request: PageRequest) async -> Response {
    _ = await board.current()
    guard let report = await board.report else {
      return await message("Not there", ["The folders cannot be read now."])
    }
    let views = LiveViews(report: report, spool: Spool(outbox: configuration.outbox), index: index)
    return .html(
      await frame("Waiting", nil).render(.queuePage, ["queue": Template.queue.render(views.queue(most: .max).view)]))
  }

  /// For browsers that cannot have events: what has changed since a version.
  func news(_ request: PageRequest) async -> Response {
    _ = await board.current()
    let news = await board.news(since: request.query["since"] ?? "")
    var fragments: [String: JSONValue] = [:]
    for part in news.parts { fragments[part.name.rawValue] = .text(part.html) }
    return .json(["version": .text(news.version), "fragments": .object(fragments)])
  }

  /// Server-sent events: each part of the page when it has changed.
  func events(_ request: PageRequest) async throws -> Response {
    guard let (id, news) = await board.listen() else {
      return .json(["words": "Too many pages are open."], status: .serviceUnavailable)
    }
    let since = HTTPField.Name("Last-Event-ID").flatMap { request.headers[$0] } ?? request.query["since"] ?? ""
    let board = board
    guard let requestBody = request.takeBody() else { throw Refusal.notThere }
    let body = ResponseBody { writer in
      do {
        let sender = EventWriter(writer)
        try await requestBody.consumeWithCancellationOnInboundClose { _ in
          try await Self.send(news, from: board, since: since, to: sender)
        }
      } catch {}
      await board.leave(id)
      try await writer.finish(nil)
    }
    let headers: HTTPFields = [
      .contentType: "text/event-stream", .cacheControl: "no-store", .init("X-Accel-Buffering")!: "no",
    ]
    return Response(status: .ok, headers: headers, body: body)
  }

  private static func send(
    _ news: AsyncStream<LiveBoard.News>, from board: LiveBoard, since: String, to sender: EventWriter
  ) async throws {
    var known = since
    try await sender.write(Array("retry: 2000\nevent: beat\ndata:\n\n".utf8))
    func sendChanges() async throws {
      let (version, parts) = await board.news(since: known)
      for part in parts { try await sender.write(part.event) }
      // Known as of now: not before all of them have got there.
      if !parts.isEmpty { try await sender.write(Array("id: \(version)\nevent: beat\ndata:\n\n".utf8)) }
      known = version
    }
    try await sendChanges()
    for await event in news {
      try Task.checkCancellation()
      switch event {
      case .changed: try await sendChanges()
      case .beat: try await sender.write(Array("event: beat\ndata:\n\n".utf8))
      }
    }
  }

  /// The picture of a job as it is now.
  func preview(_ id: FileName, _ request: PageRequest) async throws -> Response {
    // Looked up among the jobs that there are.
    let directory = try Spool(outbox: configuration.outbox).directories().first { $0.path.lastName == id }
    guard let directory, let furthest = directory.furthestPreview?.by else { throw Refusal.notThere }
    let path = furthest.previewPath
    let file = try ServedFile(OpenFolder(path.folder).file(path.lastName), named: path.lastName)
    return try await send(file, as: "image/png", request, isKept: request.query["at"] != nil)
  }
}

/// Writes pieces of a stream; used by one task at a time.
private final class EventWriter: @unchecked Sendable {
  // Unchecked: the one task that sends is the only one that has it.
  private var writer: any ResponseBodyWriter

  init(_ writer: any ResponseBodyWriter) { self.writer = writer }

  func write(_ bytes: [UInt8]) async throws { try await writer.write(ByteBuffer(bytes: bytes)) }
}
