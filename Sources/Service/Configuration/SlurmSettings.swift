import Files
import Jobs

/// What a job in a Slurm cluster asks for: the keys below `slurm` in the configuration.
package struct SlurmSettings: Equatable, Sendable {
  /// Nil leaves these to the cluster.
  package var partition: String?
  package var account: String?
  package var qos: String?
  /// How long a job may run before the cluster ends it; it goes on from its last iteration then.
  package var timeLimitMinutes: Int?
  /// Processors of a job, which are its threads.
  package var cpus = 1
  /// Memory of a job in bytes; nil for what its picture is planned to take.
  package var memoryBytes: Int?
  /// Further options of sbatch, each as one word.
  package var options: [String] = []
  /// The program on the nodes; nil for the one that runs the daemon, under the same path.
  package var program: Path?
  /// The pause between looks at the queue and at what workers have left.
  package var pollInterval: Duration = .seconds(5)

  package init() {}

  package enum Keys: String, CodingKey, CaseIterable {
    case partition, account, qos, cpus, memory, options, program
    case timeLimit = "time_limit"
    case pollInterval = "poll_interval"
  }
}

extension SettingsReader {
  /// Nil where nothing is written below `slurm`, or something that is wrong.
  mutating func slurm() -> SlurmSettings? {
    var settings: SlurmSettings?
    nested(DaemonSettings.Keys.slurm, allowed: "a mapping, as {partition: long, cpus: 4}") { settings = $0.slurmKeys() }
    return settings
  }

  private mutating func slurmKeys() -> SlurmSettings {
    typealias Keys = SlurmSettings.Keys
    var settings = SlurmSettings()
    settings.partition = word(Keys.partition)
    settings.account = word(Keys.account)
    settings.qos = word(Keys.qos)
    settings.timeLimitMinutes = minutes(Keys.timeLimit)
    if let cpus = integer(Keys.cpus, in: 1...1024) { settings.cpus = cpus }
    settings.memoryBytes = bytes(Keys.memory)
    if let options = options(Keys.options) { settings.options = options }
    settings.program = path(Keys.program)
    if let interval = duration(Keys.pollInterval) { settings.pollInterval = interval }
    return settings
  }

  private mutating func word(_ key: some CodingKey) -> String? {
    read(key, allowed: "a name without spaces") { content in
      content.text.flatMap { $0.isEmpty || $0.contains(where: \.isWhitespace) || $0.hasPrefix("-") ? nil : $0 }
    }
  }

  /// Slurm counts in minutes, and in days where people do.
  private mutating func minutes(_ key: some CodingKey) -> Int? {
    read(key, allowed: "a time from 1m to 365d, as 90m, 12h or 2d") { content in
      guard let match = content.text?.wholeMatch(of: /([0-9]{1,6})\s*(m|h|d)/), let number = Int(match.1) else {
        return nil
      }
      let minutes = number * (match.2 == "d" ? 1440 : match.2 == "h" ? 60 : 1)
      return (1...365 * 1440).contains(minutes) ? minutes : nil
    }
  }

  /// Those that Easel sets itself.
  private static let ownOptions: Set<Substring> = [
    "-J", "--job-name", "-o", "--output", "-e", "--error", "-a", "--array", "-W", "--wait", "--wrap", "--export", "-D",
    "--chdir", "--open-mode", "--parsable", "--test-only", "-N", "--nodes", "-n", "--ntasks", "-c", "--cpus-per-task",
    "--nice", "--no-requeue", "-H", "--hold",
  ]

  private mutating func options(_ key: some CodingKey) -> [String]? {
    let allowed =
      "a list of sbatch's options, each with its value as one word, as [--constraint=avx512], without those that Easel sets"
    return read(key, allowed: allowed) { content in
      guard case .list(let values) = content else { return nil }
      let words = values.compactMap(\.content.text)
      let areFree = words.allSatisfy { word in
        let name = word.hasPrefix("--") ? word.prefix { $0 != "=" } : word.prefix(2)
        return word.hasPrefix("-") && !Self.ownOptions.contains(name)
      }
      return words.count == values.count && areFree ? words : nil
    }
  }
}
