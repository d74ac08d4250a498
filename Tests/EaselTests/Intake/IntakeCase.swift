import Foundation
import Testing

/// A way in which people and programs put files into the inbox, and what must come of it.
struct IntakeCase: Sendable, CustomTestStringConvertible {
  var name: String
  /// The folders in the outbox in the end.
  var published = ["cat"]
  /// What is left in the inbox.
  var left: [String] = []
  /// Lines of the daemon's configuration.
  var settings = ""
  /// No event ever comes of what happens in the inbox.
  var watchesAreSilent = false
  /// What may read any file may not in this case.
  var isPowerless = false
  /// Before the daemon starts.
  var before: @Sendable (TestDaemon) throws -> Void = { _ in }
  var act: @Sendable (TestDaemon) async throws -> Void = { _ in }
  /// Afterwards.
  var check: @Sendable (TestDaemon) throws -> Void = { _ in }

  var testDescription: String { name }
}

/// Every case runs against the real daemon. One after the other, since many wait for time to pass.
@Suite(.serialized) struct IntakeTests {
  private func run(_ intake: IntakeCase) async throws {
    let daemon = try TestDaemon(
      settings: intake.settings, wrapper: intake.isPowerless ? RunningProgram.withoutPowers : []
    ) { folder, box in
      guard intake.watchesAreSilent else { return [:] }
      return try FaultPlan(watchesAreSilent: true, in: box, file: folder + "/plan").environment
    }
    try intake.before(daemon)
    try await daemon.start()
    try await intake.act(daemon)
    try await daemon.waitUntilPublished(intake.published)
    #expect(daemon.left == intake.left.sorted())
    let left = intake.left.map { "inbox/" + $0 }
    try await daemon.wait(for: "no temporary file to be left") { daemon.temporaries.allSatisfy(left.contains) }
    try intake.check(daemon)
    #expect(await daemon.stop().exitCode == 0)
  }

  @Test(arguments: IntakeCase.writers) func aFileIsTakenOnlyWhole(intake: IntakeCase) async throws {
    try await run(intake)
  }

  @Test(arguments: IntakeCase.arrivals) func everyWayInIsFound(intake: IntakeCase) async throws {
    try await run(intake)
  }

  @Test(arguments: IntakeCase.sidecars) func settingsComeWhenTheyCome(intake: IntakeCase) async throws {
    try await run(intake)
  }

  @Test(arguments: IntakeCase.names) func anyNameIsTaken(intake: IntakeCase) async throws {
    try await run(intake)
  }

  @Test(arguments: IntakeCase.strangers) func whatIsNoFileIsLeftAlone(intake: IntakeCase) async throws {
    try await run(intake)
  }

  @Test(arguments: IntakeCase.senders) func whatProgramsSendIsUnderstood(intake: IntakeCase) async throws {
    try await run(intake)
  }

  @Test(arguments: IntakeCase.servers) func whatServersLeaveIsTakenWhole(intake: IntakeCase) async throws {
    try await run(intake)
  }

  @Test(arguments: IntakeCase.troubles) func noTroubleLastsLongerThanItsCause(intake: IntakeCase) async throws {
    try await run(intake)
  }
}
