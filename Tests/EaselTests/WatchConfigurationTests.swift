import Files
import Service
import Foundation
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
      runner: slurm
      slurm:
        partition: long
        account: art
        qos: low
        time_limit: 2d
        cpus: 4
        memory: 6G
        options: [--constraint=avx512, -pnight]
        program: /srv/easel
        poll_interval: 3s
      threads: 8
      memory: 3G
      preview: true
      settle: 250ms
      sidecar_grace: 5
      rescan_interval: 2m
      polling: on
      polling_interval: 1.5s
      retry_delay: 1h
      min_free_space: 2G
      inbox: /srv/in
      outbox: /srv/out
      cache: /srv/cache
      styles: /srv/styles
      remember_styles: false
      stop_timeout: 3m
      on_success: [/bin/echo, painted, "2"]
      on_failure: []
      hook_timeout: 5s
      metrics_file: /srv/easel.prom
      queue_limit: 50
      presets: {draft: {size: 64}}
      preset_folders: true
      """)
    var expected = DaemonSettings()
    expected.workers = 3
    var slurm = SlurmSettings()
    (slurm.partition, slurm.account, slurm.qos) = ("long", "art", "low")
    (slurm.timeLimitMinutes, slurm.cpus, slurm.memoryBytes) = (2880, 4, 6 << 30)
    (slurm.options, slurm.program) = (["--constraint=avx512", "-pnight"], "/srv/easel")
    slurm.pollInterval = .seconds(3)
    expected.slurm = slurm
    expected.threads = 8
    expected.memoryBytes = 3 << 30
    expected.preview = true
    expected.settle = .milliseconds(250)
    expected.sidecarGrace = .seconds(5)
    expected.rescanInterval = .seconds(120)
    expected.polling = .on
    expected.pollingInterval = .milliseconds(1500)
    expected.retryDelay = .seconds(3600)
    expected.minFreeBytes = 2 << 30
    expected.inbox = "/srv/in"
    expected.outbox = "/srv/out"
    expected.cache = "/srv/cache"
    expected.styles = "/srv/styles"
    expected.remembersStyles = false
    expected.stopTimeout = .seconds(180)
    expected.onSuccess = ["/bin/echo", "painted", "2"]
    expected.hookTimeout = .seconds(5)
    expected.metricsFile = "/srv/easel.prom"
    expected.queueLimit = 50
    #expect(settings.presets.names.last == "draft")
    expected.presets = settings.presets
    expected.hasPresetFolders = true
    #expect(settings == expected)
  }

  @Test(arguments: [
    ("worker: 2", "easel.yaml:1: worker: unknown key; did you mean workers?"),
    ("\nworkers: 0", "easel.yaml:2: workers: found '0'; allowed is a whole number from 1 to 256"),
    ("settle: soon", "allowed is a time from 10ms to 24h, as 10s, 250ms or 5m"),
    ("settle: 1ms", "allowed is a time from 10ms to 24h"), ("settle: 2d", "allowed is a time from 10ms to 24h"),
    ("polling: maybe", "allowed is on, off, auto"), ("min_free_space: lots", "allowed is a size as 512M or 2G"),
    ("inbox: here", "inbox: found 'here'; allowed is an absolute path"),
    ("on_success: echo hello", "allowed is a list of a program's absolute path and its arguments"),
    ("on_failure: [echo]", "allowed is a list of a program's absolute path and its arguments"),
    ("threads: many", "allowed is a whole number from 1 to 1024"),
    (
      "presets:\n  draft:\n    size: huge",
      "easel.yaml:3: presets.draft.size: found 'huge'; allowed is a whole number from 32 to 8192"
    ),
    ("presets:\n  fast: {size: 64}", "easel.yaml:2: presets.fast: a preset of this name comes with Easel"),
    ("preset_folders: some", "preset_folders: found 'some'; allowed is true or false"),
    ("runner: cluster", "runner: found 'cluster'; allowed is local, slurm"),
    ("slurm: long", "slurm: found 'long'; allowed is a mapping, as {partition: long, cpus: 4}"),
    ("slurm: {cpu: 4}", "slurm.cpu: unknown key; did you mean slurm.cpus?"),
    ("slurm: {partition: a b}", "slurm.partition: found 'a b'; allowed is a name without spaces"),
    ("slurm: {time_limit: 30s}", "slurm.time_limit: found '30s'; allowed is a time from 1m to 365d, as 90m, 12h or 2d"),
    ("slurm: {options: [--job-name=x]}", "allowed is a list of sbatch's options"),
    ("slurm: {options: [-Jx]}", "allowed is a list of sbatch's options"),
    ("slurm: {options: [constraint]}", "allowed is a list of sbatch's options"),
  ])
  func mistakesAreNamed(text: String, complaint: String) {
    do {
      _ = try settings(text)
      Issue.record("\(text) was taken")
    } catch {
      #expect("\(error)".contains(complaint))
    }
  }

  /// What the cluster is to be asked for may be there before it is wanted.
  @Test func theRunnerDecides() throws {
    #expect(try settings("slurm: {partition: long}").slurm == nil)
    #expect(try settings("runner: local\nslurm: {partition: long}").slurm == nil)
    #expect(try settings("runner: slurm").slurm == SlurmSettings())
    #expect(try settings("runner: slurm\nworkers: 10000").workers == 10_000)
  }

  /// The example explains every key, and its commented lines are the defaults.
  @Test func theExampleIsRight() throws {
    let path = "\((#filePath as NSString).deletingLastPathComponent)/../../systemd/easel.yaml"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let keys = DaemonSettings.Keys.allCases.map(\.rawValue)
    let examples = text.split(separator: "\n").filter { line in
      keys.contains { line.hasPrefix("#\($0): ") || line.hasPrefix("\($0): ") }
    }
    #expect(examples.count == keys.count)
    var expected = DaemonSettings()
    expected.inbox = "/var/lib/easel/inbox"
    expected.outbox = "/var/lib/easel/outbox"
    expected.cache = "/var/cache/easel"
    expected.styles = "/var/lib/easel/styles"
    #expect(try settings(text) == expected)
    let full = examples.map { $0.hasPrefix("#") ? String($0.dropFirst()) : String($0) }.joined(separator: "\n")
    expected.threads = 4
    expected.memoryBytes = 2 << 30
    expected.onSuccess = ["/usr/local/bin/tell-somebody", "painted"]
    expected.onFailure = ["/usr/local/bin/tell-somebody", "failed"]
    expected.metricsFile = "/var/lib/prometheus/node-exporter/easel.prom"
    #expect(try settings(full) == expected)
  }

  @Test func theCommandLineGoesBeforeTheFile() throws {
    let folder = try TemporaryFolder()
    try folder.write("inbox: /srv/in\noutbox: /srv/out", to: "easel.yaml")
    let configuration = try DaemonConfiguration(
      inbox: nil, outbox: "/elsewhere", cache: nil, settingsFile: Path(folder.path + "/easel.yaml"))
    #expect(configuration.inbox == "/srv/in")
    #expect(configuration.outbox == "/elsewhere")
    #expect(configuration.cache.text.hasSuffix("/cache"))
    #expect(configuration.styles.text.hasSuffix("/styles"))
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
