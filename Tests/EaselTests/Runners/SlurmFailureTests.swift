import Foundation
import Spool
import Testing

/// A daemon and a real cluster of four nodes that fails in all the ways that it can. After each failure every job is published once,
/// with its inputs, as the same bytes as without a cluster.
@Suite(.serialized, .enabled(if: TestCluster.isAvailable && Soak.isOn, "only in a soak, with Slurm"))
struct SlurmFailureTests {
  // MARK: Nodes

  /// Its job goes on, unwatched, and runs a second time elsewhere.
  @Test func aNodeThatIsCutOff() async throws {
    let easel = try ClusterDaemon()
    try await easel.daemon.start()
    let names = try easel.drop(1, iterations: 1000)
    try await easel.waitForCheckpoint(of: "job0")
    let first = try #require(try easel.job("job0")?.directory.attempts.first)
    let node = try #require(first.node)
    try easel.cluster.kill("slurmd-" + node.dropFirst())
    try await easel.daemon.wait(for: "a second copy", limit: .seconds(90)) {
      try easel.job("job0")!.directory.attempts.count == 2
    }
    try await easel.daemon.wait(for: "the first copy to see that") { try first.readManifest()?.ending == .stopped }
    try await easel.expectAll(names, iterations: 1000)
    #expect(easel.cluster.callCount("sbatch") == 1)
    await easel.daemon.stop()
  }

  @Test func aNodeThatDies() async throws {
    let easel = try ClusterDaemon()
    try await easel.daemon.start()
    let names = try easel.drop(2, iterations: 300)
    for name in names { try await easel.waitForCheckpoint(of: name) }
    let node = try #require(try easel.job("job0")?.directory.attempts.last?.node)
    try easel.cluster.kill("node-" + node.dropFirst())
    try await easel.daemon.wait(for: "a second attempt", limit: .seconds(120)) {
      try easel.job("job0")?.directory.attempts.count == 2
    }
    try await easel.expectAll(names, iterations: 300)
    #expect(easel.cluster.callCount("sbatch") == 2)
    await easel.daemon.stop()
  }

  /// Jobs come there first, since it fails them at once and is free again.
  @Test func aNodeWithoutWeights() async throws {
    let easel = try ClusterDaemon()
    try easel.writeProgram("[ \"$SLURMD_NODENAME\" != n1 ] || export EASEL_WEIGHTS=/nowhere")
    try await easel.daemon.start()
    let names = try easel.drop(16, iterations: 60)
    try await easel.expectAll(names, iterations: 60)
    // Which of them came there is the cluster's choice.
    #expect(try names.contains { try easel.report($0).contains("the weights of vgg16 were not found") })
    await easel.daemon.stop()
  }

  /// So that not even the script's directory is there; nothing of the job is written where the daemon could read it.
  @Test(.enabled(if: SmallFileSystem.isAllowed, "mounts a file system"))
  func aNodeWithoutTheSharedFolder() async throws {
    let easel = try ClusterDaemon(blindNode: 1)
    try await easel.daemon.start()
    let names = try easel.drop(8, iterations: 60)
    try await easel.expectAll(names, iterations: 60)
    // The node is told by its own name in what the daemon says of the jobs that came there.
    let said = easel.daemon.program.errors
    #expect(said.contains(/Slurm job [0-9]+ on n1 has ended \(FAILED\) without having begun/), "\(said)")
    await easel.daemon.stop()
  }

