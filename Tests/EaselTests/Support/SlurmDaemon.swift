import Files
import Foundation
import Jobs
import Spool
import Status
import Testing

/// A daemon whose jobs are painted by real workers in a cluster that only pretends.
struct SlurmDaemon {
  let daemon: TestDaemon
  let slurm: FakeSlurm

  /// A second or two of work.
  static let longSettings = SmallPictures.settings.replacing("iterations: 6", with: "iterations: 80")

  private final class Box<Value> { var value: Value? }

  init() throws {
    let fake = Box<FakeSlurm>()
    daemon = try TestDaemon(
      settings:
        "runner: slurm\nworkers: 4\nslurm: {poll_interval: 200ms, partition: night, options: [--constraint=avx2]}",
      hasFakeWorker: false
    ) { folder, _ in
      fake.value = try FakeSlurm(in: folder)
      return fake.value!.environment
    }
    slurm = fake.value!
  }

  /// - Parameter lines: of sh, that run before the worker does.
  func useProgram(_ lines: String) throws {
    try daemon.folder.write("#!/bin/sh\n\(lines)\nexec '\(RunningProgram.path)' \"$@\"\n", to: "program")
    let program = daemon.folder.path + "/program"
    chmod(program, 0o755)
    try changeSettings("partition: night", to: "program: \(program)")
  }

  func changeSettings(_ old: String, to new: String) throws {
    let path = daemon.folder.path + "/easel.yaml"
    let settings = try String(contentsOfFile: path, encoding: .utf8)
    try settings.replacing(old, with: new).write(toFile: path, atomically: true, encoding: .utf8)
  }

  func control(_ verb: String, _ name: String) async throws {
    let ending = try await RunningProgram.run(
      ["job", verb, name, "--inbox", daemon.inbox, "--outbox", daemon.outbox], in: daemon.folder.path)
    #expect(ending.exitCode == 0, "\(ending.errors)")
  }
}

// What is going on.
extension SlurmDaemon {
  func job(_ name: String) throws -> SpooledJob? {
    try daemon.spool.directories().compactMap { try? SpooledJob($0) }.first { $0.record.name == name }
  }

  func status(_ name: String) throws -> JobStatus? { try job(name).map(JobStatus.init) }

  func report(_ name: String) throws -> String { try #require(daemon.text("outbox/\(name)/report.json")) }

  /// Waits until a job's worker has come to an iteration.
  func waitForCheckpoint(of name: String) async throws {
    try await daemon.wait(for: "a checkpoint of \(name)") {
      try job(name)?.directory.attempts.contains { FileStatus($0.checkpointPath) != nil } ?? false
    }
  }
}
