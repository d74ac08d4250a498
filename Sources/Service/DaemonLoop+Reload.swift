import Inbox
import Spool

extension DaemonLoop {
  /// Reads the configuration's file again. Jobs go on as they are; a worker that starts from now on gets what is new. A file
  /// with mistakes changes nothing.
  func reload() {
    manager.tellReloading()
    readConfiguration()
    manager.tell("READY=1")
  }

  private func readConfiguration() {
    guard let file = configuration.settingsFile else {
      return logger.warning("there is no configuration to read again; name one with --config")
    }
    do {
      let settings = try DaemonConfiguration.readSettings(from: file)
      sayWhatNeedsARestart(settings)
      configuration.settings = settings
      applySettings()
      logger.info("the configuration \(file) was read again")
    } catch {
      logger.error(
        "the configuration \(file) is not used, the earlier one stays: \(error)", metadata: ["help": "easel doctor"])
    }
  }

  private func sayWhatNeedsARestart(_ new: DaemonSettings) {
    let old = configuration.settings
    for (key, isSame) in [
      ("inbox", old.inbox == new.inbox), ("outbox", old.outbox == new.outbox), ("cache", old.cache == new.cache),
      ("styles", old.styles == new.styles),
    ] where !isSame {
      logger.warning("\(key): another folder needs a restart of Easel; the earlier one stays in use")
    }
  }

  private func applySettings() {
    spool.retries.delay = configuration.settings.retryDelay
    scheduler.workers = configuration.settings.workers
    runner.configure(configuration.settings)
    inbox.configure(InboxConfiguration(configuration, doorbell: spool.doorbell))
  }
}
