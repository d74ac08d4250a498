import Foundation
import Spool
import Testing

import struct TestSupport.SeededGenerator

/// A folder with `styles: each`, while the daemon is killed and the disk refuses: each combination is one job, and the folder another.
@Suite(.serialized) struct BatchCrashTests {
  private static let photos = (0..<4).map { "photo\($0)" }
  private static let paintings = ["style1", "style2", "style3"]
  private static let configuration = "settle: 20ms\nretry_delay: 20ms"

  private func drop(_ folder: String, into daemon: TestDaemon) throws -> [String] {
    for name in Self.photos + Self.paintings {
      try daemon.folder.write("\(folder) \(name)", to: "box/new/\(name).jpg")
    }
    try daemon.folder.write("photos: all\nstyles: each", to: "box/new/settings.yaml")
    try FileManager.default.moveItem(atPath: "\(daemon.box)/new", toPath: "\(daemon.inbox)/\(folder)")
    return [folder] + Self.photos.flatMap { photo in Self.paintings.map { "\(folder)-\(photo)-\($0)" } }
  }

  private func expectWhole(_ daemon: TestDaemon, _ jobs: [String], sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(daemon.left == [], sourceLocation: sourceLocation)
    #expect(daemon.temporaries == [], sourceLocation: sourceLocation)
    for job in jobs {
      let parts = job.split(separator: "-").map(String.init)
      let inputs = daemon.folder.names(in: "box/outbox/\(job)/inputs")
      let names = parts.count == 1 ? Self.photos + Self.paintings : Array(parts.dropFirst())
      #expect(inputs == (names.map { $0 + ".jpg" } + ["settings.yaml"]).sorted(), sourceLocation: sourceLocation)
      for name in names {
        #expect(
          daemon.text("outbox/\(job)/inputs/\(name).jpg") == "\(parts[0]) \(name)", sourceLocation: sourceLocation)
      }
    }
  }

  @Test func eachCombinationIsOneJobWhateverIsKilledWhenever() async throws {
    let seed = UInt64(ProcessInfo.processInfo.environment["EASEL_SEED"] ?? "") ?? 7
    var random = SeededGenerator(seed: seed)
    let daemon = try TestDaemon(settings: Self.configuration)
    var jobs: [String] = []
    try daemon.launch()
    for round in 0..<(Soak.isOn ? 60 : 8) {
      let known = Set(((try? daemon.spool.directories()) ?? []).map(\.id))
      jobs += try drop("trip\(round)", into: daemon)
      try await daemon.wait(for: "the folder to be taken") {
        try daemon.spool.directories().contains { !known.contains($0.id) }
          || daemon.published.contains { $0.hasPrefix("trip\(round)") }
      }
      try await Task.sleep(for: .milliseconds(Int.random(in: 0...120, using: &random)))
      daemon.program.send(SIGKILL)
      _ = await daemon.program.ending()
      try daemon.launch()
    }
    try await daemon.waitUntilPublished(jobs, limit: .seconds(300))
    expectWhole(daemon, jobs)
    #expect(await daemon.stop().exitCode == 0)
    Soak.say("\(jobs.count) jobs of folders in which each photo is painted in each painting, each published once")
  }

  @Test(arguments: FaultPlan.Call.allCases) func aCallThatFailsOnceLosesNothing(call: FaultPlan.Call) async throws {
    let failing = OneFailingCall(configuration: Self.configuration) {
      try drop("trip", into: $0)
    } check: {
      expectWhole($0, $1)
    }
    try await failing.tryAll(of: call)
  }
}
