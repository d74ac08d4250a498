import Doctor
import Files
import Foundation
import Testing

import enum TestSupport.Python

/// The built program: `easel doctor` on a healthy set-up, and on broken ones.
@Suite struct DoctorTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    chmod(folder.path, 0o755)
    for name in ["inbox", "outbox", "cache", "styles"] {
      try FileManager.default.createDirectory(atPath: "\(folder.path)/\(name)", withIntermediateDirectories: true)
    }
  }

  private func doctor(_ arguments: String..., environment: [String: String] = [:]) async throws -> RunningProgram.Ending
  {
    try await RunningProgram.run(["doctor"] + arguments, in: folder.path, environment: environment)
  }

  private func findings(_ arguments: String..., environment: [String: String] = [:]) async throws -> [Finding] {
    let run = try await RunningProgram.run(["doctor", "--json"] + arguments, in: folder.path, environment: environment)
    return try JSON.decode(from: Array(run.output.utf8))
  }

  @Test func aHealthySetUpIsSaidToBeSo() async throws {
    let run = try await doctor()
    #expect(run.exitCode == 0, "\(run.output)\(run.errors)")
    let user = NSUserName()
    for name in ["inbox", "outbox", "cache", "styles"] {
      #expect(run.output.contains("\(folder.path)/\(name): \(user) may read and write it"), "\(run.output)")
    }
    #expect(run.output.contains("inotify tells what is dropped"))
    #expect(run.output.contains(/ok     weights +vgg16: .*, sound/))
    #expect(run.output.contains(/ok     processor +[0-9]+ processors, [a-z0-9]+/))
    #expect(run.output.contains("none runs on"))
    #expect(!run.output.contains("\nwrong"))
  }

  @Test func aMissingFolderIsNamed() async throws {
    try FileManager.default.removeItem(atPath: folder.path + "/outbox")
    let run = try await doctor()
    #expect(run.exitCode == 1)
    #expect(run.output.contains(/wrong +outbox +.*\/outbox is not there/))
    #expect(run.output.contains("-> easel watch makes it, or: mkdir -p \(folder.path)/outbox"))
  }

  @Test func whatTheServiceMayNotTakeIsNamed() async throws {
    chmod(folder.path + "/inbox", 0o777)
    try folder.write("x", to: "inbox/holiday.jpg")
    chmod(folder.path + "/inbox/holiday.jpg", 0o600)
    let found = try await findings("--service-user", "nobody")
    let inbox = try #require(found.first { $0.words.contains("holiday.jpg") })
    #expect(inbox.level == .wrong && inbox.words.contains("nobody may not take holiday.jpg"))
    #expect(inbox.advice?.contains("chmod -R g+rwX \(folder.path)/inbox/holiday.jpg") == true)
    #expect(inbox.advice?.contains("create mask = 0660") == true)
    let outbox = try #require(found.first { $0.subject == "outbox" })
    #expect(outbox.level == .wrong && outbox.words.contains("nobody, who runs the service, may not write"))
    #expect(outbox.advice?.hasPrefix("chown nobody:nobody ") == true)
  }

  @Test func whoMayNotDropFilesIsTold() async throws {
    chmod(folder.path + "/inbox", 0o770)
    let found = try await findings("--for", "nobody")
    let people = try #require(found.first { $0.subject == "people" })
    #expect(people.level == .wrong && people.words.contains("nobody may not drop files into the inbox"))
    #expect(people.advice?.contains("usermod -aG") == true)
    chmod(folder.path + "/inbox", 0o777)
    let better = try await findings("--for", "nobody")
    #expect(better.first { $0.subject == "people" }?.level == .ok)
    #expect(better.first { $0.subject == "sharing" }?.advice?.contains("chmod g+s") == true)
  }

  @Test func tooLittleRoomIsSaid() async throws {
    try folder.write("min_free_space: 900000G\n", to: "easel.yaml")
    let run = try await doctor("--config", "easel.yaml")
    #expect(run.exitCode == 1)
    #expect(run.output.contains("less than min_free_space (879 TiB): no job is started"), "\(run.output)")
    #expect(run.output.contains("easel cache prune"))
  }

  @Test func missingWeightsAreWrongOrANote() async throws {
    let found = try await findings(environment: ["EASEL_WEIGHTS": folder.path])
    let weights = found.filter { $0.subject == "weights" }
    #expect(weights.map(\.level) == [.wrong, .note])
    #expect(weights.last?.advice == "on Debian: the package easel-vgg19")
  }

  @Test func withoutAWatcherTheInboxIsPolled() async throws {
    let run = try await doctor(environment: ["EASEL_INOTIFY": "/nowhere/easel-inotify"])
    #expect(run.exitCode == 0)
    #expect(
      run.output.contains("/nowhere/easel-inotify is missing; the inbox is looked through every 5.0 seconds instead"))
    #expect(run.output.contains("-> install the package easel-inotify"))
  }

  @Test func aConfigurationWithAMistakeIsRefusedInWords() async throws {
    try folder.write("workers: none\n", to: "easel.yaml")
    let run = try await doctor("--config", "easel.yaml")
    #expect(run.exitCode != 0 && run.errors.contains("easel.yaml:1: workers"), "\(run.errors)")
  }

  @Test func anUnknownUserIsRefused() async throws {
    let run = try await doctor("--for", "nobody-like-this")
    #expect(run.exitCode == 64 && run.errors.contains("there is no user 'nobody-like-this' on this machine"))
  }

  @Test func foldersInEachOtherAreRefused() async throws {
    let run = try await doctor("--outbox", folder.path + "/inbox/out")
    #expect(run.exitCode == 1 && run.output.contains("choose folders that do not contain each other"))
  }

  @Test func whatAServiceSaysOfItsEndNamesTheDoctor() async throws {
    try folder.write("workers: none\n", to: "easel.yaml")
    let run = try await RunningProgram.run(["watch", "--config", "easel.yaml"], in: folder.path)
    #expect(run.exitCode == 78)
    #expect(run.errors.contains("easel doctor --config easel.yaml looks at all of this"))
  }

  /// Entries of acl(5): a named user may, the mask takes away.
  @Test(arguments: [(mask: 7, isAllowed: true), (mask: 5, isAllowed: false)])
  func accessListsCount(mask: Int, isAllowed: Bool) async throws {
    chmod(folder.path + "/inbox", 0o700)
    let isSet = try Python.run(
      """
      import os, struct, sys
      entries = [(1, 7, 2**32-1), (2, 7, 65534), (4, 0, 2**32-1), (16, int(sys.argv[2]), 2**32-1), (32, 0, 2**32-1)]
      try:
        os.setxattr(sys.argv[1], 'system.posix_acl_access', struct.pack('<I', 2) + b''.join(struct.pack('<HHI', *e) for e in entries))
        print('yes')
      except OSError: print('no')
      """, folder.path + "/inbox", "\(mask)")
    guard isSet == "yes\n" else { return }
    let found = try await findings("--for", "nobody")
    #expect(found.first { $0.subject == "people" }?.level == (isAllowed ? .ok : .wrong))
  }
}
