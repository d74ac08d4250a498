import Foundation
import Testing

/// The built program: `easel status --check`, for monitoring.
@Suite struct StatusCheckTests {
  private func check(_ daemon: TestDaemon) async throws -> RunningProgram.Ending {
    try await RunningProgram.run(
      ["status", "--check", "--inbox", daemon.inbox, "--outbox", daemon.outbox], in: daemon.folder.path)
  }

  @Test func aDaemonThatRunsIsWell() async throws {
    let daemon = try TestDaemon()
    try await daemon.start()
    let run = try await check(daemon)
    #expect(run.exitCode == 0)
    #expect(
      run.output == "EASEL OK - nothing to do | waiting=0 queued=0 held=0 running=0 retrying=0 failed=0\n",
      "\(run.output)")
  }

  @Test func withoutADaemonItIsCritical() async throws {
    let daemon = try TestDaemon()
    let run = try await check(daemon)
    #expect(run.exitCode == 2)
    #expect(run.output.hasPrefix("EASEL CRITICAL - no daemon runs on \(daemon.outbox) | "))
  }

  @Test func aFailureIsAWarningForAnHour() async throws {
    let daemon = try TestDaemon()
    try await daemon.start()
    try daemon.drop(job: "bad|luck")
    try await daemon.wait(for: "the failure") { !daemon.published.isEmpty }
    let run = try await check(daemon)
    #expect(run.exitCode == 1)
    #expect(run.output.hasPrefix("EASEL WARNING - bad/luck failed | "), "\(run.output)")
    #expect(run.output.hasSuffix("failed=1\n") && run.output.count { $0 == "\n" } == 1)
    let report = "\(daemon.outbox)/\(daemon.published[0])/report.json"
    try FileManager.default.setAttributes([.modificationDate: Date.now - 3700], ofItemAtPath: report)
    #expect(try await check(daemon).exitCode == 0)
  }

  @Test func aTroubleIsCritical() async throws {
    let daemon = try TestDaemon()
    try await daemon.start()
    try FileManager.default.removeItem(atPath: daemon.inbox)
    try await daemon.wait(for: "the trouble") { try daemon.spool.readDaemon()?.troubles.isEmpty == false }
    #expect(daemon.program.errors.contains("help=\"easel doctor\""), "\(daemon.program.errors)")
    let run = try await check(daemon)
    #expect(run.exitCode == 2 && run.output.contains("the inbox cannot be read"), "\(run.output)")
  }

  @Test func whatCannotBeReadIsUnknown() async throws {
    let folder = try TemporaryFolder()
    try folder.write("x", to: "outbox/.jobs")
    let run = try await RunningProgram.run(["status", "--check"], in: folder.path)
    #expect(run.exitCode == 3 && run.output.hasPrefix("EASEL UNKNOWN - "), "\(run.exitCode) \(run.output)")
  }

  @Test func itGoesWithNoOtherForm() async throws {
    let folder = try TemporaryFolder()
    let run = try await RunningProgram.run(["status", "--check", "--json"], in: folder.path)
    #expect(run.exitCode == 64 && run.errors.contains("leave out --json and --follow"))
  }
}
