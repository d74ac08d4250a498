import Foundation
import Testing

/// `easel watch` over folders that cannot be made or used, by the words of the built program.
@Suite struct FolderProblemTests {
  private static let folders = ["inbox", "outbox", "cache", "styles"]
  private static let name = ["styles": "styles folder"]

  /// A way in which a folder cannot be used.
  struct Problem: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// The folder, below the test's own unless it is absolute.
    var place: String
    /// What the program says of it; `%` stands for the test's own folder.
    var words: String
    var exitCode: Int32 = 78
    /// What a shell does before.
    var make = "true"
    /// Without the rights that root has over others' files.
    var isPowerless = false
    /// In a space of mounts of its own.
    var isMounted = false
  }

  private static let problems = [
    Problem(
      testDescription: "no place for folders", place: "/proc/nope",
      words: "no folder can be made in /proc; choose a place on a disk"),
    Problem(
      testDescription: "below that", place: "/proc/nope/deep",
      words: "no folder can be made in /proc; choose a place on a disk"),
    Problem(
      testDescription: "a file in its place", place: "file",
      words: "%/file is a file, not a folder; move it away or choose another folder", make: "echo x > file"),
    Problem(
      testDescription: "a file on the way", place: "file/deep",
      words: "%/file is a file, not a folder; move it away or choose another folder", make: "echo x > file"),
    Problem(
      testDescription: "a dangling link", place: "link",
      words: "%/link is a link to /nowhere/at/all, and there is no such folder; make that folder or remove the link",
      make: "ln -s /nowhere/at/all link"),
    Problem(
      testDescription: "a link in a circle", place: "link",
      words: "%/link is a link that leads in a circle; remove it", make: "ln -s link link"),
    Problem(
      testDescription: "a long name", place: String(repeating: "k", count: 300),
      words: "kkk is too long; 255 bytes are the most"),
    Problem(
      testDescription: "no right to make it", place: "mine/new",
      words: "%/mine may not be written by the user \(user), so that new cannot be made in it; give it the right to",
      make: "mkdir -m 555 mine", isPowerless: true),
    Problem(
      testDescription: "no right to write", place: "mine",
      words: "%/mine may not be read and written by the user \(user); give it the right to (chown, chmod)",
      make: "mkdir -m 555 mine", isPowerless: true),
    Problem(
      testDescription: "no right to read", place: "mine",
      words: "%/mine may not be read and written by the user \(user); give it the right to (chown, chmod)",
      make: "mkdir -m 300 mine", isPowerless: true),
    Problem(
      testDescription: "a file system that can only be read", place: "disk",
      words: "%/disk is on a file system that can only be read; choose another place, or mount it for writing",
      make: "mkdir disk && mount -t tmpfs -o ro none disk", isMounted: true),
    Problem(
      testDescription: "a full disk", place: "disk/new",
      words: "%/disk/new cannot be made, since the disk is full; make room", exitCode: 1,
      make: "mkdir disk && mount -t tmpfs -o nr_inodes=1 none disk", isMounted: true),
  ]

  private static let user = NSUserName()

  /// Whether mounts of one's own are allowed here.
  private static let canMount: Bool = {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/unshare")
    process.arguments = ["--map-root-user", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"]
    process.standardError = FileHandle.nullDevice
    try? process.run()
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()

  private func expect(_ problem: Problem, of option: String) async throws {
    let folder = try TemporaryFolder()
    let place = problem.place.hasPrefix("/") ? problem.place : folder.path + "/" + problem.place
    let powers = "-dac_override,-dac_read_search"
    let unprivileged = ["/usr/bin/setpriv", "--bounding-set", powers, "--inh-caps", powers]
    let mounted = ["/usr/bin/unshare", "--map-root-user", "--mount"]
    let wrapper =
      (problem.isMounted ? mounted : [])
      + ["/bin/sh", "-c", "\(problem.make) && exec \"$@\"", "sh"]
      + (problem.isPowerless && getuid() == 0 ? unprivileged : [])
    let program = try RunningProgram(["watch", "--once", "--\(option)", place], in: folder.path, wrapper: wrapper)
    let ending = await program.ending()
    #expect(ending.exitCode == problem.exitCode)
    let words = problem.words.replacing("%", with: folder.path)
    let called = Self.name[option] ?? option
    #expect(
      ending.errors.contains("critical the \(called) \(place) (--\(option)) cannot be used: "), "\(ending.errors)")
    #expect(ending.errors.contains(words), "\(ending.errors)")
    let lines = ending.errors.split(separator: "\n")
    #expect(lines.count == 2 && lines.last?.contains("easel doctor looks at all of this") == true)
  }

  @Test("Each folder that cannot be used is told in words", arguments: folders, problems.filter { !$0.isMounted })
  func everyFolder(option: String, problem: Problem) async throws { try await expect(problem, of: option) }

  @Test(
    "So are those on disks that take nothing", .enabled(if: canMount), arguments: folders,
    problems.filter(\.isMounted))
  func everyFolderOnADisk(option: String, problem: Problem) async throws { try await expect(problem, of: option) }

  @Test("The key of the configuration is named") func key() async throws {
    let folder = try TemporaryFolder()
    try folder.write("cache: /proc/nope\n", to: "easel.yaml")
    let run = try await RunningProgram.run(["watch", "--once", "--config", "easel.yaml"], in: folder.path)
    #expect(run.exitCode == 78)
    #expect(run.errors.contains("the cache /proc/nope (--cache, or cache: in easel.yaml) cannot be used: no folder"))
  }

  @Test("What lies in the outbox is told too") func insideTheOutbox() async throws {
    let folder = try TemporaryFolder()
    try folder.write("x", to: "outbox/.jobs")
    let run = try await RunningProgram.run(["watch", "--once"], in: folder.path)
    #expect(run.exitCode == 78)
    #expect(run.errors.contains("/outbox/.jobs is a file, not a folder; move it away"))
    try FileManager.default.removeItem(atPath: folder.path + "/outbox/.jobs")
    try folder.write("x", to: "outbox/.jobs/lock/file")
    let locked = try await RunningProgram.run(["watch", "--once"], in: folder.path)
    #expect(locked.exitCode == 78)
    #expect(locked.errors.contains("/outbox/.jobs/lock cannot be used: Is a directory"))
  }

  @Test("Styles that are not to be remembered need only be read") func readOnlyStyles() async throws {
    let folder = try TemporaryFolder()
    try folder.write("remember_styles: false\n", to: "easel.yaml")
    try FileManager.default.createDirectory(atPath: folder.path + "/styles", withIntermediateDirectories: false)
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.path + "/styles")
    let powers = "-dac_override,-dac_read_search"
    let program = try RunningProgram(
      ["watch", "--once", "--config", "easel.yaml"], in: folder.path,
      wrapper: getuid() == 0 ? ["/usr/bin/setpriv", "--bounding-set", powers, "--inh-caps", powers] : [])
    #expect(await program.ending().exitCode == 0)
  }
}