  /// Hours ahead and days behind, while file times are what they are. Jobs go from one clock to another in the middle.
  @Test(.enabled(if: FakedClock.isAvailable, "faketime is not installed"))
  func clocksThatAreOutOfStep() async throws {
    let easel = try ClusterDaemon()
    try easel.writeProgram(
      """
      case $SLURMD_NODENAME in n1) offset=+3h ;; n2) offset=-2d ;; n3) offset=+90s ;; *) offset=-1s ;; esac
      export LD_PRELOAD='\(FakedClock.library)' FAKETIME=$offset DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1
      # The library changes the environment of the first program that it is loaded into, in which Swift then finds no arguments.
      exec sh -c 'exec "$0" "$@"' '\(RunningProgram.path)' "$@"
      """)
    defer { FakedClock.tidy() }
    try await easel.daemon.start()
    let check = try await RunningProgram.run(
      ["slurm", "check", "--node", "n1", "--config", easel.daemon.folder.path + "/easel.yaml"]
        + ["inbox", "outbox", "cache", "styles"].flatMap { ["--\($0)", "\(easel.daemon.box)/\($0)"] },
      in: easel.daemon.folder.path, environment: easel.cluster.environment)
    #expect(check.exitCode == 0, "\(check.output)")
    #expect(check.output.contains(/clock of n1: 1(079[0-9]|080[0-9]) s off, which does no harm/), "\(check.output)")
    let names = try easel.drop(4, iterations: 200, isForced: false)
    for name in names { try await easel.waitForCheckpoint(of: name) }
    try easel.cluster.client("scancel", "--user=\(NSUserName())")
    try await easel.expectAll(names, iterations: 200)
    // What one clock has put into the cache another finds.
    let again = try easel.drop(4, iterations: 200, isForced: false, prefix: "again")
    try await easel.daemon.waitUntilPublished(names + again, limit: .seconds(120))
    for name in again { #expect(try easel.report(name).contains("\"reused\""), "\(name)") }
    #expect(easel.daemon.folder.names(in: "box/styles").filter { !$0.hasPrefix(".") }.count == 4)
    await easel.daemon.stop()
  }

  // MARK: The controller

  /// What the controller had not written down is gone, and its numbers are given again.
  @Test(arguments: [0, 500, 1000]) func aControllerThatDiesAfterABurst(milliseconds: Int) async throws {
    let easel = try ClusterDaemon()
    try await easel.daemon.start()
    let names = try easel.drop(20, iterations: 100)
    try await easel.daemon.wait(for: "the burst") { easel.cluster.callCount("sbatch") == 20 }
    try await Task.sleep(for: .milliseconds(milliseconds))
    try easel.cluster.kill("controller")
    try await Task.sleep(for: .seconds(2))
    try easel.cluster.revive("controller")
    try await easel.expectAll(names, iterations: 100)
    Soak.say(
      "controller killed \(milliseconds) ms after 20 jobs: \(easel.cluster.callCount("sbatch")) submissions in all")
    await easel.daemon.stop()
  }

  /// sbatch waits then, for minutes if one lets it.
  @Test func aClusterThatTakesNoMoreJobs() async throws {
    let easel = try ClusterDaemon(configuration: ["MaxJobCount=6", "MinJobAge=2"])
    try await easel.daemon.start()
    let names = try easel.drop(12, iterations: 60)
    try await easel.daemon.wait(for: "the trouble", limit: .seconds(90)) {
      try easel.daemon.spool.readDaemon()?.troubles.contains {
        $0.contains("Slurm took no job: sbatch took longer than")
          && $0.contains("Slurm temporarily unable to accept job")
      } == true
    }
    try await easel.expectAll(names, iterations: 60, limit: .seconds(900))
    #expect(try easel.daemon.spool.readDaemon()?.troubles == [])
    await easel.daemon.stop()
  }

  // MARK: munge

  @Test func mungeIsAwayForAMoment() async throws {
    let easel = try ClusterDaemon()
    try await easel.daemon.start()
    let names = try easel.drop(8, iterations: 150)
    try await easel.waitForCheckpoint(of: "job0")
    try easel.cluster.kill("munge")
    try await Task.sleep(for: .seconds(6))
    try easel.cluster.revive("munge")
    try await easel.expectAll(names, iterations: 150)
    #expect(easel.daemon.program.errors.contains("the Slurm cluster cannot be asked"))
    await easel.daemon.stop()
  }

  /// Long enough that all nodes are given up: Slurm then may hold a job for a person.
  @Test func mungeIsAwayForLong() async throws {
    let easel = try ClusterDaemon()
    try await easel.daemon.start()
    let names = try easel.drop(2, iterations: 1000)
    for name in names { try await easel.waitForCheckpoint(of: name) }
    try easel.cluster.kill("munge")
    try await Task.sleep(for: .seconds(22))
    try easel.cluster.revive("munge")
    let seen = try await withAPerson(at: easel) { easel.daemon.published.count == names.count }
    Soak.say("munge away for 22 s: a person was asked for \(seen)")
    try await easel.expectAll(names, iterations: 1000)
    await easel.daemon.stop()
  }

  /// Somebody who looks at the status once a second, and does what it advises.
  ///
  /// - Returns: what was said of jobs for which there was something to do.
  private func withAPerson(at easel: ClusterDaemon, until isDone: () -> Bool) async throws -> Set<String> {
    var seen: Set<String> = []
    let end = ContinuousClock.now + .seconds(600)
    while ContinuousClock.now < end, !isDone() {
      for job in try easel.daemon.spool.directories().compactMap({ try? SpooledJob($0) }) {
        guard let place = job.directory.place, place.advice != nil, let number = place.number else { continue }
        seen.insert(place.words)
        for node in 1...4 { _ = try? easel.cluster.client("scontrol", "update", "nodename=n\(node)", "state=resume") }
        _ = try? easel.cluster.client("scontrol", "release", "\(number)")
      }
      try await Task.sleep(for: .seconds(1))
    }
    return seen
  }

  // MARK: People

  /// Nodes on which the script that Slurm runs before each job fails: it holds the job.
  @Test func aJobThatNoNodeCanStartIsForAPerson() async throws {
    let easel = try ClusterDaemon(configuration: ["Prolog=FOLDER/prolog"])
    try easel.cluster.write(script: "exit 1", to: "prolog")
    try await easel.daemon.start()
    let names = try easel.drop(1, iterations: 60)
    let number = try await easel.waitForAdvice(on: "job0", words: "waits: launch failed requeued held")
    let text = try await easel.statusText()
    #expect(text.contains("Slurm job \(number) waits: launch failed requeued held"), "\(text)")
    #expect(text.contains("scontrol update nodename=NODE state=resume"), "\(text)")
    #expect(text.contains("scontrol release \(number)"), "\(text)")
    #expect(easel.daemon.program.errors.contains("needs a person: a node could not start it"))
    try easel.cluster.write(script: "exit 0", to: "prolog")
    let node = try easel.cluster.client("sinfo", "-h", "-N", "-t", "drain", "-o", "%N").split(separator: "\n")
    try #require(node.count == 1)
    try easel.cluster.client("scontrol", "update", "nodename=\(node[0])", "state=resume")
    try easel.cluster.client("scontrol", "release", "\(number)")
    try await easel.expectAll(names, iterations: 60)
    #expect(easel.cluster.callCount("sbatch") == 1)
    await easel.daemon.stop()
  }

  @Test(arguments: [("hold", "JobHeldAdmin"), ("uhold", "JobHeldUser")])
  func aJobThatIsHeldInTheClusterIsForAPerson(verb: String, reason: String) async throws {
    let easel = try ClusterDaemon()
    try easel.cluster.client("scontrol", "update", "nodename=n[1-4]", "state=drain", "reason=test")
    try await easel.daemon.start()
    let names = try easel.drop(1, iterations: 60)
    try await easel.daemon.wait(for: "it to wait") { try easel.status("job0")?.place?.state == "PENDING" }
    let number = try #require(try easel.status("job0")?.place?.number)
    try easel.cluster.client("scontrol", verb, "\(number)")
    _ = try await easel.waitForAdvice(on: "job0", words: "waits: \(reason)")
    let text = try await easel.statusText()
    #expect(text.contains("waits: \(reason)") && text.contains("scontrol release \(number) lets it go on"), "\(text)")
    try easel.cluster.client("scontrol", "update", "nodename=n[1-4]", "state=resume")
    try await Task.sleep(for: .seconds(4))
    #expect(try easel.cluster.busyNodes == [])
    try easel.cluster.client("scontrol", "release", "\(number)")
    try await easel.expectAll(names, iterations: 60)
    #expect(easel.cluster.callCount("sbatch") == 1)
    await easel.daemon.stop()
  }

  /// It is stopped in the middle; released, it goes on from there.
  @Test func aJobThatIsQueuedAgainAndHeldIsForAPerson() async throws {
    let easel = try ClusterDaemon()
    try await easel.daemon.start()
    let names = try easel.drop(1, iterations: 300)
    try await easel.waitForCheckpoint(of: "job0")
    let number = try #require(try easel.status("job0")?.place?.number)
    try easel.cluster.client("scontrol", "requeuehold", "\(number)")
    _ = try await easel.waitForAdvice(on: "job0", words: "waits: job requeued in held state")
    try easel.cluster.client("scontrol", "release", "\(number)")
    try await easel.expectAll(names, iterations: 300)
    #expect(easel.cluster.callCount("sbatch") == 1)
    await easel.daemon.stop()
  }

  // MARK: The disk

  /// It fills while workers are at work, so that neither checkpoints nor manifests nor words about that can be written.
  @Test(.enabled(if: SmallFileSystem.isAllowed, "mounts a file system"))
  func aFullSharedDisk() async throws {
    let easel = try ClusterDaemon()
    let outbox = easel.daemon.outbox
    try #require(SmallFileSystem.mount(on: outbox))
    defer { SmallFileSystem.unmount(outbox) }
    try await easel.daemon.start()
    let names = try easel.drop(4, iterations: 300)
    for name in names { try await easel.waitForCheckpoint(of: name) }
    let ballast = outbox + "/ballast"
    _ = try? Data(count: 32 << 20).write(to: URL(filePath: ballast))
    try await Task.sleep(for: .seconds(8))
    try FileManager.default.removeItem(atPath: ballast)
    try await easel.expectAll(names, iterations: 300)
    await easel.daemon.stop()
  }
}

/// libfaketime, of Debian's package faketime.
enum FakedClock {
  static let library: String = {
    let folder = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib")) ?? []
    let paths = folder.map { "/usr/lib/\($0)/faketime/libfaketimeMT.so.1" }
    return paths.first { FileManager.default.fileExists(atPath: $0) } ?? ""
  }()

  static let isAvailable = !library.isEmpty

  /// What the library leaves in shared memory.
  static func tidy() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/dev/shm")) ?? []
    for name in names where name.contains("faketime_") { unlink("/dev/shm/" + name) }
  }
}
