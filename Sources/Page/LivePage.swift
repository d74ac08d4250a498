internal import Files
package import Logging
internal import NIOPosix
import ServiceLifecycle

/// The page: a process of its own, which reads the daemon's folders and writes into its inbox, as any other client of them.
package struct LivePage: Service {
  private let configuration: PageConfiguration
  private let places: [PageServer.Place]
  private let sessions: Sessions
  private let logger: Logger
  private let whenReady: @Sendable () -> Void

  /// Sockets that the service manager has passed take the place of the configuration's address. To be called before there are other
  /// threads.
  ///
  /// - Parameter whenReady: is called when the page can be asked for.
  /// - Throws: a `PageError` for an address that others can reach without a token, and for a token that cannot be used.
  package init(_ configuration: PageConfiguration, logger: Logger, whenReady: @escaping @Sendable () -> Void = {})
    throws
  {
    let inherited = try InheritedSocket.all()
    places = inherited.isEmpty ? [.address(configuration.listen)] : inherited.map { .inherited($0) }
    sessions = try Sessions(tokenFile: configuration.tokenFile)
    if configuration.tokenFile == nil, let open = places.map(\.address).first(where: { !$0.isLocal }) {
      throw PageError(
        "\(open) can be reached from other machines; name a file with a token by --token-file, or listen on 127.0.0.1 or on "
          + "unix:/run/easel/page.sock behind a proxy")
    }
    (self.configuration, self.logger, self.whenReady) = (configuration, logger, whenReady)
  }

  /// Serves the page until it is asked to stop.
  ///
  /// - Throws: a `PageError` when it cannot listen.
  package func run() async throws {
    let index = OutboxIndex(configuration.outbox)
    let board = LiveBoard(LiveSource(outbox: configuration.outbox, inbox: configuration.inbox, index: index))
    let files = NIOThreadPool(numberOfThreads: 2)
    files.start()
    let thumbnails = Thumbnails(in: configuration.thumbnails)
    let site = Site(
      configuration: configuration,
      door: Doorkeeper(sessions, listening: places.map(\.address), hosts: configuration.hosts), index: index,
      board: board, thumbnails: thumbnails, uploads: Uploads(configuration), logger: logger, files: files)
    let server = PageServer(places: places, logger: logger) {
      await site.respond(to: $0)
    } whenReady: { [logger, whenReady] in
      for address in $0 { logger.info("the page is at \(address.inWords)") }
      whenReady()
    }
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { await thumbnails.prune() }
      tasks.addTask {
        await withTaskCancellationOrGracefulShutdownHandler {
          await board.run()
        } onCancelOrGracefulShutdown: {
          // Streams have no end of their own.
          Task { await board.close() }
        }
      }
      try await server.run()
      tasks.cancelAll()
    }
    await thumbnails.stop()
    try await files.shutdownGracefully()
  }
}

extension ListenAddress {
  /// For people, to be clicked at.
  fileprivate var inWords: String {
    switch self {
    case .network: "http://\(self)/"
    case .unix: description
    }
  }
}
