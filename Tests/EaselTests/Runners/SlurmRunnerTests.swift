import Files
import Foundation
import Jobs
import Spool
import Status
import Testing

/// The daemon and a cluster that only pretends, in all that can go wrong between the two. The workers are real.
@Suite struct SlurmRunnerTests {
  private let daemon: TestDaemon
  private let slurm: FakeSlurm

  /// A second or two of work.
  private static let longSettings = SmallPictures.settings.replacing("iterations: 6", with: "iterations: 80")

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

  private final class Box<Value> { var value: Value? }

  private func job(_ name: String) throws -> SpooledJob? {
    try daemon.spool.directories().compactMap { try? SpooledJob($0) }.first { $0.record.name == name }
  }

  private func status(_ name: String) throws -> JobStatus? { try job(name).map(JobStatus.init) }

  private func control(_ verb: String, _ name: String) async throws {
    let ending = try await RunningProgram.run(
      ["job", verb, name, "--inbox", daemon.inbox, "--outbox", daemon.outbox], in: daemon.folder.path)
    #expect(ending.exitCode == 0, "\(ending.errors)")
  }

  /// Waits until a job's worker has come to an iteration.
  private func waitForCheckpoint(of name: String) async throws {
    try await daemon.wait(for: "a checkpoint of \(name)") {
      try job(name)?.directory.attempts.contains { FileStatus($0.checkpointPath) != nil } ?? false
    }
  }

