import Files
import Foundation
import Spool
import Testing

/// A daemon and a real cluster of four nodes, in everyday use: every job is published once, with its inputs, as the same bytes as without
/// a cluster. What can fail is in `SlurmFailureTests`.
@Suite(
  .serialized, .enabled(if: TestCluster.isAvailable, "Slurm is not installed: munge slurmctld slurmd slurm-client"))
struct SlurmClusterTests {
  private let easel: ClusterDaemon
  private var daemon: TestDaemon { easel.daemon }
  private var cluster: TestCluster { easel.cluster }

  init() throws { easel = try ClusterDaemon() }

  @Test func jobsArePaintedOnAllNodes() async throws {
    let count = Soak.isOn ? 40 : 8
    try await daemon.start()
    let names = try easel.drop(count, iterations: 60)
    try await daemon.wait(for: "four nodes at work") { try Set(cluster.busyNodes).count == 4 }
    try await easel.expectAll(names, iterations: 60)
    #expect(cluster.callCount("sbatch") == count)
    await daemon.stop()
  }

  @Test func theCheckSaysWhatIsOnANode() async throws {
    try easel.writeProgram("[ \"$SLURMD_NODENAME\" != n3 ] || export EASEL_WEIGHTS=/nowhere")
    let good = try await check("n2")
    #expect(good.exitCode == 0 && good.output.contains("ok    weights on n2: sound"), "\(good.output)")
    let bad = try await check("n3")
    #expect(bad.exitCode == 1 && bad.output.contains("wrong weights on n3: "), "\(bad.output)")
  }

  private func check(_ node: String) async throws -> RunningProgram.Ending {
    let folders = ["inbox", "outbox", "cache", "styles"].flatMap { ["--\($0)", "\(daemon.box)/\($0)"] }
    return try await RunningProgram.run(
      ["slurm", "check", "--node", node, "--config", daemon.folder.path + "/easel.yaml"] + folders, in: daemon.box,
      environment: cluster.environment)
  }

  @Test func aDaemonThatIsKilledFindsItsJobs() async throws {
    let (count, kills) = Soak.isOn ? (20, 12) : (6, 2)
    var random = SystemRandomNumberGenerator()
    try await daemon.start()
    let names = try easel.drop(count, iterations: 100)
    for _ in 0..<kills {
      try await Task.sleep(for: .milliseconds(Int.random(in: 0...2500, using: &random)))
      daemon.program.send(SIGKILL)
      _ = await daemon.program.ending()
      try await daemon.start()
    }
    try await easel.expectAll(names, iterations: 100)
    // Killed between asking and noting, it looks for the job by its name before it asks again.
    #expect(cluster.callCount("sbatch") <= count + kills)
    await daemon.stop()
  }

  @Test func whatIsCancelledByHandInTheClusterGoesOn() async throws {
    try await daemon.start()
    let names = try easel.drop(1, iterations: 150)
    try await easel.waitForCheckpoint(of: "job0")
    try cluster.client("scancel", "--user=\(NSUserName())")
    try await easel.expectAll(names, iterations: 150)
    #expect(try easel.report("job0").contains("was cancelled in the cluster"))
    #expect(cluster.callCount("sbatch") == 2)
    await daemon.stop()
  }

  @Test func holdAndReleaseInTheMiddle() async throws {
    try await daemon.start()
    let names = try easel.drop(1, iterations: 150)
    try await easel.waitForCheckpoint(of: "job0")
    try easel.job("job0")!.directory.set(.hold)
    try daemon.spool.ring()
    try await daemon.wait(for: "it to be held") { daemon.records.first?.state == .queued }
    #expect(try cluster.busyNodes == [])
    let job = try #require(try easel.job("job0")).directory
    #expect(FileStatus(job.checkpointPath) != nil && FileStatus(job.attempts[0].checkpointPath) == nil)
    try job.clear(.hold)
    try daemon.spool.ring()
    try await easel.expectAll(names, iterations: 150)
    await daemon.stop()
  }

  /// It finds all that is out, also where it may have less out by now.
  @Test func aDaemonWithFewerWorkersTakesBackWhatIsOut() async throws {
    try await daemon.start()
    let names = try easel.drop(8, iterations: 60)
    try await daemon.wait(for: "all to be out") { cluster.callCount("sbatch") == 8 }
    await daemon.stop()
    try easel.configure("workers: 1")
    try await daemon.start()
    try await easel.expectAll(names, iterations: 60)
    #expect(cluster.callCount("sbatch") == 8)
    await daemon.stop()
  }

  /// Whatever a shell, sbatch or YAML would make of them.
  @Test(arguments: [#"a b'c"d$HOME`id`;&é %j%%"#, #"back\slash %j"#]) func foldersWithOddNames(name: String)
    async throws
  {
    let box = daemon.folder.path + "/" + name
    for folder in ["inbox", "outbox", "cache", "styles"] {
      try FileManager.default.createDirectory(atPath: "\(box)/\(folder)", withIntermediateDirectories: true)
    }
    let painter = box + "/program"
    try FileManager.default.createSymbolicLink(atPath: painter, withDestinationPath: RunningProgram.path)
    let quoted = "'" + painter.replacing("'", with: "''") + "'"
    try "{runner: slurm, settle: 60ms, min_free_space: 0, slurm: {poll_interval: 500ms, program: \(quoted)}}".write(
      toFile: box + "/easel.yaml", atomically: true, encoding: .utf8)
    let folders = ["inbox", "outbox", "cache", "styles"].flatMap { ["--\($0)", "\(box)/\($0)"] }
    let program = try RunningProgram(
      ["watch", "--config", box + "/easel.yaml"] + folders, in: daemon.folder.path, environment: cluster.environment)
    for (role, seed) in [("content", 1), ("style", 2)] {
      try SmallPictures.png(seed: seed).write(to: URL(filePath: "\(box)/inbox/cat.\(role).png"))
    }
    try SmallPictures.settings.write(toFile: box + "/inbox/cat.yaml", atomically: true, encoding: .utf8)
    try await program.wait(for: "the picture", limit: .seconds(60)) {
      FileManager.default.fileExists(atPath: box + "/outbox/cat/cat.png")
    }
    #expect(cluster.callCount("sbatch") == 1)
    program.send(SIGTERM)
    _ = await program.ending()
  }
}
