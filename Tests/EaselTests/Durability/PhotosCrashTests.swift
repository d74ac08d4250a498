import Foundation
import Spool
import Testing

import struct TestSupport.SeededGenerator

/// A folder of photos with `photos: all`, while the daemon is killed and the disk refuses.
@Suite(.serialized) struct PhotosCrashTests {
  private static let photos = (0..<8).map { "photo\($0)" }
  private static let configuration = "settle: 20ms\nretry_delay: 20ms"

  private func drop(_ folder: String, into daemon: TestDaemon) throws -> [String] {
    let place = "box/trip"
    try daemon.folder.write("painting", to: "\(place)/style.jpg")
    try daemon.folder.write("photos: all", to: "\(place)/settings.yaml")
    for photo in Self.photos { try daemon.folder.write("\(folder) \(photo)", to: "\(place)/\(folder)\(photo).jpg") }
    try FileManager.default.moveItem(
      atPath: "\(daemon.folder.path)/\(place)", toPath: "\(daemon.inbox)/\(folder)")
    return Self.photos.map { "\(folder)-\(folder)\($0)" }
  }

  private func expectWhole(_ daemon: TestDaemon, _ jobs: [String], sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(daemon.left == [], sourceLocation: sourceLocation)
    #expect(daemon.temporaries == [], sourceLocation: sourceLocation)
    for job in jobs {
      let photo = "\(job.split(separator: "-").last ?? "").jpg"
      #expect(
        daemon.folder.names(in: "box/outbox/\(job)/inputs") == ["settings.yaml", "style.jpg", photo],
        sourceLocation: sourceLocation)
    }
  }

  @Test func eachPhotoIsOneJobWhateverIsKilledWhenever() async throws {
    let seed = UInt64(ProcessInfo.processInfo.environment["EASEL_SEED"] ?? "") ?? 7
    var random = SeededGenerator(seed: seed)
    let daemon = try TestDaemon(settings: Self.configuration)
    var jobs: [String] = []
    var cutOff = 0
    try daemon.launch()
    for round in 0..<(Soak.isOn ? 60 : 8) {
      let known = Set(((try? daemon.spool.directories()) ?? []).map(\.id))
      jobs += try drop("trip\(round)", into: daemon)
      try await daemon.wait(for: "the first photo to be taken") {
        try daemon.spool.directories().contains { !known.contains($0.id) }
          || daemon.published.contains { $0.hasPrefix("trip\(round)-") }
      }
      try await Task.sleep(for: .milliseconds(Int.random(in: 0...60, using: &random)))
      daemon.program.send(SIGKILL)
      _ = await daemon.program.ending()
      if FileManager.default.fileExists(atPath: "\(daemon.inbox)/trip\(round)") { cutOff += 1 }
      #expect(misplacedPhotos(daemon, rounds: round + 1) == [])
      try daemon.launch()
    }
    try await daemon.waitUntilPublished(jobs, limit: .seconds(300))
    expectWhole(daemon, jobs)
    #expect(await daemon.stop().exitCode == 0)
    Soak.say(
      "\(jobs.count) photos in folders, one job each; \(cutOff) folders were being taken when the daemon was killed")
  }

  /// Those that are nowhere, or in two places.
  private func misplacedPhotos(_ daemon: TestDaemon, rounds: Int) -> [String] {
    let names = daemon.paths.compactMap { $0.split(separator: "/").last.map(String.init) }
    let photos = (0..<rounds).flatMap { round in Self.photos.map { "trip\(round)\($0).jpg" } }
    return photos.filter { photo in names.count { $0 == photo } != 1 }
  }

  @Test(arguments: FaultPlan.Call.allCases) func aCallThatFailsOnceLosesNoPhoto(call: FaultPlan.Call) async throws {
    let failing = OneFailingCall(configuration: Self.configuration) {
      try drop("trip", into: $0)
    } check: {
      expectWhole($0, $1)
    }
    try await failing.tryAll(of: call)
  }
}
