import Files

/// The command line of sbatch for one job.
struct SbatchOptions {
  let settings: SlurmSettings
  /// The job's, by which it is found again.
  let name: String
  /// What the cluster runs, in a folder that all nodes share.
  let script: Path
  /// Where it puts what the script says.
  let log: Path
  /// The job's; those with a higher one go first.
  var priority = SbatchOptions.highestPriority
  /// Nil for what the cluster gives to jobs that don't say.
  var memoryBytes: Int?
  /// Nodes on which it is not to run.
  var excluded: [String] = []
  /// The only node on which it is to run.
  var node: String?

  /// Nobody may ask for less niceness than 0, so that the highest priority has that.
  private static let highestPriority = 100

  var arguments: [[UInt8]] {
    words.map { Array($0.utf8) }
      + [Array("--output=".utf8) + output, Array("--chdir=".utf8) + script.folder.bytes, script.bytes]
  }

  /// "%j" and its like mean something to sbatch, unless there is a backslash anywhere; then only that does.
  private var output: [UInt8] {
    let backslash = UInt8(ascii: "\\")
    let special = log.bytes.contains(backslash) ? backslash : UInt8(ascii: "%")
    return log.bytes.flatMap { $0 == special ? [$0, $0] : [$0] }
  }

  private var words: [String] {
    let fixed = [
      "--parsable", "--job-name=\(name)", "--nodes=1", "--ntasks=1", "--cpus-per-task=\(settings.cpus)",
      "--nice=\(max(0, Self.highestPriority - priority))", "--requeue", "--open-mode=append", "--export=ALL",
    ]
    let named: [(String, String?)] = [
      ("partition", settings.partition), ("account", settings.account), ("qos", settings.qos),
      ("time", settings.timeLimitMinutes.map { "\($0)" }),
      ("mem", memoryBytes.map { "\(($0 + (1 << 20) - 1) >> 20)M" }),
      ("exclude", allExcluded.isEmpty ? nil : allExcluded.joined(separator: ",")), ("nodelist", node),
    ]
    let others = settings.options.filter { Self.excluded(by: $0) == nil }
    return fixed + named.compactMap { name, value in value.map { "--\(name)=\($0)" } } + others
  }

  /// With those of the settings: of two such options sbatch takes the last.
  private var allExcluded: [String] { Self.excluded(by: settings) + excluded }

  /// Nodes that the settings leave out.
  static func excluded(by settings: SlurmSettings) -> [String] { settings.options.compactMap { excluded(by: $0) } }

  private static func excluded(by option: String) -> String? {
    option.wholeMatch(of: /(?:--exclude=|-x)(.+)/).map { String($0.1) }
  }

  /// The job's number, from what `--parsable` prints: `12`, or `12;cluster`.
  static func number(in output: String) -> Int? {
    Int(output.prefix { $0.isNumber })
  }
}
