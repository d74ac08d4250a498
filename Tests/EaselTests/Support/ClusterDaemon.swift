import Files
import Foundation
import Jobs
import Spool
import Status
import Synchronization
import Testing

/// A daemon whose jobs are painted by real workers on a real cluster.
final class ClusterDaemon: Sendable {
  let daemon: TestDaemon
  let cluster: TestCluster
  /// What runs on the nodes.
  private let program: String
  private let slurmSettings: String

  private final class Box<Value> { var value: Value? }

  /// - Parameters:
  ///   - configuration: see `TestCluster`.
  ///   - blindNode: the number of a node that does not see the outbox.
  ///   - slurm: what the daemon's configuration has below `slurm`.
  ///   - lines: of the daemon's configuration.
  init(
    nodes: Int = 4, configuration: [String] = [], blindNode: Int? = nil, slurm: String = "poll_interval: 500ms",
    _ lines: String = "workers: 64"
  ) throws {
    let made = Box<TestCluster>()
    daemon = try TestDaemon(hasFakeWorker: false) { _, box in
      let hidden = blindNode.map { [$0: box + "/outbox"] } ?? [:]
      made.value = try TestCluster(nodes: nodes, configuration: configuration, hidden: hidden)
      return made.value!.environment
    }
    cluster = made.value!
    program = daemon.folder.path + "/program"
    slurmSettings = slurm
    try writeProgram("")
    try configure(lines)
  }

  /// - Parameter lines: of sh, that run on the node before the worker.
  func writeProgram(_ lines: String) throws {
    try "#!/bin/sh\n\(lines)\nexec '\(RunningProgram.path)' \"$@\"\n".write(
      toFile: program, atomically: true, encoding: .utf8)
    chmod(program, 0o755)
  }

  func configure(_ lines: String) throws {
    let path = daemon.folder.path + "/easel.yaml"
    let own =
      ["runner: slurm", "slurm: {\(slurmSettings), program: \(program)}"]
      + lines.split(separator: "\n").map(String.init)
    let keys = own.compactMap { $0.split(separator: ":").first }
    let rest = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").filter { line in
      !keys.contains { line.hasPrefix($0 + ":") }
    }
    try (own + rest.map(String.init)).joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
  }

  /// With some 20 iterations a second. Names say which are of one variant.
  func drop(_ count: Int, iterations: Int, isForced: Bool = true, prefix: String = "job") throws -> [String] {
    let names = (0..<count).map { "\(prefix)\($0)" }
    let settings = Self.settings(iterations: iterations)
    for (number, name) in names.enumerated() {
      try daemon.drop(
        painting: name, variant: number % 4,
        settings: isForced ? settings : settings.replacing(", force: true", with: ""))
    }
    return names
  }

  private static func settings(iterations: Int) -> String {
    SmallPictures.settings.replacing("iterations: 6", with: "iterations: \(iterations)")
  }
}

// What is going on.
extension ClusterDaemon {
  func job(_ name: String) throws -> SpooledJob? {
    try daemon.spool.directories().compactMap { try? SpooledJob($0) }.first { $0.record.name == name }
  }

  func status(_ name: String) throws -> JobStatus? { try job(name).map(JobStatus.init) }

  func report(_ name: String) throws -> String { try #require(daemon.text("outbox/\(name)/report.json")) }

  /// What `easel status` prints.
  func statusText() async throws -> String {
    try await RunningProgram.run(
      ["status", "--inbox", daemon.inbox, "--outbox", daemon.outbox], in: daemon.folder.path
    ).output
  }

  func waitForCheckpoint(of name: String) async throws {
    try await daemon.wait(for: "a checkpoint of \(name)", limit: .seconds(120)) {
      try job(name)?.directory.attempts.contains { FileStatus($0.checkpointPath) != nil } ?? false
    }
  }

  /// Waits until the status of the job says what a person has to do.
  ///
  /// - Returns: Slurm's number of the job.
  func waitForAdvice(on name: String, words: String) async throws -> Int {
    try await daemon.wait(for: "\(words), of \(name)", limit: .seconds(90)) {
      let status = try status(name)
      return status?.message?.contains(words) == true && status?.advice?.contains("needs a person") == true
    }
    return try #require(try status(name)?.place?.number)
  }
}

// What is to be in the end.
extension ClusterDaemon {
  /// That every job is published once, with all of its inputs, and is what a daemon without a cluster paints; and that the cluster has
  /// nothing more to do.
  func expectAll(_ names: [String], iterations: Int, limit: Duration = .seconds(900)) async throws {
    try await daemon.waitUntilPublished(names, limit: limit)
    #expect(daemon.left == [])
    #expect(daemon.temporaries == [])
    for (number, name) in names.enumerated() {
      #expect(daemon.folder.names(in: "box/outbox/\(name)/inputs").count == 3, "\(name)")
      for kind in ["png", "gif"] {
        let here = FileManager.default.contents(atPath: "\(daemon.outbox)/\(name)/\(name).\(kind)")
        let there = try await Self.reference(variant: number % 4, iterations: iterations, kind)
        #expect(here != nil && here == there, "\(name).\(kind)")
      }
    }
    try await daemon.wait(for: "the cluster to have nothing to do", limit: .seconds(90)) {
      try cluster.client("squeue", "-h", "-t", "PENDING,RUNNING,SUSPENDED") == ""
    }
  }

  private static let references = Mutex<[String: Data]>([:])

  private static func reference(variant: Int, iterations: Int, _ kind: String) async throws -> Data? {
    let key = "\(variant).\(iterations)."
    if let known = references.withLock({ $0[key + kind] }) { return known }
    let local = try TestDaemon(hasFakeWorker: false)
    try await local.start()
    try local.drop(painting: "local", variant: variant, settings: settings(iterations: iterations))
    try await local.waitUntilPublished(["local"], limit: .seconds(900))
    await local.stop()
    for kind in ["png", "gif"] {
      let file = FileManager.default.contents(atPath: "\(local.outbox)/local/local.\(kind)")
      references.withLock { $0[key + kind] = file }
    }
    return references.withLock { $0[key + kind] }
  }
}
