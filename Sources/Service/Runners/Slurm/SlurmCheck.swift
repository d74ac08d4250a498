import Files
import Foundation
import Jobs
import Spool

/// `easel slurm check`: whether the cluster can paint, by a real job that takes a second.
package struct SlurmCheck {
  /// One thing that was looked at.
  package struct Finding: Sendable {
    package var isGood: Bool
    /// What was found and, where that is bad, what to do.
    package var words: String
  }

  private let configuration: DaemonConfiguration
  private let settings: SlurmSettings
  /// The node to ask; nil for any.
  private let node: String?
  private let timeout: Duration
  private let folder: Path

  private static let pause: Duration = .milliseconds(300)
  private static let memoryBytes = 512 << 20
  /// Clocks further apart than that show in what people read, and nowhere else.
  private static let longestLag: TimeInterval = 30

  package init(_ configuration: DaemonConfiguration, node: String?, timeout: Duration) {
    self.configuration = configuration
    settings = configuration.settings.slurm ?? SlurmSettings()
    (self.node, self.timeout) = (node, timeout)
    folder = Spool(outbox: configuration.outbox).jobs.appending(".check-\(UInt32.random(in: .min ... .max))")
  }

  /// Each finding is told as soon as it is there.
  ///
  /// - Returns: whether all is well.
  package func run(tell: (Finding) -> Void) async throws -> Bool {
    var isGood = true
    func note(_ finding: Finding) {
      isGood = isGood && finding.isGood
      tell(finding)
    }
    let tools = await clientTools()
    note(tools)
    guard tools.isGood else { return false }
    try configuration.prepareFolders()
    try FileSystem.makeFolder(folder)
    defer { try? FileSystem.remove(folder) }
    let lock = try FileLock(NodeReport.lockPath(in: folder))
    defer { withExtendedLifetime(lock) {} }
    switch try await askNode() {
    case .failure(let problem): note(Finding(isGood: false, words: problem.words))
    case .success(let report): for finding in findings(report) { note(finding) }
    }
    return isGood
  }

  private struct Problem: Error {
    let words: String
  }

  private func clientTools() async -> Finding {
    let version = await SlurmCommand("sbatch", "--version").run()
    guard version.code == 0 else {
      return Finding(
        isGood: false, words: "sbatch \(version.problem); install Slurm's client programs (Debian: slurm-client)")
    }
    let queue = await SlurmCommand("squeue", "--noheader", "--me").run()
    guard queue.code == 0 else {
      return Finding(
        isGood: false, words: "squeue \(queue.problem); is SLURM_CONF right, and does munge run with the cluster's key?"
      )
    }
    let name = version.output.trimmingCharacters(in: .whitespacesAndNewlines)
    return Finding(isGood: true, words: "client tools: \(name), and the cluster answers")
  }

  /// Has a job run on a node, and waits for what it writes.
  private func askNode() async throws -> Result<NodeReport, Problem> {
    let program = settings.program ?? configuration.workerProgram
    let script = folder.appending("check.sh")
    let arguments = [
      Array("slurm".utf8), Array("node".utf8), folder.bytes, configuration.cache.bytes, configuration.styles.bytes,
    ]
    let log = folder.appending("log")
    let line = Array(([program.bytes] + arguments).map(JobScript.quoted).joined(separator: [UInt8(ascii: " ")]))
    try FileSystem.replace(script, with: Array("#!/bin/sh\nexec ".utf8) + line + [UInt8(ascii: "\n")])
    let name = "easel\(folder.lastName)"
    let options = SbatchOptions(
      settings: settings, name: name, script: script, log: log, memoryBytes: Self.memoryBytes, node: node)
    let outcome = await SlurmCommand("sbatch", options.arguments).run()
    guard outcome.code == 0, let number = SbatchOptions.number(in: outcome.output) else {
      return .failure(Problem(words: "Slurm took no job: sbatch \(outcome.problem); see `slurm` in the configuration"))
    }
    let end = ContinuousClock.now + timeout
    var overSince: ContinuousClock.Instant?
    while ContinuousClock.now < end {
      if let report = NodeReport.read(from: folder) { return .success(report) }
      try await Task.sleep(for: Self.pause)
      guard let job = await find(name), job.isOver else { continue }
      // Its words may be on their way.
      let since = overSince ?? .now
      overSince = since
      if ContinuousClock.now - since > .seconds(5) { return .failure(Problem(words: words(of: job, log))) }
    }
    let job = await find(name)
    _ = await SlurmCommand("scancel", "--name=\(name)", "\(number)").run()
    let state =
      job.map { $0.isWaiting ? "it waits: \($0.reason ?? $0.state)" : "it is \($0.state)" } ?? "the cluster has lost it"
    return .failure(
      Problem(
        words: "Slurm job \(number) did not end within \(timeout); \(state); "
          + (job?.advice ?? "wait longer with --timeout")))
  }

  private func find(_ name: String) async -> SlurmJob? {
    let outcome = await SlurmCommand(
      "squeue", "--noheader", "--states=all", "--name=\(name)", "--format=\(SlurmJob.format)"
    ).run()
    return outcome.output.split(whereSeparator: \.isNewline).lazy.compactMap { SlurmJob(line: $0) }.first
  }

  private func words(of job: SlurmJob, _ log: Path) -> String {
    let said = (try? FileSystem.contents(log)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let words = said.trimmingCharacters(in: .whitespacesAndNewlines)
    return """
      Slurm job \(job.number)\(job.node.map { " on \($0)" } ?? "") has ended (\(job.state)) and written nothing into \
      \(folder.folder)\(words.isEmpty ? "" : "; it said: \(words)"); the outbox must be mounted there under the same path, the \
      program \(settings.program ?? configuration.workerProgram) too (or slurm.program), and the user must be known there
      """
  }

  private func findings(_ report: NodeReport) -> [Finding] {
    let node = report.node
    let lag = abs(report.time.timeIntervalSinceNow)
    return [
      Finding(
        isGood: report.version == Version.current,
        words: "program on \(node): easel \(report.version), \(report.instructionSet), \(report.processors) processors"
          + (report.version == Version.current ? "" : "; here it is \(Version.current): install the same on all")),
      report.folderProblems.isEmpty
        ? Finding(isGood: true, words: "shared folders on \(node): read and written")
        : Finding(isGood: false, words: "shared folders on \(node): " + report.folderProblems.joined(separator: "; ")),
      report.weightsProblems.isEmpty
        ? Finding(isGood: true, words: "weights on \(node): sound")
        : Finding(isGood: false, words: "weights on \(node): " + report.weightsProblems.joined(separator: "; ")),
      Finding(
        isGood: true,
        words: report.seesLock
          ? "locks hold from here to \(node): all nodes share the cache"
          : "locks do not hold from here to \(node): each node has a cache of its own, and no style is remembered there; "
            + "mount with locks (NFS 4; Lustre with -o flock) to share it"),
      Finding(
        isGood: true,
        words: "clock of \(node): "
          + (lag < Self.longestLag ? "right" : "\(Int(lag)) s off, which does no harm but shows in times")),
    ]
  }
}
