import Files
import Foundation
import Jobs
import Spool
import Status
import Testing

/// The daemon and a cluster that only pretends, in all that can go wrong between the two. The workers are real.
@Suite struct SlurmRunnerTests {
  private let easel: SlurmDaemon
  private var daemon: TestDaemon { easel.daemon }
  private var slurm: FakeSlurm { easel.slurm }

  init() throws { easel = try SlurmDaemon() }

  @Test func aJobIsPaintedInTheCluster() async throws {
    try await daemon.start()
    try daemon.drop(
      painting: "cat", variant: 1, settings: SmallPictures.settings.replacing("{size", with: "{priority: 7, size"))
    try await daemon.waitUntilPublished(["cat"])
    try #require(slurm.calls(of: "sbatch").count == 1)
    let call = slurm.calls(of: "sbatch")[0]
    for option in [
      "--partition=night", "--constraint=avx2", "--cpus-per-task=1", "--nice=93", "--export=ALL", "--requeue",
    ] {
      #expect(call.contains(" \(option) "), "\(option): \(call)")
    }
    let memory = try #require(call.firstMatch(of: /--mem=([0-9]+)M/)).1
    #expect((100...1000).contains(Int(memory)!), "what the picture is planned to take")
    #expect(daemon.folder.names(in: "box/outbox/cat/inputs").count == 3)
    #expect(daemon.left == [] && daemon.temporaries == [])
    #expect(slurm.calls(of: "scancel").isEmpty)
    await daemon.stop()
  }

  @Test func itIsTheSamePictureAsHere() async throws {
    let here = try TestDaemon(hasFakeWorker: false)
    for daemon in [daemon, here] {
      try await daemon.start()
      try daemon.drop(painting: "cat", variant: 3)
      try await daemon.waitUntilPublished(["cat"])
      await daemon.stop()
    }
    for file in ["cat.png", "cat.gif", "settings.yaml"] {
      let both = [daemon, here].map { FileManager.default.contents(atPath: $0.outbox + "/cat/\(file)") }
      #expect(both[0] != nil && both[0] == both[1], "\(file)")
    }
  }

  @Test func aClusterThatIsAwayKeepsItsJobs() async throws {
    try await daemon.start()
    try daemon.drop(painting: "cat", variant: 1, settings: SlurmDaemon.longSettings)
    try await easel.waitForCheckpoint(of: "cat")
    try slurm.set("away")
    try daemon.drop(painting: "dog", variant: 2)
    try await daemon.wait(for: "the trouble") {
      try daemon.spool.readDaemon()?.troubles.contains {
        $0.contains("cannot be asked: squeue ended with exit code 1: ")
      } == true
    }
    // What a worker has left on the disk counts whatever the cluster says.
    try await daemon.wait(for: "the result of cat") { daemon.published == ["cat"] }
    #expect(try easel.job("dog")?.record.state == .running)
    try slurm.clear("away")
    try await daemon.waitUntilPublished(["cat", "dog"])
    #expect(slurm.takenJobs == 2)
    try await daemon.wait(for: "the end of the trouble") { try daemon.spool.readDaemon()?.troubles == [] }
    // Nobody knows whether the cluster has noticed the end of cat.
    try await daemon.wait(for: "a scancel that was heard") { slurm.calls(of: "scancel").count >= 2 }
    #expect(slurm.calls(of: "scancel").allSatisfy { $0.contains("--name=easel-") })
    await daemon.stop()
  }

  /// A controller that is away from the start: jobs wait in the daemon, however often it is started.
  @Test func whatWasNotHandedOverWaitsForTheCluster() async throws {
    try slurm.set("away")
    try await daemon.start()
    try daemon.drop(painting: "cat", variant: 1)
    for _ in 0..<3 {
      // The words are on the disk; a daemon that has just been started takes a moment to have the job again.
      try await daemon.wait(for: "the words") {
        let status = try easel.status("cat")
        let isRunning = try easel.job("cat")?.record.state == .running
        return isRunning && status?.message == "waits to be handed to the cluster" && status?.state == .queued
      }
      daemon.program.send(SIGKILL)
      _ = await daemon.program.ending()
      try await daemon.start()
    }
    let record = try #require(try easel.job("cat")).record
    #expect(record.attempt <= 1 && (record.interruptions ?? 0) == 0, "that is no failure of the job's")
    try slurm.clear("away")
    try await daemon.waitUntilPublished(["cat"])
    #expect(slurm.takenJobs == 1)
    await daemon.stop()
  }

  @Test func whatIsRefusedIsKeptAndSaid() async throws {
    try slurm.set("refusing")
    try await daemon.start()
    try daemon.drop(painting: "cat", variant: 1)
    try await daemon.wait(for: "the words") {
      try easel.status("cat")?.message?.contains("Invalid partition name") == true
    }
    #expect(try easel.status("cat")?.state == .queued)
    // The daemon tells of itself after the job, and of what is mended too.
    try await daemon.wait(for: "the trouble") {
      try daemon.spool.readDaemon()?.troubles.contains { $0.contains("Slurm took no job") } == true
    }
    try slurm.clear("refusing")
    try await daemon.waitUntilPublished(["cat"], limit: .seconds(90))
    try await daemon.wait(for: "no trouble") { try daemon.spool.readDaemon()?.troubles == [] }
    await daemon.stop()
  }

