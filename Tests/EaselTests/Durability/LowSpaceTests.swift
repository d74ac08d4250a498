import Files
import Cache
import Foundation
import Spool
import Safetensors
import Testing

/// An outbox on a file system of 16 MiB.
@Suite(.serialized, .enabled(if: SmallFileSystem.isAllowed, "mounting a small file system is not allowed here"))
struct LowSpaceTests {
  /// Runs the daemon with an outbox that `ballast` leaves little room in.
  private func withSmallOutbox(
    settings: String, ballast: Int, _ body: (TestDaemon, _ throwOverboard: () throws -> Void) async throws -> Void
  ) async throws {
    let daemon = try TestDaemon(settings: settings)
    try #require(SmallFileSystem.mount(on: daemon.outbox))
    defer { SmallFileSystem.unmount(daemon.outbox) }
    let path = daemon.outbox + "/ballast"
    _ = try? Data(count: ballast).write(to: URL(filePath: path))
    try await daemon.start()
    try await body(daemon) { try FileManager.default.removeItem(atPath: path) }
    await daemon.stop()
  }

  @Test func lowSpaceStopsNewJobsUntilThereIsRoom() async throws {
    try await withSmallOutbox(settings: "min_free_space: 8M", ballast: 12 << 20) { daemon, throwOverboard in
      try daemon.drop(job: "cat")
      try await daemon.wait(for: "the trouble") {
        try daemon.spool.readDaemon()?.troubles.contains { $0.contains("no job is started until there is room") }
          == true
      }
      #expect(daemon.calls.isEmpty)
      try throwOverboard()
      try await daemon.waitUntilPublished(["cat"])
      #expect(daemon.left == [])
      try await daemon.wait(for: "the end of the trouble") { try daemon.spool.readDaemon()?.troubles == [] }
    }
  }

  @Test func theCacheMakesRoomForJobs() async throws {
    let daemon = try TestDaemon(settings: "min_free_space: 8M")
    try #require(SmallFileSystem.mount(on: daemon.box))
    defer { SmallFileSystem.unmount(daemon.box) }
    for name in ["inbox", "outbox", "cache", "styles"] {
      try FileManager.default.createDirectory(atPath: "\(daemon.box)/\(name)", withIntermediateDirectories: false)
    }
    let cache = CacheFolder(directory: Path(daemon.box + "/cache"))
    let bytes = [UInt8](repeating: 1, count: 3 << 20)
    for number in 0..<4 {
      let key = CacheKey(of: "test") { $0.add("number", number) }
      cache.store(.results, [TensorContents(name: "a", shape: [bytes.count], bytes: bytes)], key)
    }
    #expect(cache.entries().count == 4)
    try await daemon.start()
    try daemon.drop(job: "cat")
    try await daemon.waitUntilPublished(["cat"])
    #expect((1...2).contains(cache.entries().count), "no more was removed than was needed")
    await daemon.stop()
  }

  /// The inbox lies elsewhere, so that inputs are copied: none may be gone before its copy is whole.
  @Test func aFullDiskKeepsTheInputsWhereTheyAre() async throws {
    try await withSmallOutbox(settings: "min_free_space: 0", ballast: 32 << 20) { daemon, throwOverboard in
      try daemon.drop(job: "cat")
      try await daemon.wait(for: "the trouble") { daemon.program.errors.contains("No space left on device") }
      #expect(daemon.published == ["ballast"])
      #expect(daemon.left == ["cat.content.jpg", "cat.style.jpg", "cat.yaml"])
      try throwOverboard()
      try await daemon.waitUntilPublished(["cat"])
      #expect(daemon.folder.names(in: "box/outbox/cat/inputs").count == 3)
      #expect(daemon.left == [])
    }
  }
}

/// A tmpfs of 16 MiB.
enum SmallFileSystem {
  /// Root may do it in most places, but not in every container.
  static let isAllowed: Bool = {
    guard let folder = try? TemporaryFolder(), mount(on: folder.path) else { return false }
    unmount(folder.path)
    return true
  }()

  static func mount(on folder: String) -> Bool {
    Glibc.mount("tmpfs", folder, "tmpfs", 0, "size=16m") == 0
  }

  static func unmount(_ folder: String) {
    umount2(folder, Int32(MNT_DETACH))
  }
}
