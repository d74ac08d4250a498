import ArgumentParser

/// Where a daemon's folders are; `watch`, `status` and `job` share them.
struct FolderOptions: ParsableArguments {
  @Option(help: "The folder that is watched (default: what the configuration says, or ./inbox).")
  var inbox: String?

  @Option(help: "The folder in which results appear (default: what the configuration says, or ./outbox).")
  var outbox: String?

  @Option(help: "The folder of what can be computed again; safe to delete (default: the configuration's, or ./cache).")
  var cache: String?

  @Option(help: "The folder of the remembered styles (default: what the configuration says, or ./styles).")
  var styles: String?

  @Option(help: "A YAML file with the daemon's settings, such as /etc/easel/easel.yaml.")
  var config: String?

  func configuration() throws -> DaemonConfiguration {
    try DaemonConfiguration(inbox: inbox, outbox: outbox, cache: cache, styles: styles, settingsFile: config)
  }
}
