import ArgumentParser
import Files
import Inbox
import Service

extension Path: ExpressibleByArgument {
  package init?(argument: String) {
    guard let path = RawArguments.path(argument) else { return nil }
    self = path
  }
}

/// Where a daemon's folders are; `watch`, `status` and `job` share them.
struct FolderOptions: ParsableArguments {
  @Option(
    help: "The folder that is watched (default: what the configuration says, or ./inbox).", completion: .directory)
  var inbox: Path?

  @Option(
    help: "The folder in which results appear (default: what the configuration says, or ./outbox).",
    completion: .directory)
  var outbox: Path?

  @Option(
    help: "The folder of what can be computed again; safe to delete (default: the configuration's, or ./cache).",
    completion: .directory)
  var cache: Path?

  @Option(
    help: "The folder of the remembered styles (default: what the configuration says, or ./styles).",
    completion: .directory)
  var styles: Path?

  @Option(help: "A YAML file with the daemon's settings, such as /etc/easel/easel.yaml.", completion: .settingsFiles)
  var config: Path?

  func configuration() throws -> DaemonConfiguration {
    try DaemonConfiguration(inbox: inbox, outbox: outbox, cache: cache, styles: styles, settingsFile: config)
  }
}
