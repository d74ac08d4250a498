import Files
import Foundation
import Jobs
import Spool
import Testing

/// The built program: `easel watch` and `easel status` beside each other.
@Suite struct StatusTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.path + "/inbox", withIntermediateDirectories: true)
  }

  private func status(_ arguments: String...) async throws -> String {
    let ending = try await RunningProgram.run(["status"] + arguments, in: folder.path)
    #expect(ending.exitCode == 0, "\(ending.errors)")
    return ending.output
  }

  /// A job in the spool as a daemon would have left it.
  private func spool(_ name: String, _ change: (inout JobRecord) -> Void) throws -> JobDirectory {
    let directory = JobDirectory(Path(folder.path + "/outbox/.jobs/" + name))
    try FileManager.default.createDirectory(atPath: directory.inputsPath.text, withIntermediateDirectories: true)
    var record = JobRecord(id: name, name: name, inputs: JobInputs())
    change(&record)
    try directory.write(record)
    return directory
  }

  @Test func nothingAtAllIsSaid() async throws {
    let text = try await status()
    #expect(text.contains("Easel is not running; start it with: easel watch"))
    #expect(text.contains("no jobs; drop NAME.content.jpg"))
    #expect(folder.names().filter { !$0.hasPrefix(".") } == ["inbox"])
  }

  @Test func waitingJobsSayForWhat() async throws {
    try folder.write("x", to: "inbox/cat.content.jpg")
    try folder.write("x", to: "inbox/dog.content.jpg")
    try folder.write("style: auvers.jpg", to: "inbox/dog.yaml")
    try folder.write("x", to: "inbox/notes.txt")
    let text = try await status()
    #expect(text.contains("cat  waiting     for a style picture: cat.style.jpg or .png"))
    #expect(text.contains("dog  waiting     for the picture auvers.jpg, which dog.yaml names as its style"))
    #expect(text.contains("notes.txt: not used: neither a picture"))
  }

  @Test func runningJobsSayHowFarTheyAre() async throws {
    let directory = try spool("cat") { $0.state = .running }
    try directory.write(
      JobProgress(
        phase: "painting", iteration: 3, iterations: 10, evaluations: 60, loss: 416.25, fractionDone: 0.3,
        secondsElapsed: 30, secondsLeft: 75))
    let text = try await status()
    #expect(text.contains("cat  running      30 %, iteration 3 of 10, loss 416.2, 1 min 15 s left"))
  }

  @Test func otherStatesSayWhy() async throws {
    _ = try spool("a") { $0.state = .queued }
    try spool("b") { $0.state = .queued }.set(.hold)
    _ = try spool("c") {
      $0.state = .retrying
      $0.message = "no memory"
      $0.retryAt = .now + 100
    }
    try folder.write("{}", to: "outbox/done/report.json")
    try folder.write(#"{"message": "not a picture"}"#, to: "outbox/bad-2.failed/report.json")
    let text = try await status()
    #expect(text.contains("a      queued"))
    #expect(text.contains("b      held"))
    #expect(text.contains(/c      retrying    in [0-9]+ s: no memory/))
    #expect(text.contains("done   done        done/"))
    #expect(text.contains("bad-2  failed      bad-2.failed: not a picture"))
  }

  /// A fifo that nobody writes to blocks whoever opens it; a link may lead anywhere.
  @Test func whatIsNoReportIsLeftAlone() async throws {
    try folder.write(#"{"message": "not a picture"}"#, to: "elsewhere/report.json")
    try folder.write("", to: "outbox/fifo.failed/x")
    mkfifo(folder.path + "/outbox/fifo.failed/report.json", 0o644)
    try folder.write("", to: "outbox/linked.failed/x")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/outbox/linked.failed/report.json", withDestinationPath: "../../elsewhere/report.json")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/outbox/away.failed", withDestinationPath: "../elsewhere")
    try folder.write(#"{"message": "too dark"}"#, to: "outbox/bad.failed/report.json")
    let program = try RunningProgram(["status"], in: folder.path)
    try await program.wait(for: "the report") { !program.isRunning }
    #expect(program.output.contains("bad  failed      bad.failed: too dark"))
    #expect(program.output.split(separator: "\n").count == 2, "\(program.output)")
  }

  @Test func jobsOfOneNameAreToldApart() async throws {
    for id in ["17-a", "18-b"] {
      try spool(id) { $0.name = "cat" }.write(JobProgress(phase: ""))
    }
    let text = try await status()
    #expect(text.contains("cat  queued        [17-a]\n  cat  queued        [18-b]"))
  }

  @Test func programsReadJSON() async throws {
    try folder.write("x", to: "inbox/cat.content.jpg")
    let directory = try spool("dog") { $0.state = .running }
    try directory.write(JobProgress(phase: "painting", iteration: 1, iterations: 4, loss: 2, fractionDone: 0.25))
    let json = try JSONSerialization.jsonObject(with: Data(try await status("--json").utf8)) as? [String: Any]
    let jobs = try #require(json?["jobs"] as? [[String: Any]])
    #expect(jobs.map { $0["state"] as? String } == ["waiting", "running"])
    #expect(jobs[0]["waitingFor"] as? [String] == ["a style picture: cat.style.jpg or .png"])
    #expect(jobs[1]["percent"] as? Double == 25)
    #expect((json?["daemon"] as? [String: Any])?["running"] as? Bool == false)
  }

  @Test func aDaemonIsSeenAndEndsWithSIGTERM() async throws {
    let daemon = try RunningProgram(["watch"], in: folder.path)
    try await daemon.wait(for: "the start") { daemon.errors.contains("watching") }
    #expect(try await status().contains("Easel watches"))
    // Another folder's status is asked through the daemon's record.
    #expect(try await status("--inbox", "elsewhere").contains("/inbox (process \(daemon.processIdentifier))"))
    daemon.send(SIGTERM)
    let ending = await daemon.ending()
    #expect(ending.exitCode == 0)
    #expect(ending.errors.contains("stopped"))
    #expect(try await status().contains("Easel is not running"))
  }

  @Test func followingPrintsChanges() async throws {
    let program = try RunningProgram(["status", "--follow"], in: folder.path)
    try await program.wait(for: "the first report") { program.output.contains("no jobs") }
    try folder.write("x", to: "inbox/cat.content.jpg")
    try await program.wait(for: "the change") { program.output.contains("cat  waiting") }
    program.send(SIGTERM)
    _ = await program.ending()
  }

  @Test func aBadConfigurationIsRefusedWithItsLine() async throws {
    try folder.write("\nworkers: none", to: "easel.yaml")
    let ending = try await RunningProgram.run(["watch", "--config", "easel.yaml"], in: folder.path)
    #expect(ending.exitCode != 0)
    #expect(ending.errors.contains("easel.yaml:2: workers: found 'none'; allowed is a whole number from 1 to 256"))
  }

  @Test func nestedFoldersAreRefused() async throws {
    let ending = try await RunningProgram.run(["watch", "--inbox", "outbox/in"], in: folder.path)
    #expect(ending.exitCode != 0)
    #expect(ending.errors.contains("choose folders that do not contain each other"))
  }
}
