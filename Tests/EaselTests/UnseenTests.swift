import Foundation
import Testing

/// What somebody may not see, or not write, is not told as if there were nothing.
@Suite struct UnseenTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func run(_ arguments: String...) async throws -> RunningProgram.Ending {
    try await RunningProgram.run(arguments, in: folder.path, wrapper: RunningProgram.withoutPowers)
  }

  @Test func aDaemonThatMayNotBeSeenIsNotSaidToBeMissing() async throws {
    try folder.write("1", to: "outbox/.jobs/lock")
    chmod(folder.path + "/outbox", 0)
    defer { chmod(folder.path + "/outbox", 0o755) }
    let words = "outbox: Permission denied, so that it cannot be told whether a daemon runs there"
    let check = try await run("status", "--check")
    #expect(check.exitCode == 3 && check.output.hasPrefix("EASEL UNKNOWN - "), "\(check.output)")
    #expect(check.output.contains(words) && check.output.contains("--groups easel USER"), "\(check.output)")
    for arguments in [["status"], ["job", "hold", "cat"]] {
      let run = try await RunningProgram.run(arguments, in: folder.path, wrapper: RunningProgram.withoutPowers)
      #expect(run.exitCode == 1 && run.errors.contains(words), "\(arguments): \(run.output) \(run.errors)")
    }
    let doctor = try await run("doctor")
    #expect(doctor.output.contains("it cannot be told whether a daemon runs there"), "\(doctor.output)")
    #expect(!doctor.output.contains("none runs"))
  }

  @Test func aCacheThatMayNotBeSeenIsNotEmpty() async throws {
    try folder.write("1", to: "cache/results/x/facts.json")
    let cache = folder.path + "/cache"
    defer { chmod(cache, 0o755) }
    for arguments in [["list"], ["verify"], ["verify", "--remove"], ["clear"], ["prune"]] {
      for mode: mode_t in [0, 0o555] {
        chmod(cache, mode)
        let run = try await RunningProgram.run(
          ["cache"] + arguments, in: folder.path, wrapper: RunningProgram.withoutPowers)
        let mayBeDone = mode != 0 && !["verify --remove", "clear", "prune"].contains(arguments.joined(separator: " "))
        #expect((run.exitCode == 0) == mayBeDone, "\(arguments) \(mode): \(run.output) \(run.errors)")
        if !mayBeDone {
          #expect(
            run.output == "" && run.errors.contains("Permission denied; run it as the cache's owner"), "\(run.errors)")
        }
      }
    }
  }

  @Test func aFullDiskDoesNotEndWell() async throws {
    let intoFull = ["/bin/sh", "-c", "exec \"$0\" \"$@\" >/dev/full"]
    for arguments in [["settings", "schema"], ["--version"], ["--help"], ["status"]] {
      let run = try await RunningProgram.run(arguments, in: folder.path, wrapper: intoFull)
      #expect(run.exitCode == 1, "\(arguments)")
      #expect(run.errors.contains("not all that was to be printed could be written"), "\(run.errors)")
    }
  }
}
