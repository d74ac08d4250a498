import Foundation
import Jobs
import Spool
import Testing

import struct TestSupport.SeededGenerator

/// Daemon and worker are killed again and again, at moments of all kinds.
@Suite(.serialized) struct CrashTests {
  private static let variants = 3
  private static let configuration = "settle: 30ms\nretry_delay: 20ms\nthreads: 1"

  @Test func whateverIsKilledWheneverNothingIsLostOrDoneTwice() async throws {
    let undisturbed = try await paintUndisturbed()
    let seed = UInt64(ProcessInfo.processInfo.environment["EASEL_SEED"] ?? "") ?? 4
    let killer = try Killer(TestDaemon(settings: Self.configuration, hasFakeWorker: false), seed: seed)
    try await killer.kill(times: Soak.isOn ? 150 : 15)
    let daemon = killer.daemon
    try await daemon.waitUntilPublished(killer.jobs, limit: .seconds(600))
    #expect(await daemon.stop().exitCode == 0)
    #expect(daemon.left == [])
    #expect(daemon.temporaries == [])
    for (number, job) in killer.jobs.enumerated() {
      for ending in ["png", "gif"] {
        let picture = FileManager.default.contents(atPath: "\(daemon.outbox)/\(job)/\(job).\(ending)")
        #expect(picture != nil && picture == undisturbed[number % Self.variants][ending], "\(job).\(ending)")
      }
      #expect(daemon.folder.names(in: "box/outbox/\(job)/inputs").count == 3)
    }
    Soak.say("\(killer.story); \(killer.jobs.count) jobs published once each, with the undisturbed bytes")
  }

  /// The bytes of each variant's results, by ending.
  private func paintUndisturbed() async throws -> [[String: Data]] {
    let daemon = try TestDaemon(settings: Self.configuration, hasFakeWorker: false)
    let names = (0..<Self.variants).map { "variant\($0)" }
    for (variant, name) in names.enumerated() { try daemon.drop(painting: name, variant: variant) }
    try await daemon.start()
    try await daemon.waitUntilPublished(names, limit: .seconds(120))
    await daemon.stop()
    return names.map { name in
      let files = ["png", "gif"].map {
        ($0, FileManager.default.contents(atPath: "\(daemon.outbox)/\(name)/\(name).\($0)")!)
      }
      return Dictionary(uniqueKeysWithValues: files)
    }
  }
}

/// Keeps a daemon in work and kills it, its worker or both.
private final class Killer {
  private enum Moment: CaseIterable { case anyTime, atTheStart, whileClaiming, whilePublishing }
  private enum Victim: CaseIterable { case daemon, worker, both }

  let daemon: TestDaemon
  private(set) var jobs: [String] = []
  private var random: SeededGenerator
  private var kills: [Victim: Int] = [:]

  init(_ daemon: TestDaemon, seed: UInt64) {
    self.daemon = daemon
    random = SeededGenerator(seed: seed)
  }

  var story: String { Victim.allCases.map { "\($0) killed \(kills[$0] ?? 0) times" }.joined(separator: ", ") }

  func kill(times: Int) async throws {
    try daemon.launch()
    while kills.values.reduce(0, +) < times {
      try dropMore()
      let moment = Moment.allCases.randomElement(using: &random)!
      try await wait(for: moment)
      try await strike(Victim.allCases.randomElement(using: &random)!)
    }
  }

  private func dropMore() throws {
    let published = Set(daemon.published)
    guard jobs.count(where: { !published.contains($0) }) < 3 else { return }
    let name = "job\(jobs.count)"
    // Previews come and go beside the jobs, and change nothing.
    let settings = jobs.count.isMultiple(of: 2) ? SmallPictures.settings : SmallPictures.previewedSettings
    try daemon.drop(painting: name, variant: jobs.count % 3, settings: settings)
    jobs.append(name)
  }

  private func wait(for moment: Moment) async throws {
    switch moment {
    case .anyTime: try await pause(1500)
    case .atTheStart: try await pause(150)
    case .whileClaiming:
      let before = Set(daemon.records.map(\.id))
      try await wait(atMost: 1500) { self.daemon.records.contains { !before.contains($0.id) } }
      try await pause(15)
    case .whilePublishing:
      try await wait(atMost: 10_000) { self.hasResult }
      try await pause(25)
    }
  }

  private var hasResult: Bool {
    ((try? daemon.spool.directories()) ?? []).contains { job in
      ["result.new", "result"].contains { FileManager.default.fileExists(atPath: job.path.text + "/" + $0) }
    }
  }

  private func pause(_ longestMilliseconds: Int) async throws {
    try await Task.sleep(for: .milliseconds(Int.random(in: 0...longestMilliseconds, using: &random)))
  }

  private func wait(atMost milliseconds: Int, until condition: () -> Bool) async throws {
    let end = ContinuousClock.now + .milliseconds(milliseconds)
    while !condition(), ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(1)) }
  }

  private func strike(_ victim: Victim) async throws {
    switch victim {
    case .worker:
      guard killWorkers(unlessItIsTheLastAttempt: true) else { return }
    case .daemon, .both:
      daemon.program.send(SIGKILL)
      if victim == .both { _ = killWorkers(unlessItIsTheLastAttempt: false) }
      _ = await daemon.program.ending()
      try expectEveryInputInOnePlace()
      try daemon.launch()
    }
    kills[victim, default: 0] += 1
  }

  /// Three attempts that die by themselves and come no further fail a job, as they should; all others must not.
  private func killWorkers(unlessItIsTheLastAttempt spares: Bool) -> Bool {
    var struck = false
    for job in (try? daemon.spool.directories()) ?? [] {
      guard let record = try? job.readRecord(), record.state == .running, !spares || record.attempt < 3,
        let text = FileManager.default.contents(atPath: job.path.text + "/worker.lock"),
        let process = Int32(String(decoding: text, as: UTF8.self).filter(\.isNumber)),
        let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline"),
        String(decoding: line, as: UTF8.self).contains(job.id)
      else { continue }
      struck = Glibc.kill(process, SIGKILL) == 0 || struck
    }
    return struck
  }

  private func expectEveryInputInOnePlace() throws {
    let files = try FileManager.default.subpathsOfDirectory(atPath: daemon.box)
    var places: [Substring: [String]] = [:]
    for file in files { places[file.split(separator: "/").last ?? "", default: []].append(file) }
    for job in jobs {
      for ending in ["content.png", "style.png", "yaml"] {
        let found = places["\(job).\(ending)"] ?? []
        #expect(found.count == 1, "\(job).\(ending) lies in \(found)")
      }
    }
  }
}
