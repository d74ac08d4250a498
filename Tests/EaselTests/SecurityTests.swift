import Files
import Service
import Foundation
import Logging
import Testing

/// Nobody gets in, and what gets in gets no further.
@Suite(.serialized) struct SecurityTests {
  @Test func theWorkerGivesUpItsRights() async throws {
    let daemon = try TestDaemon(settings: "threads: 1", hasFakeWorker: false)
    try await daemon.start()
    try daemon.drop(
      painting: "cat", variant: 1, settings: "{size: 48, iterations: 1000, evaluations_per_iteration: 1000}")
    var status = ""
    var limits = ""
    try await daemon.wait(for: "the worker to paint") {
      guard let job = try daemon.spool.directories().first, try job.readProgress() != nil,
        let holder = FileManager.default.contents(atPath: job.path.text + "/worker.lock")
      else { return false }
      let process = String(decoding: holder, as: UTF8.self).filter(\.isNumber)
      status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
      limits = (try? String(contentsOfFile: "/proc/\(process)/limits", encoding: .utf8)) ?? ""
      return !status.isEmpty && !limits.isEmpty
    }
    #expect(status.contains("NoNewPrivs:\t1"))
    #expect(status.contains("Seccomp:\t2"))
    #expect(limits.contains(/Max core file size +0 +0/))
    #expect(limits.contains(/Max open files +256 +256/))
    #expect(limits.contains(/Max file size +68719476736 +68719476736/))
    #expect(await daemon.stop().exitCode == 0)
  }

  @Test func foldersThatMeetThroughALinkAreRefused() async throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "outbox/deep/file")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/inbox", withDestinationPath: folder.path + "/outbox/deep")
    let run = try await RunningProgram.run(["watch", "--once"], in: folder.path)
    #expect(run.exitCode != 0)
    #expect(run.errors.contains("lies in the outbox"))
    #expect(run.errors.contains("choose folders that do not contain each other"))
  }

  /// A link that is put in place of a folder after its path was looked at.
  @Test func foldersThatMeetLaterAreRefusedToo() throws {
    let folder = try TemporaryFolder()
    let configuration = DaemonConfiguration(
      inbox: Path(folder.path + "/inbox"), outbox: Path(folder.path + "/outbox"), cache: Path(folder.path + "/cache"))
    try folder.write("", to: "outbox/file")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/cache", withDestinationPath: folder.path + "/outbox")
    let error = #expect(throws: DaemonConfigurationError.self) { try configuration.prepareFolders() }
    #expect(error?.description.contains("the cache") == true)
    #expect(error?.description.contains("choose folders that do not contain each other") == true)
  }

  @Test func stylesInTheCacheAreRefused() {
    let configuration = DaemonConfiguration(
      inbox: "/srv/inbox", outbox: "/srv/outbox", cache: "/srv/cache", styles: "/srv/cache/styles")
    let error = #expect(throws: DaemonConfigurationError.self) { try configuration.checkFolders() }
    #expect(error?.description.hasPrefix("the styles /srv/cache/styles lies in the cache /srv/cache;") == true)
  }

  @Test func aConfigurationThatAnybodyMayWriteIsRefused() async throws {
    let folder = try TemporaryFolder()
    try folder.write("workers: 1\n", to: "easel.yaml")
    try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: folder.path + "/easel.yaml")
    let run = try await RunningProgram.run(["watch", "--once", "--config", "easel.yaml"], in: folder.path)
    #expect(run.exitCode != 0)
    #expect(run.errors.contains("anybody on this machine may write the configuration file"))
    #expect(run.errors.contains("chmod o-w easel.yaml"))
  }

  @Test func aMissingConfigurationIsNamed() async throws {
    let folder = try TemporaryFolder()
    let run = try await RunningProgram.run(["watch", "--once", "--config", "easel.yaml"], in: folder.path)
    #expect(run.errors.contains("easel.yaml: open: No such file or directory: the configuration file cannot be read"))
  }
}