  /// As its trouble advises. What waits asks for what is new.
  @Test func aMendedConfigurationReachesWhatWasRefused() async throws {
    try slurm.set("refusing", "--partition=night")
    try await daemon.start()
    try daemon.drop(painting: "cat", variant: 1)
    try await daemon.wait(for: "the words") {
      try easel.status("cat")?.message?.contains("Invalid partition name") == true
    }
    try easel.changeSettings("partition: night", to: "partition: day, cpus: 2")
    daemon.program.send(SIGHUP)
    try await daemon.waitUntilPublished(["cat"])
    let call = try #require(slurm.calls(of: "sbatch").last)
    #expect(call.contains("--partition=day") && call.contains("--cpus-per-task=2"), "\(call)")
    #expect(try daemon.spool.readDaemon()?.troubles == [])
    await daemon.stop()
  }

  @Test func whatWasRefusedIsPaintedHereWhenTheRunnerChanges() async throws {
    try slurm.set("refusing")
    try await daemon.start()
    try daemon.drop(painting: "cat", variant: 1)
    try await daemon.wait(for: "the words") {
      try easel.status("cat")?.message?.contains("Invalid partition name") == true
    }
    try easel.changeSettings("runner: slurm", to: "runner: local")
    daemon.program.send(SIGHUP)
    try await daemon.waitUntilPublished(["cat"])
    #expect(slurm.takenJobs == 0)
    try await daemon.wait(for: "the end of the trouble") { try daemon.spool.readDaemon()?.troubles == [] }
    await daemon.stop()
  }

  /// It is the cluster that refuses, and not each of a thousand jobs that it has to be asked for.
  @Test func aClusterThatRefusesIsLeftAlone() async throws {
    try slurm.set("refusing")
    try easel.changeSettings("workers: 4", to: "workers: 12")
    try await daemon.start()
    let names = (1...9).map { "job\($0)" }
    for (number, name) in names.enumerated() { try daemon.drop(painting: name, variant: number % 4) }
    try await daemon.wait(for: "three refusals") { slurm.calls(of: "sbatch").count >= 3 }
    try await Task.sleep(for: .seconds(3))
    #expect(slurm.calls(of: "sbatch").count == 3)
    for name in names { try await easel.control("cancel", name) }
    try await daemon.waitUntilPublished(names.map { $0 + ".failed" })
    try await daemon.wait(for: "the end of the trouble") { try daemon.spool.readDaemon()?.troubles == [] }
    await daemon.stop()
  }

  /// The controller took it, and the answer was lost.
  @Test func whatWasTakenWithoutAWordIsFoundByItsName() async throws {
    try slurm.set("mute")
    try await daemon.start()
    try daemon.drop(painting: "cat", variant: 1)
    try await daemon.waitUntilPublished(["cat"])
    #expect(slurm.calls(of: "sbatch").count == 1)
    await daemon.stop()
  }

  @Test func whatTheClusterLosesIsSubmittedAgain() async throws {
    try slurm.set("losing")
    try await daemon.start()
    try daemon.drop(painting: "cat", variant: 1)
    try await daemon.wait(for: "the submission") { slurm.calls(of: "sbatch").count == 1 }
    try await Task.sleep(for: .seconds(3))  // sbatch notes its call before it loses the job
    try slurm.clear("losing")
    try await daemon.waitUntilPublished(["cat"])
    let calls = slurm.calls(of: "sbatch")
    #expect(calls.count == 2)
    #expect(Set(calls.compactMap { $0.firstMatch(of: /--job-name=(\S+)/)?.1 }).count == 2, "no name twice")
    #expect(try easel.report("cat").contains(#""attempt" : 1"#))
    await daemon.stop()
  }

  @Test func twoCopiesAreOneResult() async throws {
    try slurm.set("twice")
    try await daemon.start()
    try daemon.drop(painting: "cat", variant: 1, settings: SlurmDaemon.longSettings)
    try await daemon.wait(for: "both") { try (easel.job("cat")?.directory.attempts.count ?? 0) == 2 }
    let first = try #require(try easel.job("cat")).directory.attempts[0]
    // A later one has begun.
    try await daemon.wait(for: "the first one's end") { try first.readManifest()?.ending == .stopped }
    try await daemon.waitUntilPublished(["cat"])
    await daemon.stop()
  }

  @Test(arguments: [
    ("JobHeldAdmin", "scontrol release 1"),
    ("launch failed requeued held", "scontrol update nodename=NODE state=resume"),
    ("launch_failed_requeued_held", "needs a person"),
  ])
  func whatNeedsAPersonIsSaid(reason: String, advice: String) async throws {
    try slurm.set("holding", reason)
    try await daemon.start()
    try daemon.drop(painting: "cat", variant: 1)
    try await daemon.wait(for: "the advice") { try easel.status("cat")?.advice?.contains(advice) == true }
    #expect(try easel.status("cat")?.state == .queued)
    let text = try await RunningProgram.run(
      ["status", "--inbox", daemon.inbox, "--outbox", daemon.outbox], in: daemon.folder.path
    ).output
    #expect(text.contains("Slurm job 1 waits: \(reason.replacing("_", with: " "))") && text.contains(advice), "\(text)")
    try await daemon.wait(for: "the log") { daemon.program.errors.contains("needs a person") }
    try await easel.control("cancel", "cat")
    try await daemon.waitUntilPublished(["cat.failed"])
    await daemon.stop()
  }

