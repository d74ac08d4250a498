import Files
import Foundation
import Jobs
import Spool
import Status
import Testing

/// Nodes that lack something, or have something else than others, in a cluster that only pretends. The workers are real.
@Suite struct SlurmNodeTests {
  private let easel: SlurmDaemon
  private var daemon: TestDaemon { easel.daemon }
  private var slurm: FakeSlurm { easel.slurm }

  init() throws { easel = try SlurmDaemon() }

  @Test func aNodeOnWhichItFailedIsNotTriedAgain() async throws {
    // It has no weights: whoever starts there finds none.
    try easel.useProgram("[ \"$SLURMD_NODENAME\" != n1 ] || export EASEL_WEIGHTS=/nowhere")
    try await daemon.start()
    try daemon.drop(painting: "cat", variant: 1)
    try await daemon.waitUntilPublished(["cat"])
    let calls = slurm.calls(of: "sbatch")
    try #require(calls.count == 2)
    #expect(!calls[0].contains("--exclude") && calls[1].contains("--exclude=n1"))
    #expect(try easel.report("cat").contains("the weights of vgg16 were not found"), "why the first attempt failed")
    await daemon.stop()
  }

  /// It waits until one of the others can be had, or a person says that the first is in order again.
  @Test func whereNoOtherNodeCanBeHadAPersonIsToldHow() async throws {
    try easel.useProgram("exec /nowhere/easel")
    try easel.changeSettings("--constraint=avx2", to: "--exclude=n9")
    try slurm.set("drained")
    try await daemon.start()
    try daemon.drop(painting: "cat", variant: 1)
    try await daemon.wait(for: "the advice") { try easel.status("cat")?.advice?.contains("(n1)") == true }
    let name = try #require(try easel.job("cat")?.directory.readSubmission()).name
    #expect(try easel.status("cat")?.advice?.hasSuffix("scontrol update jobname=\(name) excnodelist=n9") == true)
    #expect(try easel.status("cat")?.message == "Slurm job 2 waits: ReqNodeNotAvail, UnavailableNodes:spare")
    try await easel.control("cancel", "cat")
    try await daemon.waitUntilPublished(["cat.failed"])
    await daemon.stop()
  }

  /// A cluster that takes nothing for a moment says nothing of nodes.
  @Test func aRefusalDoesNotForgetWhereItFailed() async throws {
    try easel.useProgram(
      "[ \"$SLURMD_NODENAME\" != n1 ] || { touch '\(slurm.folder)/refusing'; exec /nowhere/easel; }")
    try await daemon.start()
    try daemon.drop(painting: "cat", variant: 1)
    try await daemon.wait(for: "the refusal") {
      try easel.status("cat")?.message?.contains("Invalid partition name") == true
    }
    try slurm.clear("refusing")
    try easel.changeSettings("constraint=avx2", to: "constraint=avx")
    daemon.program.send(SIGHUP)
    try await daemon.waitUntilPublished(["cat"])
    let calls = slurm.calls(of: "sbatch")
    #expect(calls.count == 3 && calls.dropFirst().allSatisfy { $0.contains("--exclude=n1 ") }, "\(calls)")
    await daemon.stop()
  }

  /// It ends without a word of a worker's, and leaves none.
  @Test func aNodeWithoutTheProgramIsNotTriedAgain() async throws {
    try easel.useProgram("[ \"$SLURMD_NODENAME\" != n1 ] || exec /nowhere/easel")
    try easel.changeSettings("--constraint=avx2", to: "--exclude=n9")
    try await daemon.start()
    try daemon.drop(painting: "cat", variant: 1)
    try await daemon.waitUntilPublished(["cat"])
    let calls = slurm.calls(of: "sbatch")
    try #require(calls.count == 2)
    #expect(calls[0].contains("--exclude=n9 ") && calls[1].contains("--exclude=n9,n1 "))
    let report = try easel.report("cat")
    #expect(report.contains("Slurm job 1 on n1 has ended (FAILED) without a result"))
    #expect(report.contains("/nowhere/easel"), "its last words")
    await daemon.stop()
  }

  /// As with NFS 3 that is mounted with `nolock` on some nodes: each has a cache of its own, and the job is painted.
  @Test func aNodeWithoutLocksPaints() async throws {
    let plan = try FaultPlan(locksAreMissing: true, in: daemon.box, file: daemon.folder.path + "/plan")
    try easel.useProgram(plan.environment.map { "export \($0)='\($1)'" }.joined(separator: "\n"))
    try await daemon.start()
    let settings = SmallPictures.settings.replacing(", force: true", with: "")
    try daemon.drop(painting: "cat", variant: 1, settings: settings)
    try await daemon.waitUntilPublished(["cat"])
    #expect(try easel.report("cat").contains("node n1 saw no lock of the daemon's on the cache"))
    #expect(slurm.calls(of: "sbatch").count == 1)
    #expect(daemon.folder.names(in: "box/cache/nodes") == ["n1"])
    await daemon.stop()
  }

  private static let hasAVX2 =
    (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.contains(" avx2 ") ?? false

  @Test(.enabled(if: SlurmNodeTests.hasAVX2, "there is one instruction set only"))
  func anotherInstructionSetGoesOnFromTheSameState()
    async throws
  {
    try easel.useProgram(
      "case $* in *'--attempt 1 '*) set=portable ;; *) set=avx2 ;; esac\nexport EASEL_INSTRUCTION_SET=$set")
    try await daemon.start()
    let settings = SlurmDaemon.longSettings.replacing(", force: true", with: "")
    try daemon.drop(painting: "cat", variant: 1, settings: settings)
    try await easel.waitForCheckpoint(of: "cat")
    let cat = try #require(try easel.job("cat"))
    try slurm.cancel(try #require(try cat.directory.readSubmission()).name)
    try await daemon.waitUntilPublished(["cat"])
    let report = try easel.report("cat")
    #expect(report.contains("the search was begun on one instruction set and went on on another (avx2, portable)"))
    #expect(report.contains("was cancelled in the cluster"), "the history says why")
    #expect(report.contains(#""iteration" : 80,"#))
    // Whoever finds it there would take it for one set's.
    #expect(daemon.folder.names(in: "box/cache/results") == [] && daemon.folder.names(in: "box/cache/searches") == [])
    await daemon.stop()
  }

  @Test func withoutTheDaemonsLockANodeHasACacheOfItsOwn() async throws {
    try await daemon.start()
    let shared = SmallPictures.settings.replacing(", force: true", with: "")
    try daemon.drop(painting: "cat", variant: 1, settings: shared)
    try await daemon.waitUntilPublished(["cat"])
    #expect(daemon.folder.names(in: "box/cache/nodes") == [])
    #expect(daemon.folder.names(in: "box/styles").filter { !$0.hasPrefix(".") }.count == 1)
    try daemon.drop(
      painting: "dog", variant: 2, settings: SlurmDaemon.longSettings.replacing(", force: true", with: ""))
    try await daemon.wait(for: "the submission") { slurm.calls(of: "sbatch").count == 2 }
    daemon.program.send(SIGKILL)
    _ = await daemon.program.ending()
    // The next attempt finds no daemon.
    let job = try #require(try easel.job("dog")).directory
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
