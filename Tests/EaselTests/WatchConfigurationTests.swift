import Easel
import Jobs
import Testing

@Suite struct WatchConfigurationTests {
  private func settings(_ text: String) throws -> DaemonSettings {
    try DaemonSettings(validating: SettingsDocument(parsing: text.utf8, source: "easel.yaml"))
  }

  @Test func nothingWrittenIsTheDefaults() throws {
    #expect(try settings("") == DaemonSettings())
  }

  @Test func everyKeyIsRead() throws {
    let settings = try settings(
      """
      workers: 3
      threads: 8
      settle: 250ms
      sidecar_grace: 5
      rescan_interval: 2m
      polling: on
      polling_interval: 1.5s
      retry_delay: 1h
      min_free_space: 2G
      queue_limit: 50
      """)
    var expected = DaemonSettings()
    expected.workers = 3
    expected.threads = 8
    expected.settle = .milliseconds(250)
    expected.sidecarGrace = .seconds(5)
    expected.rescanInterval = .seconds(120)
    expected.polling = .on
    expected.pollingInterval = .milliseconds(1500)
    expected.retryDelay = .seconds(3600)
    expected.minFreeBytes = 2 << 30
    expected.queueLimit = 50
    #expect(settings == expected)
  }

  @Test(arguments: [
    ("worker: 2", "easel.yaml:1: worker: unknown key; did you mean workers?"),
    ("\nworkers: 0", "easel.yaml:2: workers: found '0'; allowed is a whole number from 1 to 256"),
    ("settle: soon", "allowed is a time from 10ms to 24h, as 10s, 250ms or 5m"),
    ("settle: 1ms", "allowed is a time from 10ms to 24h"), ("settle: 2d", "allowed is a time from 10ms to 24h"),
    ("polling: maybe", "allowed is on, off, auto"), ("min_free_space: lots", "allowed is a size as 512M or 2G"),
    ("threads: many", "allowed is a whole number from 1 to 1024"),
  ])
  func mistakesAreNamed(text: String, complaint: String) {
    do {
      _ = try settings(text)
      Issue.record("\(text) was taken")
    } catch {
      #expect("\(error)".contains(complaint))
    }
  }

  @Test func allMistakesAreNamedAtOnce() {
    do {
      _ = try settings("workers: x\nsettle: y")
      Issue.record("two mistakes were taken")
    } catch {
      #expect("\(error)".split(separator: "\n").count == 2)
    }
  }
}
