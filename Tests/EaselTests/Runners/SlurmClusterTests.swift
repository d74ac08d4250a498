import Files
import Foundation
import Jobs
import Spool
import Status
import Testing

/// A daemon, and a real cluster of four nodes that fails in all the ways that it can. After each failure every job is published once,
/// with its inputs, as the same bytes as without a cluster.
@Suite(
  .serialized, .enabled(if: TestCluster.isAvailable, "Slurm is not installed: munge slurmctld slurmd slurm-client"))
struct SlurmClusterTests {
  private let daemon: TestDaemon
  private let cluster: TestCluster
  private let program: String

  /// What one job takes, with some 20 iterations a second.
  private static func settings(iterations: Int) -> String {
    SmallPictures.settings.replacing("iterations: 6", with: "iterations: \(iterations)")
  }

  private final class Box<Value> { var value: Value? }

  init() throws {
    let made = Box<TestCluster>()
    let program = Box<String>()
    daemon = try TestDaemon(hasFakeWorker: false) { folder, _ in
      made.value = try TestCluster()
      program.value = folder + "/program"
      return made.value!.environment
    }
    cluster = made.value!
    self.program = program.value!
    try writeProgram("")
    try configure("workers: 64")
  }

  /// - Parameter lines: of sh, that run on the node before the worker.
  private func writeProgram(_ lines: String) throws {
    try "#!/bin/sh\n\(lines)\nexec '\(RunningProgram.path)' \"$@\"\n".write(
      toFile: program, atomically: true, encoding: .utf8)
    chmod(program, 0o755)
  }