  private func report(_ name: String) throws -> String { try #require(daemon.text("outbox/\(name)/report.json")) }

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
    try daemon.drop(painting: "cat", variant: 1, settings: Self.longSettings)
    try await waitForCheckpoint(of: "cat")
    try slurm.set("away")
    try daemon.drop(painting: "dog", variant: 2)
    try await daemon.wait(for: "the trouble") {
      try daemon.spool.readDaemon()?.troubles.contains {
        $0.contains("cannot be asked: squeue ended with exit code 1: ")
      } == true
    }
    // What a worker has left on the disk counts whatever the cluster says.
    try await daemon.wait(for: "the result of cat") { daemon.published == ["cat"] }
    #expect(try job("dog")?.record.state == .running)
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
      try await daemon.wait(for: "the words") { try status("cat")?.message == "waits to be handed to the cluster" }
      #expect(try status("cat")?.state == .queued && job("cat")?.record.state == .running)
      daemon.program.send(SIGKILL)
      _ = await daemon.program.ending()
      try await daemon.start()
    }
    let record = try #require(try job("cat")).record
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
    try await daemon.wait(for: "the words") { try status("cat")?.message?.contains("Invalid partition name") == true }
    #expect(try status("cat")?.state == .queued)
    #expect(try daemon.spool.readDaemon()?.troubles.contains { $0.contains("Slurm took no job") } == true)
    try slurm.clear("refusing")
    try await daemon.waitUntilPublished(["cat"], limit: .seconds(90))
    #expect(try daemon.spool.readDaemon()?.troubles == [])
    await daemon.stop()
  }

  /// As its trouble advises. What waits asks for what is new.
  @Test func aMendedConfigurationReachesWhatWasRefused() async throws {
    try slurm.set("refusing", "--partition=night")
    try await daemon.start()
    try daemon.drop(painting: "cat", variant: 1)
    try await daemon.wait(for: "the words") { try status("cat")?.message?.contains("Invalid partition name") == true }
    try changeSettings("partition: night", to: "partition: day, cpus: 2")
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
    try await daemon.wait(for: "the words") { try status("cat")?.message?.contains("Invalid partition name") == true }
    try changeSettings("runner: slurm", to: "runner: local")
    daemon.program.send(SIGHUP)
    try await daemon.waitUntilPublished(["cat"])
    #expect(slurm.takenJobs == 0)
    try await daemon.wait(for: "the end of the trouble") { try daemon.spool.readDaemon()?.troubles == [] }
    await daemon.stop()
  }

  /// It is the cluster that refuses, and not each of a thousand jobs that it has to be asked for.
  @Test func aClusterThatRefusesIsLeftAlone() async throws {
    try slurm.set("refusing")
    try changeSettings("workers: 4", to: "workers: 12")
    try await daemon.start()
    let names = (1...9).map { "job\($0)" }
    for (number, name) in names.enumerated() { try daemon.drop(painting: name, variant: number % 4) }
    try await daemon.wait(for: "three refusals") { slurm.calls(of: "sbatch").count >= 3 }
    try await Task.sleep(for: .seconds(3))
    #expect(slurm.calls(of: "sbatch").count == 3)
    for name in names { try await control("cancel", name) }
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
    #expect(try report("cat").contains(#""attempt" : 1"#))
    await daemon.stop()
  }

  @Test func twoCopiesAreOneResult() async throws {
    try slurm.set("twice")
    try await daemon.start()
    try daemon.drop(painting: "cat", variant: 1, settings: Self.longSettings)
    try await daemon.wait(for: "both") { try (job("cat")?.directory.attempts.count ?? 0) == 2 }
    let first = try #require(try job("cat")).directory.attempts[0]
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
    try await daemon.wait(for: "the advice") { try status("cat")?.advice?.contains(advice) == true }
    #expect(try status("cat")?.state == .queued)
    let text = try await RunningProgram.run(
      ["status", "--inbox", daemon.inbox, "--outbox", daemon.outbox], in: daemon.folder.path
    ).output
    #expect(text.contains("Slurm job 1 waits: \(reason.replacing("_", with: " "))") && text.contains(advice), "\(text)")
    try await daemon.wait(for: "the log") { daemon.program.errors.contains("needs a person") }
    try await control("cancel", "cat")
    try await daemon.waitUntilPublished(["cat.failed"])
    await daemon.stop()
  }

  @Test func holdReleaseAndCancelReachTheCluster() async throws {
    try await daemon.start()
    for (number, name) in ["cat", "dog"].enumerated() {
      try daemon.drop(painting: name, variant: number, settings: Self.longSettings)
      try await waitForCheckpoint(of: name)
    }
    try await control("cancel", "dog")
    try await control("hold", "cat")
    try await daemon.wait(for: "both ends") {
      daemon.published == ["dog.failed"] && daemon.records.first?.state == .queued
    }
    let held = try #require(try job("cat"))
    #expect(FileStatus(held.directory.checkpointPath) != nil && !held.directory.isSubmitted)
    #expect(slurm.calls(of: "scancel").count == 2)
    #expect(daemon.text("outbox/dog.failed/error.txt")?.contains("cancelled") == true)
    try await control("release", "cat")
    try await daemon.waitUntilPublished(["cat", "dog.failed"])
    #expect(slurm.calls(of: "sbatch").count == 3)
    await daemon.stop()
  }

  @Test func aStopLeavesJobsInTheClusterAndAStartFindsThem() async throws {
    try await daemon.start()
    try daemon.drop(painting: "cat", variant: 1, settings: Self.longSettings)
    try await waitForCheckpoint(of: "cat")
    await daemon.stop()
    #expect(try job("cat")?.record.state == .running)
    try await daemon.start()
    try await daemon.waitUntilPublished(["cat"])
    #expect(slurm.calls(of: "sbatch").count == 1 && slurm.calls(of: "scancel").isEmpty)
    // And what has ended meanwhile.
    try daemon.drop(painting: "dog", variant: 2, settings: Self.longSettings)
    try await waitForCheckpoint(of: "dog")
    daemon.program.send(SIGKILL)
    _ = await daemon.program.ending()
    let attempt = try #require(try job("dog")).directory.attempts[0]
    for _ in 0..<1000 where try attempt.readManifest() == nil { try await Task.sleep(for: .milliseconds(20)) }
    try await daemon.start()
    try await daemon.waitUntilPublished(["cat", "dog"])
    #expect(slurm.calls(of: "sbatch").count == 2)
    await daemon.stop()
  }

  /// A network file system may show a damaged file for a moment; the job is out all the same.
  @Test func whatCannotBeReadIsNotAskedTwice() async throws {
    try await daemon.start()
    try daemon.drop(painting: "cat", variant: 1, settings: Self.longSettings)
    try await waitForCheckpoint(of: "cat")
    await daemon.stop()
    let path = try #require(try job("cat")).directory.path.appending("submission.json").text
    let submission = try #require(FileManager.default.contents(atPath: path))
    try Data("{".utf8).write(to: URL(filePath: path))
    try await daemon.start()
    try await daemon.wait(for: "the words") {
      daemon.program.errors.contains("what the cluster was asked cannot be read")
    }
    try submission.write(to: URL(filePath: path))
    try await daemon.waitUntilPublished(["cat"])
    #expect(slurm.calls(of: "sbatch").count == 1)
    await daemon.stop()
  }

  /// What is out stays where it is when the configuration changes.
  @Test func jobsThatAreOutEndThereWhenTheRunnerChanges() async throws {
    try await daemon.start()
    try daemon.drop(painting: "cat", variant: 1, settings: Self.longSettings)
    try await waitForCheckpoint(of: "cat")
    try changeSettings("runner: slurm", to: "runner: local")
    daemon.program.send(SIGHUP)
    try await daemon.wait(for: "the new settings") { daemon.program.errors.contains("was read again") }
    try daemon.drop(painting: "dog", variant: 2)
    try await daemon.waitUntilPublished(["cat", "dog"])
    #expect(slurm.calls(of: "sbatch").count == 1 && slurm.calls(of: "scancel").isEmpty)
    await daemon.stop()
  }

  @Test func aNodeOnWhichItFailedIsNotTriedAgain() async throws {
    // It has no weights: whoever starts there finds none.
    try useProgram("[ \"$SLURMD_NODENAME\" != n1 ] || export EASEL_WEIGHTS=/nowhere")
    try await daemon.start()
    try daemon.drop(painting: "cat", variant: 1)
    try await daemon.waitUntilPublished(["cat"])
    let calls = slurm.calls(of: "sbatch")
    try #require(calls.count == 2)
    #expect(!calls[0].contains("--exclude") && calls[1].contains("--exclude=n1"))
    #expect(try report("cat").contains("the weights of vgg16 were not found"), "why the first attempt failed")
    await daemon.stop()
  }

  /// Rather there than nowhere: the node may be in order again, and a job that waits for ever needs a person.
  @Test func whereNoOtherNodeCanBeHadAnyWillDo() async throws {
    try useProgram("[ -e '\(daemon.folder.path)/mended' ] || exec /nowhere/easel")
    try slurm.set("drained")
    try await daemon.start()
    try daemon.drop(painting: "cat", variant: 1)
    try await daemon.wait(for: "the failure") { daemon.program.errors.contains("has ended (FAILED)") }
    try daemon.folder.write("", to: "mended")
    try await daemon.waitUntilPublished(["cat"])
    let calls = slurm.calls(of: "sbatch")
    try #require(calls.count == 2)
    #expect(calls[1].contains("--exclude=n1 "))
    #expect(slurm.calls(of: "scontrol") == ["scontrol update jobid=2 excnodelist="])
    #expect(daemon.program.errors.contains("it may run on n1 again, where it has failed"))
    await daemon.stop()
  }

  /// A cluster that takes nothing for a moment says nothing of nodes.
  @Test func aRefusalDoesNotForgetWhereItFailed() async throws {
    try useProgram("[ \"$SLURMD_NODENAME\" != n1 ] || { touch '\(slurm.folder)/refusing'; exec /nowhere/easel; }")
    try await daemon.start()
    try daemon.drop(painting: "cat", variant: 1)
    try await daemon.wait(for: "the refusal") { slurm.calls(of: "sbatch").count == 2 }
    try slurm.clear("refusing")
    try changeSettings("constraint=avx2", to: "constraint=avx")
    daemon.program.send(SIGHUP)
    try await daemon.waitUntilPublished(["cat"])
    #expect(slurm.calls(of: "sbatch").dropFirst().allSatisfy { $0.contains("--exclude=n1 ") })
    await daemon.stop()
  }

  /// It ends without a word of a worker's, and leaves none.
  @Test func aNodeWithoutTheProgramIsNotTriedAgain() async throws {
    try useProgram("[ \"$SLURMD_NODENAME\" != n1 ] || exec /nowhere/easel")
    try changeSettings("--constraint=avx2", to: "--exclude=n9")
    try await daemon.start()
    try daemon.drop(painting: "cat", variant: 1)
    try await daemon.waitUntilPublished(["cat"])
    let calls = slurm.calls(of: "sbatch")
    try #require(calls.count == 2)
    #expect(calls[0].contains("--exclude=n9 ") && calls[1].contains("--exclude=n9,n1 "))
    let report = try report("cat")
    #expect(report.contains("Slurm job 1 on n1 has ended (FAILED) without a result"))
    #expect(report.contains("/nowhere/easel"), "its last words")
    await daemon.stop()
  }

  /// As with NFS 3 that is mounted with `nolock` on some nodes: each has a cache of its own, and the job is painted.
  @Test func aNodeWithoutLocksPaints() async throws {
    let plan = try FaultPlan(locksAreMissing: true, in: daemon.box, file: daemon.folder.path + "/plan")
    try useProgram(plan.environment.map { "export \($0)='\($1)'" }.joined(separator: "\n"))
    try await daemon.start()
    let settings = SmallPictures.settings.replacing(", force: true", with: "")
    try daemon.drop(painting: "cat", variant: 1, settings: settings)
    try await daemon.waitUntilPublished(["cat"])
    #expect(try report("cat").contains("node n1 saw no lock of the daemon's on the cache"))
    #expect(slurm.calls(of: "sbatch").count == 1)
    #expect(daemon.folder.names(in: "box/cache/nodes") == ["n1"])
    await daemon.stop()
  }

  private static let hasAVX2 =
    (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.contains(" avx2 ") ?? false

  @Test(.enabled(if: SlurmRunnerTests.hasAVX2, "there is one instruction set only"))
  func anotherInstructionSetGoesOnFromTheSameState()
    async throws
  {
    try useProgram(
      "case $* in *'--attempt 1 '*) set=portable ;; *) set=avx2 ;; esac\nexport EASEL_INSTRUCTION_SET=$set")
    try await daemon.start()
    let settings = Self.longSettings.replacing(", force: true", with: "")
    try daemon.drop(painting: "cat", variant: 1, settings: settings)
    try await waitForCheckpoint(of: "cat")
    let cat = try #require(try job("cat"))
    try slurm.cancel(try #require(try cat.directory.readSubmission()).name)
    try await daemon.waitUntilPublished(["cat"])
    let report = try report("cat")
    #expect(report.contains("the search was begun on one instruction set and went on on another (avx2, portable)"))
    #expect(report.contains("was cancelled in the cluster"), "the history says why")
    #expect(report.contains(#""iteration" : 80,"#))
    // Whoever finds it there would take it for one set's.
    #expect(daemon.folder.names(in: "box/cache/results") == [] && daemon.folder.names(in: "box/cache/searches") == [])
    await daemon.stop()
  }

  /// - Parameter lines: of sh, that run before the worker does.
  private func useProgram(_ lines: String) throws {
    try daemon.folder.write("#!/bin/sh\n\(lines)\nexec '\(RunningProgram.path)' \"$@\"\n", to: "program")
    let program = daemon.folder.path + "/program"
    chmod(program, 0o755)
    try changeSettings("partition: night", to: "program: \(program)")
  }

  private func changeSettings(_ old: String, to new: String) throws {
    let path = daemon.folder.path + "/easel.yaml"
    let settings = try String(contentsOfFile: path, encoding: .utf8)
    try settings.replacing(old, with: new).write(toFile: path, atomically: true, encoding: .utf8)
  }

  @Test func badPicturesFailAtOnce() async throws {
    try await daemon.start()
    try daemon.drop(job: "cat")
    try await daemon.waitUntilPublished(["cat.failed"])
    #expect(slurm.calls(of: "sbatch").count == 1)
    #expect(daemon.text("outbox/cat.failed/error.txt")?.contains("inputs/cat.content.jpg") == true)
    await daemon.stop()
  }

  @Test func withoutTheDaemonsLockANodeHasACacheOfItsOwn() async throws {
    try await daemon.start()
    let shared = SmallPictures.settings.replacing(", force: true", with: "")
    try daemon.drop(painting: "cat", variant: 1, settings: shared)
    try await daemon.waitUntilPublished(["cat"])
    #expect(daemon.folder.names(in: "box/cache/nodes") == [])
    #expect(daemon.folder.names(in: "box/styles").filter { !$0.hasPrefix(".") }.count == 1)
    try daemon.drop(painting: "dog", variant: 2, settings: Self.longSettings.replacing(", force: true", with: ""))
    try await daemon.wait(for: "the submission") { slurm.calls(of: "sbatch").count == 2 }
    daemon.program.send(SIGKILL)
    _ = await daemon.program.ending()
    // The next attempt finds no daemon.
    let job = try #require(try job("dog")).directory
    let again = try await RunningProgram.run(
      ["work", job.path.text, "--attempt", "2", "--cache", daemon.box + "/cache", "--styles", daemon.box + "/styles"],
      in: try attemptFolder(job, 2), environment: ["SLURMD_NODENAME": "n2"])
    #expect(again.exitCode == 0, "\(again.errors)")
    let report = try String(
      contentsOfFile: JobDirectory(job.path, attemptNumber: 2).resultPath.appending("report.json").text, encoding: .utf8
    )
    #expect(report.contains("node n2 saw no lock of the daemon's on the cache"))
    #expect(daemon.folder.names(in: "box/cache/nodes/n2").contains("results"))
    try await daemon.start()
    try await daemon.waitUntilPublished(["cat", "dog"])
    await daemon.stop()
  }

  private func attemptFolder(_ job: JobDirectory, _ number: Int) throws -> String {
    let folder = JobDirectory(job.path, attemptNumber: number).workPath.text
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder
  }

  @Test func theCheckTellsWhatANodeHas() async throws {
    let arguments = [
      "slurm", "check", "--inbox", daemon.inbox, "--outbox", daemon.outbox, "--cache", daemon.box + "/cache",
    ]
    func check() async throws -> RunningProgram.Ending {
      try await RunningProgram.run(arguments, in: daemon.box, environment: slurm.environment)
    }
    let good = try await check()
    #expect(good.exitCode == 0, "\(good.output) \(good.errors)")
    for words in [
      "ok    client tools: slurm 0 (pretended), and the cluster answers", "ok    program on n1: easel",
      "ok    weights on n1: sound",
      "ok    shared folders on n1: read and written", "locks hold from here to n1", "clock of n1: right",
    ] {
      #expect(good.output.contains(words), "\(words): \(good.output)")
    }
    try slurm.set("refusing")
    let refused = try await check()
    #expect(refused.exitCode == 1 && refused.output.contains("wrong Slurm took no job"))
    try slurm.set("away")
    let away = try await check()
    #expect(away.exitCode == 1 && away.output.contains("wrong"))
    #expect(daemon.folder.names(in: "box/outbox/.jobs").filter { $0.hasPrefix(".check") } == [])
  }
}
