internal import Files
internal import Glibc
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOPosix
import ServiceLifecycle

/// Accepts connections on sockets that it opens itself or has inherited, and has HummingbirdCore speak HTTP on them.
///
/// Hummingbird's own server opens its sockets by address; only its channel, which is all of HTTP, is used here.
struct PageServer: Sendable {
  enum Place: Sendable {
    case address(ListenAddress)
    case inherited(InheritedSocket)

    var address: ListenAddress {
      switch self {
      case .address(let address): address
      case .inherited(let socket): socket.address
      }
    }
  }

  /// Connections at the same time; more wait to be accepted. Files are open besides.
  private static let mostConnections = 480
  /// Until a request's head is there, between parts of its body, and between requests.
  private static let patience: TimeAmount = .seconds(20)
  /// Within which 64 KiB of an answer are to be taken.
  private static let readerPatience: TimeAmount = .seconds(30)
  private static let longestHead = 16 << 10

  let places: [Place]
  let logger: Logger
  let respond: @Sendable (Request) async -> Response
  /// Is called when all sockets are open, with what they are.
  let whenReady: @Sendable ([ListenAddress]) -> Void

  private typealias Listener = NIOAsyncChannel<HTTP1Channel.Value, Never>

  /// Serves until it is asked to stop; answers that are on their way have a moment to get there.
  ///
  /// - Throws: when a socket cannot be opened.
  func run() async throws {
    // One thread is enough: files are read and pictures made on others.
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    do {
      var listeners: [Listener] = []
      for place in places { listeners.append(try await open(place, group)) }
      whenReady(zip(listeners, places).map { Self.address(of: $0, $1) })
      await serve(listeners)
    } catch {
      try? await group.shutdownGracefully()
      throw error
    }
    for place in places { remove(place) }
    try? await group.shutdownGracefully()
  }

  private func serve(_ listeners: [Listener]) async {
    let http = http
    await withTaskGroup(of: Void.self) { tasks in
      for listener in listeners { tasks.addTask { [logger] in await Self.accept(listener, http, logger) } }
      await tasks.waitForAll()
    }
  }

  private static func accept(_ listener: Listener, _ http: HTTP1Channel, _ logger: Logger) async {
    await withDiscardingTaskGroup { connections in
      do {
        try await withTaskCancellationOrGracefulShutdownHandler {
          try await listener.executeThenClose { inbound in
            for try await connection in inbound {
              connections.addTask { await http.handle(value: connection, logger: logger) }
            }
          }
        } onCancelOrGracefulShutdown: {
          listener.channel.close(promise: nil)
        }
      } catch {
        logger.debug("the socket was closed: \(error)")
      }
      try? await Task.sleep(for: .milliseconds(300))
      connections.cancelAll()
    }
  }

  private static func hasNeedlessBody(_ request: Request) -> Bool {
    guard request.method == .get || request.method == .head else { return false }
    return request.headers[.transferEncoding] != nil || request.headers[.contentLength].map { $0 != "0" } ?? false
  }

  private var http: HTTP1Channel {
    let respond = respond
    return HTTP1Channel(
      responder: { request, writer, channel in
        let response = await respond(request)
        let isHead = request.method == .head
        var head = response.head
        // Else the end of a stream would follow, which a browser takes for the next answer.
        if isHead, response.body.contentLength == nil { head.headerFields[.contentLength] = "0" }
        try await writer.write(response: head, body: isHead ? ResponseBody() : response.body)
        // The rest of a request that was refused is not waited for, nor what comes with one that needs nothing.
        if response.headers[.connection] == "close" || Self.hasNeedlessBody(request) { channel.close(promise: nil) }
      },
      configuration: .init(
        additionalChannelHandlers: [StalledReaderHandler(patience: Self.readerPatience)],
        idleTimeout: Self.patience,
        httpDecoderConfiguration: .init(
          maxHeaderFieldSize: Self.longestHead, maxHeaderListSize: Self.longestHead, maxHeaderFieldCount: 100)))
  }
}

// Sockets.
extension PageServer {
  private func open(_ place: Place, _ group: any EventLoopGroup) async throws -> Listener {
    let (http, logger) = (http, logger)
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(ChannelOptions.backlog, value: 128)
      .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
      .childChannelOption(
        ChannelOptions.recvAllocator,
        value: AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 1024, maximum: 65_536)
      )
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            AvailableConnectionsChannelHandler(maxConnections: Self.mostConnections))
        }
      }
    do {
      switch place {
      case .inherited(let socket):
        return try await bootstrap.bind(socket.descriptor) { http.setup(channel: $0, logger: logger) }
      case .address(.network(let host, let port)):
        return try await bootstrap.bind(host: host, port: port) { http.setup(channel: $0, logger: logger) }
      case .address(.unix(let path)):
        // Else it would be taken away from a page that is still there.
        if let other = try? await ClientBootstrap(group: group).connect(unixDomainSocketPath: path.text).get() {
          try? await other.close()
          throw PageError("another process is listening there; stop it first")
        }
        // For its owner and group, from the first moment.
        let mask = umask(0o117)
        defer { umask(mask) }
        return try await bootstrap.bind(unixDomainSocketPath: path.text, cleanupExistingSocketFile: true) {
          http.setup(channel: $0, logger: logger)
        }
      }
    } catch {
      throw PageError("the page cannot be served on \(place.address): \(error)")
    }
  }

  /// With the port that was taken where 0 was asked for.
  private static func address(of listener: Listener, _ place: Place) -> ListenAddress {
    guard case .address(.network(let host, 0)) = place, let port = listener.channel.localAddress?.port else {
      return place.address
    }
    return .network(host: host, port: port)
  }

  private func remove(_ place: Place) {
    if case .address(.unix(let path)) = place { try? FileSystem.remove(path) }
  }
}