  private func configure(_ lines: String) throws {
    let path = daemon.folder.path + "/easel.yaml"
    let rest = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").filter { line in
      !["runner", "slurm", "workers"].contains { line.hasPrefix($0) }
    }
    let own = ["runner: slurm", "slurm: {poll_interval: 500ms, program: \(program)}", lines]
    try (own + rest.map(String.init)).joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
  }

  private func drop(_ count: Int, iterations: Int, from first: Int = 0) throws -> [String] {
    let names = (first..<first + count).map { "job\($0)" }
    for (number, name) in names.enumerated() {
      try daemon.drop(painting: name, variant: number % 4, settings: Self.settings(iterations: iterations))
    }
    return names
  }

  /// That every job is published once, with all of its inputs, and is what a daemon without a cluster paints.
  private func expectAll(_ names: [String], iterations: Int, limit: Duration = .seconds(240)) async throws {
    try await daemon.waitUntilPublished(names, limit: limit)
    #expect(daemon.left == [] && daemon.temporaries == [])
    let reference = try TestDaemon(hasFakeWorker: false)
    try await reference.start()
    let variants = (0..<min(4, names.count)).map { "v\($0)" }
    for (number, name) in variants.enumerated() {
      try reference.drop(painting: name, variant: number, settings: Self.settings(iterations: iterations))
    }
    try await reference.waitUntilPublished(variants, limit: limit)
    await reference.stop()
    for (number, name) in names.enumerated() {
      #expect(daemon.folder.names(in: "box/outbox/\(name)/inputs").count == 3, "\(name)")
      for kind in ["png", "gif"] {
        let here = FileManager.default.contents(atPath: "\(daemon.outbox)/\(name)/\(name).\(kind)")
        let there = FileManager.default.contents(atPath: "\(reference.outbox)/v\(number % 4)/v\(number % 4).\(kind)")
        #expect(here != nil && here == there, "\(name).\(kind)")
      }
    }
  }

  private func job(_ name: String) throws -> SpooledJob? {
    try daemon.spool.directories().compactMap { try? SpooledJob($0) }.first { $0.record.name == name }
  }

  private func waitForCheckpoint(of name: String) async throws {
    try await daemon.wait(for: "a checkpoint of \(name)") {
      try job(name)?.directory.attempts.contains { FileStatus($0.checkpointPath) != nil } ?? false
    }
  }

  private func node(of name: String) throws -> String {
    try #require(try job(name)?.directory.attempts.last?.node)
  }

  // MARK: Always

  @Test func jobsArePaintedOnAllNodes() async throws {
    let count = Soak.isOn ? 40 : 8
    try await daemon.start()
    let names = try drop(count, iterations: 60)
    try await daemon.wait(for: "four nodes at work") { try Set(cluster.busyNodes).count == 4 }
    try await expectAll(names, iterations: 60)
    #expect(cluster.callCount("sbatch") == count)
    await daemon.stop()
  }

  @Test func theCheckSaysWhatIsOnANode() async throws {
    try writeProgram("[ \"$SLURMD_NODENAME\" != n3 ] || export EASEL_WEIGHTS=/nowhere")
    func check(_ node: String) async throws -> RunningProgram.Ending {
      let folders = ["inbox", "outbox", "cache", "styles"].flatMap { ["--\($0)", "\(daemon.box)/\($0)"] }
      return try await RunningProgram.run(
        ["slurm", "check", "--node", node, "--config", daemon.folder.path + "/easel.yaml"] + folders, in: daemon.box,
        environment: cluster.environment)
    }
    let good = try await check("n2")
    #expect(good.exitCode == 0 && good.output.contains("ok    weights on n2: sound"), "\(good.output)")
    let bad = try await check("n3")
    #expect(
      bad.exitCode == 1 && bad.output.contains("wrong weights on n3: "),
      "\(bad.output)")
  }

  @Test func aDaemonThatIsKilledFindsItsJobs() async throws {
    let (count, kills) = Soak.isOn ? (20, 8) : (6, 2)
    try await daemon.start()
    let names = try drop(count, iterations: 100)
    for kill in 0..<kills {
      try await Task.sleep(for: .milliseconds(200 + 370 * kill % 1500))
      daemon.program.send(SIGKILL)
      _ = await daemon.program.ending()
      try await daemon.start()
    }
    try await expectAll(names, iterations: 100)
    await daemon.stop()
  }

  @Test func whatIsCancelledByHandInTheClusterGoesOn() async throws {
    try await daemon.start()
    let names = try drop(1, iterations: 150)
    try await waitForCheckpoint(of: "job0")
    try cluster.client("scancel", "--user=\(NSUserName())")
    try await expectAll(names, iterations: 150)
    let report = try #require(daemon.text("outbox/job0/report.json"))
    #expect(report.contains("was cancelled in the cluster"))
    #expect(cluster.callCount("sbatch") == 2)
    await daemon.stop()
  }

  @Test func holdAndReleaseInTheMiddle() async throws {
    try await daemon.start()
    let names = try drop(1, iterations: 150)
    try await waitForCheckpoint(of: "job0")
    try job("job0")!.directory.set(.hold)
    try daemon.spool.ring()
    try await daemon.wait(for: "it to be held") { daemon.records.first?.state == .queued }
    #expect(try cluster.busyNodes == [])
    try job("job0")!.directory.clear(.hold)
    try daemon.spool.ring()
    try await expectAll(names, iterations: 150)
    await daemon.stop()
  }

  // MARK: Only in a soak

  /// Its job goes on, unwatched, and runs a second time elsewhere.
  @Test(.enabled(if: Soak.isOn, "takes long")) func aNodeThatIsCutOff() async throws {
    try await daemon.start()
    let names = try drop(1, iterations: 1000)
    try await waitForCheckpoint(of: "job0")
    let node = try node(of: "job0")
    try cluster.kill("slurmd-" + node.dropFirst())
    try await daemon.wait(for: "a second copy", limit: .seconds(90)) { try job("job0")!.directory.attempts.count == 2 }
    let first = try job("job0")!.directory.attempts[0]
    try await daemon.wait(for: "the first copy to see that") { try first.readManifest()?.ending == .stopped }
    try await expectAll(names, iterations: 1000)
    await daemon.stop()
  }

  @Test(.enabled(if: Soak.isOn, "takes long")) func aNodeThatDies() async throws {
    try await daemon.start()
    let names = try drop(4, iterations: 500)
    for name in names { try await waitForCheckpoint(of: name) }
    try cluster.kill("node-1")
    try await expectAll(names, iterations: 500)
    await daemon.stop()
  }

  /// What the controller had not written down is gone, and its numbers are given again.
  @Test(.enabled(if: Soak.isOn, "takes long"), arguments: [0, 500, 1000])
  func aControllerThatDiesAfterABurst(milliseconds: Int) async throws {
    try await daemon.start()
    let names = try drop(20, iterations: 100)
    try await daemon.wait(for: "the burst") { cluster.callCount("sbatch") == 20 }
    try await Task.sleep(for: .milliseconds(milliseconds))
    try cluster.kill("controller")
    try await Task.sleep(for: .seconds(2))
    try cluster.revive("controller")
    try await expectAll(names, iterations: 100)
    Soak.say("controller killed \(milliseconds) ms after 20 jobs: \(cluster.callCount("sbatch")) submissions in all")
    await daemon.stop()
  }

  @Test(.enabled(if: Soak.isOn, "takes long")) func mungeIsAwayForAMoment() async throws {
    try await daemon.start()
    let names = try drop(8, iterations: 150)
    try await waitForCheckpoint(of: "job0")
    try cluster.kill("munge")
    try await Task.sleep(for: .seconds(6))
    try cluster.revive("munge")
    try await expectAll(names, iterations: 150)
    #expect(daemon.program.errors.contains("the Slurm cluster cannot be asked"))
    await daemon.stop()
  }

  /// Long enough that all nodes are given up: Slurm then may hold a job for a person.
  @Test(.enabled(if: Soak.isOn, "takes long")) func mungeIsAwayForLong() async throws {
    try await daemon.start()
    let names = try drop(4, iterations: 800)
    for name in names { try await waitForCheckpoint(of: name) }
    try cluster.kill("munge")
    try await Task.sleep(for: .seconds(22))
    try cluster.revive("munge")
    // The person.
    var seen: Set<String> = []
    let end = ContinuousClock.now + .seconds(200)
    while ContinuousClock.now < end, daemon.published.count < names.count {
      for job in try daemon.spool.directories().compactMap({ try? SpooledJob($0) }) {
        guard let place = job.directory.place, place.advice != nil, let number = place.number else { continue }
        seen.insert(place.words)
        for node in 1...4 { _ = try? cluster.client("scontrol", "update", "nodename=n\(node)", "state=resume") }
        _ = try? cluster.client("scontrol", "release", "\(number)")
      }
      try await Task.sleep(for: .seconds(1))
    }
    Soak.say("munge away for 22 s: a person was asked for \(seen)")
    try await expectAll(names, iterations: 800)
    await daemon.stop()
  }

  @Test(.enabled(if: Soak.isOn, "takes long")) func aNodeWithoutWeights() async throws {
    try writeProgram("[ \"$SLURMD_NODENAME\" != n3 ] || export EASEL_WEIGHTS=/nowhere")
    try await daemon.start()
    let names = try drop(16, iterations: 60)
    try await expectAll(names, iterations: 60)
    await daemon.stop()
  }

  /// The disk fills while workers are at work, so that neither checkpoints nor manifests nor words about that can be written.
  @Test(.enabled(if: Soak.isOn && SmallFileSystem.isAllowed, "takes long, and mounts a file system"))
  func aFullSharedDisk() async throws {
    try #require(SmallFileSystem.mount(on: daemon.outbox))
    defer { SmallFileSystem.unmount(daemon.outbox) }
    try await daemon.start()
    let names = try drop(4, iterations: 300)
    for name in names { try await waitForCheckpoint(of: name) }
    let ballast = daemon.outbox + "/ballast"
    _ = try? Data(count: 32 << 20).write(to: URL(filePath: ballast))
    try await Task.sleep(for: .seconds(8))
    try FileManager.default.removeItem(atPath: ballast)
    try await expectAll(names, iterations: 300)
    await daemon.stop()
  }
}

