import Files
import Jobs

extension DaemonSettings {
  private static let shortest: Duration = .milliseconds(10)
  private static let longest: Duration = .seconds(86_400)
  private static let mostLocalWorkers = 256
  private static let mostClusterJobs = 10_000

  /// The defaults with what was written laid over them.
  ///
  /// - Throws: `SettingsError` with every unknown key, wrong type and value out of range.
  package init(validating document: SettingsDocument) throws(SettingsError) {
    var reader = SettingsReader(document.entries)
    inbox = reader.path(Keys.inbox)
    outbox = reader.path(Keys.outbox)
    cache = reader.path(Keys.cache)
    if let bytes = reader.bytes(Keys.cacheSize) { cacheBytes = bytes }
    styles = reader.path(Keys.styles)
    if let remembers = reader.flag(Keys.rememberStyles) { remembersStyles = remembers }
    // What the cluster is to be asked for may stand there for when it is wanted.
    let cluster = reader.slurm() ?? SlurmSettings()
    slurm = reader.choice(Keys.runner, of: Runner.self) == .slurm ? cluster : nil
    let mostWorkers = slurm == nil ? Self.mostLocalWorkers : Self.mostClusterJobs
    if let workers = reader.integer(Keys.workers, in: 1...mostWorkers) { self.workers = workers }
    threads = reader.integer(Keys.threads, in: 1...1024)
    memoryBytes = reader.bytes(Keys.memory)
    if let preview = reader.flag(Keys.preview) { self.preview = preview }
    if let polling = reader.polling() { self.polling = polling }
    if let settle = reader.duration(Keys.settle) { self.settle = settle }
    if let grace = reader.duration(Keys.sidecarGrace) { sidecarGrace = grace }
    if let interval = reader.duration(Keys.rescanInterval) { rescanInterval = interval }
    if let interval = reader.duration(Keys.pollingInterval) { pollingInterval = interval }
    if let delay = reader.duration(Keys.retryDelay) { retryDelay = delay }
    if let bytes = reader.bytes(Keys.minFreeSpace) { minFreeBytes = bytes }
    if let timeout = reader.duration(Keys.stopTimeout) { stopTimeout = timeout }
    if let command = reader.command(Keys.onSuccess) { onSuccess = command }
    if let command = reader.command(Keys.onFailure) { onFailure = command }
    if let timeout = reader.duration(Keys.hookTimeout) { hookTimeout = timeout }
    metricsFile = reader.path(Keys.metricsFile)
    if let limit = reader.integer(Keys.queueLimit, in: 1...100_000) { queueLimit = limit }
    if let presets = reader.presets(Keys.presets) { self.presets = presets }
    if let folders = reader.flag(Keys.presetFolders) { hasPresetFolders = folders }
    if let page = reader.page() { self.page = page }
    reader.noteUnknownKeys()
    guard reader.problems.isEmpty else { throw SettingsError(reader.problems) }
  }

  /// Reads a duration as people write it: `10s`, `1.5s`, `250ms`, `5m`, `2h`; a bare number is seconds.
  static func duration(_ text: String) -> Duration? {
    guard let match = text.wholeMatch(of: /([0-9]{1,9}(?:\.[0-9]{1,6})?)\s*(ms|s|m|h)?/), let number = Double(match.1)
    else { return nil }
    let unit: Double = ["ms": 0.001, "m": 60, "h": 3600][match.2.map(String.init) ?? "s"] ?? 1
    let duration = Duration.seconds(number * unit)
    return (shortest...longest).contains(duration) ? duration : nil
  }
}

extension SettingsReader {
  mutating func duration(_ key: some CodingKey) -> Duration? {
    read(key, allowed: "a time from 10ms to 24h, as 10s, 250ms or 5m") { $0.text.flatMap(DaemonSettings.duration) }
  }

  mutating func bytes(_ key: some CodingKey) -> Int? {
    read(key, allowed: "a size as 512M or 2G, or a number of bytes") { $0.text.flatMap(ByteSize.init)?.bytes }
  }

  mutating func path(_ key: some CodingKey) -> Path? {
    read(key, allowed: "an absolute path") { $0.text.flatMap { $0.hasPrefix("/") ? Path($0) : nil } }
  }

  /// A program and its arguments: what a shell would make of one text is nobody's guess.
  fileprivate mutating func command(_ key: DaemonSettings.Keys) -> [String]? {
    read(key, allowed: "a list of a program's absolute path and its arguments, as [/usr/bin/logger, painted]") {
      guard case .list(let values) = $0 else { return nil }
      let words = values.compactMap(\.content.text)
      guard words.count == values.count, words.isEmpty || words[0].hasPrefix("/") else { return nil }
      return words
    }
  }

  /// `on` and `off` are truth values to YAML, and may come as `true` and `false`.
  fileprivate mutating func polling() -> DaemonSettings.Polling? {
    read(DaemonSettings.Keys.polling, allowed: "on, off, auto") { content in
      switch content.text {
      case "true": .on
      case "false": .off
      default: content.text.flatMap(DaemonSettings.Polling.init)
      }
    }
  }
}
