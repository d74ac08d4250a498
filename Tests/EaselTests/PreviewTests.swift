import Files
import Foundation
import Images
import Spool
import Testing

/// Previews of the built program.
@Suite(.serialized) struct PreviewTests {
  private static let endless = "{size: 48, iterations: 1000, evaluations_per_iteration: 1000, threads: 1, priority: 1}"

  /// A picture whose preview takes a while, in a daemon that is busy with another job.
  private func busyDaemon() async throws -> TestDaemon {
    let daemon = try TestDaemon(settings: "threads: 1", hasFakeWorker: false)
    try await daemon.start()
    try daemon.drop(painting: "endless", variant: 1, settings: Self.endless)
    try await daemon.wait(for: "the worker") { daemon.records.contains { $0.state == .running } }
    try daemon.folder.write(try SmallPictures.png(seed: 2, width: 300, height: 200), to: "box/inbox/cat.content.png")
    try daemon.folder.write(try SmallPictures.png(seed: 3, width: 300, height: 200), to: "box/inbox/cat.style.png")
    try daemon.drop("{size: 300, preview: true}", as: "cat.yaml")
    return daemon
  }

  private func cat(_ daemon: TestDaemon) throws -> JobDirectory? {
    try daemon.spool.directories().first { (try? $0.readRecord())?.name == "cat" }
  }

  private func isRunning(_ job: JobDirectory) -> Bool { (try? job.readRecord())?.state == .running }

  private func decode(_ path: String) throws -> RGBImage { try ImageDecoder.decode(path: Path(path)).image }

  @Test func aJobBehindALongOneHasAPreviewInItsStatus() async throws {
    let daemon = try await busyDaemon()
    var shown: [String: Any]?
    try await daemon.wait(for: "the whole preview in the status", limit: .seconds(120)) {
      let json = try? JSONSerialization.jsonObject(with: Data((daemon.text("outbox/.jobs/status.json") ?? "").utf8))
      let jobs = (json as? [String: Any])?["jobs"] as? [[String: Any]] ?? []
      guard let cat = jobs.first(where: { $0["name"] as? String == "cat" }), cat["state"] as? String == "queued" else {
        return false
      }
      shown = cat["preview"] as? [String: Any]
      return shown?["iteration"] as? Int == 12
    }
    #expect(shown?["iterations"] as? Int == 12)
    #expect(shown?["evaluations"] as? Int ?? 0 >= 60)
    #expect(shown?["updatedAt"] is String)
    let picture = try decode(shown?["file"] as? String ?? "")
    #expect(picture.width == 160 && picture.height == 107)
    let text = try await RunningProgram.run(["status", "--outbox", daemon.outbox], in: daemon.folder.path).output
    #expect(text.contains(/preview of iteration 12 of 12, .*preview.png/))
    #expect(try cat(daemon)?.readRecord().attempt == 0)
    #expect(await daemon.stop().exitCode == 0)
  }

  @Test func theProcessHasGivenUpItsRights() async throws {
    let daemon = try await busyDaemon()
    var status = ""
    try await daemon.wait(for: "the preview's process") {
      guard let job = try cat(daemon),
        let holder = FileManager.default.contents(atPath: job.path.text + "/preview.lock")
      else { return false }
      let process = String(decoding: holder, as: UTF8.self).filter(\.isNumber)
      status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
      return !status.isEmpty
    }
    #expect(status.contains("NoNewPrivs:\t1"))
    #expect(status.contains("Seccomp:\t2"))
    #expect(await daemon.stop().exitCode == 0)
  }

  @Test func aRunningJobAlwaysHasAWholePreview() async throws {
    let daemon = try TestDaemon(settings: "threads: 1\npreview: true", hasFakeWorker: false)
    let settings = "{size: 48, iterations: 10, evaluations_per_iteration: 9, gif: false}"
    try daemon.drop(painting: "cat", variant: 1, settings: settings)
    try await daemon.start()
    var looks = 0
    var seen: Set<[UInt8]> = []
    try await daemon.wait(for: "the result", limit: .seconds(120)) {
      if let job = try cat(daemon), isRunning(job) {
        let picture = try? decode(job.previewPath.text)
        // Otherwise it may have ended meanwhile, and taken its preview along.
        if isRunning(job) {
          looks += 1
          #expect(picture?.width == 48 && picture?.height == 40)
          if let picture { seen.insert(picture.pixels) }
        }
      }
      return daemon.published == ["cat"]
    }
    #expect(looks > 0)
    #expect(seen.count > 1, "the preview was never refreshed")
    #expect(await daemon.stop().exitCode == 0)
  }

  @Test func thePictureIsThatOfAJobWithoutPreview() async throws {
    let daemon = try TestDaemon(settings: "threads: 1", hasFakeWorker: false)
    try await daemon.start()
    try daemon.drop(painting: "plain", variant: 2)
    try daemon.drop(painting: "previewed", variant: 2, settings: SmallPictures.previewedSettings)
    try await daemon.waitUntilPublished(["plain", "previewed"], limit: .seconds(120))
    for ending in ["png", "gif"] {
      let plain = FileManager.default.contents(atPath: "\(daemon.outbox)/plain/plain.\(ending)")
      let previewed = FileManager.default.contents(atPath: "\(daemon.outbox)/previewed/previewed.\(ending)")
      #expect(plain != nil && plain == previewed, "\(ending)")
    }
    #expect(daemon.program.errors.contains("previewed: preview painted"))
    #expect(!daemon.program.errors.contains("plain: preview painted"))
    #expect(
      daemon.folder.names(in: "box/outbox/previewed")
        == daemon.folder.names(in: "box/outbox/plain").map {
          $0.replacing("plain", with: "previewed")
        })
    #expect(await daemon.stop().exitCode == 0)
  }

  /// The preview's process outlives its daemon; the next one ends it and has it begun again.
  @Test func aDaemonThatIsKilledMeanwhileLeavesNothingBehind() async throws {
    let daemon = try await busyDaemon()
    try await daemon.wait(for: "the preview") {
      try cat(daemon).map { FileManager.default.fileExists(atPath: $0.path.text + "/preview.lock") } == true
    }
    daemon.program.send(SIGKILL)
    _ = await daemon.program.ending()
    try await daemon.start()
    try await daemon.wait(for: "a preview", limit: .seconds(120)) { try cat(daemon)?.readPreview()?.iteration == 12 }
    #expect(try cat(daemon)?.readRecord().attempt == 0)
    for job in try daemon.spool.directories() { try job.set(.cancel) }
    try daemon.spool.ring()
    try await daemon.waitUntilPublished(["cat.failed", "endless.failed"])
    #expect(daemon.temporaries == [])
    #expect(await daemon.stop().exitCode == 0)
  }
}