/// What it costs; `make soak` prints the figures.
@Suite(.serialized, .enabled(if: TestCluster.isAvailable && Soak.isOn, "only in a soak, with Slurm"))
struct SlurmLoadTests {
  private final class Box<Value> { var value: Value? }

  private func make(nodes: Int, pollInterval: String, workers: Int) throws -> (TestDaemon, TestCluster) {
    let made = Box<TestCluster>()
    let daemon = try TestDaemon(
      settings:
        "runner: slurm\nslurm: {poll_interval: \(pollInterval), memory: 500M}\nworkers: \(workers)\nqueue_limit: 2000",
      hasFakeWorker: false
    ) { _, _ in
      made.value = try TestCluster(nodes: nodes)
      return made.value!.environment
    }
    return (daemon, made.value!)
  }

  @Test(arguments: [1, 2, 4]) func jobsAMinute(nodes: Int) async throws {
    let (daemon, cluster) = try make(nodes: nodes, pollInterval: "1s", workers: 64)
    try await daemon.start()
    let begin = ContinuousClock.now
    let names = (0..<40).map { "job\($0)" }
    for (number, name) in names.enumerated() { try daemon.drop(painting: name, variant: number % 4) }
    try await daemon.waitUntilPublished(names, limit: .seconds(300))
    let seconds = (ContinuousClock.now - begin) / .seconds(1)
    Soak.say(
      "\(nodes) nodes: 40 small jobs in \(Int(seconds)) s, \(Int(40 * 60 / seconds)) a minute; calls: "
        + "\(cluster.callCount("sbatch")) sbatch, \(cluster.callCount("squeue")) squeue, \(cluster.callCount("scancel")) scancel"
    )
    await daemon.stop()
  }

  @Test func aThousandJobsOut() async throws {
    let (daemon, cluster) = try make(nodes: 4, pollInterval: "5s", workers: 1000)
    for node in 1...4 { try cluster.client("scontrol", "update", "nodename=n\(node)", "state=drain", "reason=test") }
    try await daemon.start()
    let picture = try SmallPictures.png(seed: 1)
    for number in 0..<1000 {
      for role in ["content", "style"] { try daemon.folder.write(picture, to: "box/inbox/job\(number).\(role).png") }
      try daemon.drop(SmallPictures.settings, as: "job\(number).yaml")
    }
    let begin = ContinuousClock.now
    try await daemon.wait(for: "all to be out", limit: .seconds(600)) { cluster.callCount("sbatch") == 1000 }
    let seconds = (ContinuousClock.now - begin) / .seconds(1)
    try await Task.sleep(for: .seconds(15))
    func used() throws -> Double {
      let stat = try String(contentsOfFile: "/proc/\(daemon.program.processIdentifier)/stat", encoding: .utf8)
      let fields = stat[stat.lastIndex(of: ")")!...].split(separator: " ")
      return Double(Int(fields[12])! + Int(fields[13])!) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
    let (before, calls) = (try used(), cluster.callCount("squeue"))
    try await Task.sleep(for: .seconds(60))
    let (after, more) = (try used(), cluster.callCount("squeue") - calls)
    Soak.say(
      "1000 jobs out after \(Int(seconds)) s; then \(after - before) s of processor time and \(more) calls of squeue in 60 s"
    )
    #expect(more <= 30)
    #expect(after - before < 12)
    await daemon.stop()
  }
}
