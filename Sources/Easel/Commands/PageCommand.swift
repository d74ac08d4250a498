import ArgumentParser
import Files
import Inbox
import Logging
import Page
import Service
import ServiceLifecycle

/// Serves the live page.
struct PageCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "page", abstract: "Show a page on which to see what is going on, and to drop pictures.",
    discussion: """
      The page is a client of the folders: it reads outbox and styles, and puts what is dropped into the inbox. Beside a \
      service, name its configuration. A socket that systemd has opened is used in place of --listen. Stop with SIGTERM \
      or ctrl-C.
      """)

  @OptionGroup var folders: FolderOptions

  @Option(help: "Where: ADDRESS:PORT, as 127.0.0.1:8484 or [::1]:8484, or unix:PATH for a proxy.")
  var listen: ListenAddress = .network(host: "127.0.0.1", port: 8484)

  @Option(
    parsing: .singleValue, help: "A further name by which browsers may call the page, as of a proxy; may be repeated.")
  var host: [String] = []

  @Option(
    help: "A file with a token, without which nobody comes in; needed where others than this machine can connect.")
  var tokenFile: Path?

  @Option(help: "The folder of the page's own thumbnails; safe to delete (default: `thumbnails` in the cache).")
  var thumbnails: Path?

  func run() async throws {
    let manager = ServiceManager.ofThisProcess()
    let stream = LogStream()
    defer { stream.close() }
    let logger = Logger(label: "easel.page") { _ in LineLogHandler(stream) }
    let page = try LivePage(try pageConfiguration(), logger: logger) { manager.tellReady() }
    var quiet = logger
    quiet.logLevel = .critical
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: [.init(service: page, successTerminationBehavior: .gracefullyShutdownGroup)],
        gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet))
    try await group.run()
  }

  private func pageConfiguration() throws -> PageConfiguration {
    let configuration = try folders.configuration()
    let settings = configuration.settings
    var uploads = UploadLimits()
    (uploads.bytes, uploads.files) = (settings.page.uploadBytes, settings.page.uploadFiles)
    (uploads.time, uploads.atOnce) = (settings.page.uploadTime, settings.page.uploads)
    return PageConfiguration(
      inbox: InboxConfiguration(configuration), outbox: configuration.outbox, cache: configuration.cache,
      styles: configuration.styles, thumbnails: thumbnails?.resolved ?? configuration.cache.appending("thumbnails"),
      presets: settings.presets, cacheBudgetBytes: settings.cacheBytes, minFreeBytes: settings.minFreeBytes,
      uploads: uploads, listen: listen, hosts: host, tokenFile: tokenFile)
  }
}

extension ListenAddress: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
}
