import ArgumentParser
import Logging
import ServiceLifecycle

/// Runs the daemon in the foreground, as systemd likes it.
struct Watch: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Watch the inbox and paint what is dropped there.",
    discussion: """
      A job is NAME.content.jpg, NAME.style.jpg and NAME.yaml in the inbox, or a folder NAME with content.jpg, style.jpg \
      and settings.yaml. Its result appears in the outbox as a folder NAME. Stop with SIGTERM or ctrl-C; unfinished \
      jobs go on with the next start.
      """)

  @OptionGroup var folders: FolderOptions

  @Flag(help: "Paint what is there, then exit; the exit code is 1 when a job has failed.")
  var once = false

  @Option(help: .init("The program that does each job, in place of this one.", visibility: .hidden))
  var worker: String?

  func run() async throws {
    var configuration = try folders.configuration()
    if let worker { configuration.workerProgram = worker }
    configuration.once = once
    let logger = Logger(label: "easel") { StreamLogHandler.standardError(label: $0) }
    let daemon = Daemon(configuration: configuration, logger: logger)
    var quiet = logger
    quiet.logLevel = .critical
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: [.init(service: daemon, successTerminationBehavior: .gracefullyShutdownGroup)],
        gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet))
    do {
      try await group.run()
    } catch let error as JobsFailed {
      logger.error("\(error)")
      throw ExitCode.failure
    }
  }
}

/// Where a daemon's folders are; `watch` and `status` share them.
struct FolderOptions: ParsableArguments {
  @Option(help: "The folder that is watched.")
  var inbox = "inbox"

  @Option(help: "The folder in which results appear.")
  var outbox = "outbox"

  @Option(help: "The folder of what can be computed again; safe to delete.")
  var cache = "cache"

  @Option(help: "A YAML file with the daemon's settings.")
  var config: String?

  func configuration() throws -> DaemonConfiguration {
    var configuration = DaemonConfiguration(inbox: inbox, outbox: outbox, cache: cache)
    if let config { try configuration.readSettings(from: config) }
    return configuration
  }
}