  @Test func holdReleaseAndCancelReachTheCluster() async throws {
    try await daemon.start()
    for (number, name) in ["cat", "dog"].enumerated() {
      try daemon.drop(painting: name, variant: number, settings: SlurmDaemon.longSettings)
      try await easel.waitForCheckpoint(of: name)
    }
    try await easel.control("cancel", "dog")
    try await easel.control("hold", "cat")
    try await daemon.wait(for: "both ends") {
      daemon.published == ["dog.failed"] && daemon.records.first?.state == .queued
    }
    let held = try #require(try easel.job("cat"))
    #expect(FileStatus(held.directory.checkpointPath) != nil && !held.directory.isSubmitted)
    #expect(slurm.calls(of: "scancel").count == 2)
    #expect(daemon.text("outbox/dog.failed/error.txt")?.contains("cancelled") == true)
    try await easel.control("release", "cat")
    try await daemon.waitUntilPublished(["cat", "dog.failed"])
    #expect(slurm.calls(of: "sbatch").count == 3)
    await daemon.stop()
  }

  @Test func aStopLeavesJobsInTheClusterAndAStartFindsThem() async throws {
    try await daemon.start()
    try daemon.drop(painting: "cat", variant: 1, settings: SlurmDaemon.longSettings)
    try await easel.waitForCheckpoint(of: "cat")
    await daemon.stop()
    #expect(try easel.job("cat")?.record.state == .running)
    try await daemon.start()
    try await daemon.waitUntilPublished(["cat"])
    #expect(slurm.calls(of: "sbatch").count == 1 && slurm.calls(of: "scancel").isEmpty)
    // And what has ended meanwhile.
    try daemon.drop(painting: "dog", variant: 2, settings: SlurmDaemon.longSettings)
    try await easel.waitForCheckpoint(of: "dog")
    daemon.program.send(SIGKILL)
    _ = await daemon.program.ending()
    let attempt = try #require(try easel.job("dog")).directory.attempts[0]
    for _ in 0..<1000 where try attempt.readManifest() == nil { try await Task.sleep(for: .milliseconds(20)) }
    try await daemon.start()
    try await daemon.waitUntilPublished(["cat", "dog"])
    #expect(slurm.calls(of: "sbatch").count == 2)
    await daemon.stop()
  }

  /// A network file system may show a damaged file for a moment; the job is out all the same.
  @Test func whatCannotBeReadIsNotAskedTwice() async throws {
    try await daemon.start()
    try daemon.drop(
      painting: "cat", variant: 1, settings: SmallPictures.settings.replacing("iterations: 6", with: "iterations: 160"))
    try await easel.waitForCheckpoint(of: "cat")
    await daemon.stop()
    let path = try #require(try easel.job("cat")).directory.path.appending("submission.json").text
    let submission = try #require(FileManager.default.contents(atPath: path))
    try Data("{".utf8).write(to: URL(filePath: path))
    try await daemon.start()
    try await daemon.wait(for: "the words") {
      daemon.program.errors.contains("what the cluster was asked cannot be read")
    }
    #expect(try easel.job("cat")?.directory.completeAttempt == nil, "it is out still")
    try submission.write(to: URL(filePath: path))
    try await daemon.waitUntilPublished(["cat"], limit: .seconds(240))
    #expect(slurm.calls(of: "sbatch").count == 1)
    await daemon.stop()
  }

  /// What is out stays where it is when the configuration changes.
  @Test func jobsThatAreOutEndThereWhenTheRunnerChanges() async throws {
    try await daemon.start()
    try daemon.drop(painting: "cat", variant: 1, settings: SlurmDaemon.longSettings)
    try await easel.waitForCheckpoint(of: "cat")
    try easel.changeSettings("runner: slurm", to: "runner: local")
    daemon.program.send(SIGHUP)
    try await daemon.wait(for: "the new settings") { daemon.program.errors.contains("was read again") }
    try daemon.drop(painting: "dog", variant: 2)
    try await daemon.waitUntilPublished(["cat", "dog"])
    #expect(slurm.calls(of: "sbatch").count == 1 && slurm.calls(of: "scancel").isEmpty)
    await daemon.stop()
  }

  @Test func badPicturesFailAtOnce() async throws {
    try await daemon.start()
    try daemon.drop(job: "cat")
    try await daemon.waitUntilPublished(["cat.failed"])
    #expect(slurm.calls(of: "sbatch").count == 1)
    #expect(daemon.text("outbox/cat.failed/error.txt")?.contains("inputs/cat.content.jpg") == true)
    await daemon.stop()
  }
}
