import ArgumentParser
import Files
import Jobs
import Logging
import Service
import ServiceLifecycle
import UnixSignals

/// Runs the daemon in the foreground, as systemd likes it.
struct Watch: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Watch the inbox and paint what is dropped there.",
    discussion: """
      A job is NAME.content.jpg, NAME.style.jpg and NAME.yaml in the inbox, or a folder NAME with content.jpg, style.jpg \
      and settings.yaml. Its result appears in the outbox as a folder NAME. Stop with SIGTERM or ctrl-C; unfinished \
      jobs go on with the next start. SIGHUP has the file of --config read again.
      """)

  @OptionGroup var folders: FolderOptions

  @Flag(
    help:
      "Paint what is there, then exit; the exit code is 1 when a job has failed or could not be taken from the inbox.")
  var once = false

  @Option(help: .init("The program that does each job, in place of this one.", visibility: .hidden))
  var worker: Path?

  func validate() throws { try checkInstructionSet() }

  func run() async throws {
    let manager = ServiceManager.ofThisProcess()
    let stream = LogStream()
    defer { stream.close() }
    let logger = Logger(label: "easel") { _ in LineLogHandler(stream) }
    do {
      try await watch(logger, manager)
    } catch let error as SettingsError {
      throw refused(error, logger)
    } catch let error as DaemonConfigurationError {
      throw refused(error, logger)
    } catch let error as UnusableFolder {
      let ending = refused(error, logger)
      throw error.mayPass ? ExitCode.failure : ending
    } catch let error as OnceIncomplete {
      logger.error("\(error)")
      throw ExitCode.failure
    } catch {
      nameDoctor(logger)
      throw error
    }
  }

  /// EX_CONFIG of sysexits.h: starting again would not help.
  private static let configurationError: Int32 = 78

  private func refused(_ error: any Error, _ logger: Logger) -> ExitCode {
    for line in "\(error)".split(separator: "\n") { logger.critical("\(line)") }
    nameDoctor(logger)
    return ExitCode(Self.configurationError)
  }

  private func nameDoctor(_ logger: Logger) {
    let file = folders.config.map { " --config \($0)" } ?? ""
    logger.critical("easel doctor\(file) looks at all of this, and says what to do")
  }

  private func watch(_ logger: Logger, _ manager: ServiceManager) async throws {
    var configuration = try folders.configuration()
    if let worker { configuration.workerProgram = worker }
    configuration.once = once
    let daemon = Daemon(configuration: configuration, logger: logger, manager: manager)
    var quiet = logger
    quiet.logLevel = .critical
    let endings: [UnixSignal] = configuration.settingsFile == nil ? [.sigterm, .sigint, .sighup] : [.sigterm, .sigint]
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: [.init(service: daemon, successTerminationBehavior: .gracefullyShutdownGroup)],
        gracefulShutdownSignals: endings, logger: quiet))
    try await group.run()
  }
}
