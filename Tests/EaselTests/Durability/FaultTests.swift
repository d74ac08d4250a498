import Foundation
import Testing

/// A disk that refuses one call after another, over the whole life of a job: preloaded into daemon and worker.
@Suite(.serialized) struct FaultTests {
  /// What a disk says that is full, broken, or beyond a quota.
  private static let codes = [ENOSPC, EIO, EDQUOT]

  @Test(arguments: FaultPlan.Call.allCases) func aCallThatFailsOnceLosesNothing(call: FaultPlan.Call) async throws {
    let total = try await Life(.fake).counts()[call] ?? 0
    let samples = Soak.isOn ? total : min(total, 4)
    var lives = 0
    for sample in 0..<samples {
      for code in Soak.isOn ? Self.codes : [Self.codes[sample % Self.codes.count]] {
        let number = sample * total / samples
        try await Life(.fake, call, failing: number..<number + 1, code: code).expectPublished()
        lives += 1
      }
    }
    Soak.say("\(call): \(total) calls in the life of a job; \(lives) lives with a failing one, all published")
  }

  @Test(arguments: [FaultPlan.Call.write, .fsync, .rename, .read])
  func aDiskThatIsBrokenForAWhileLosesNothing(call: FaultPlan.Call) async throws {
    let total = try await Life(.fake).counts()[call] ?? 0
    let samples = Soak.isOn ? total : min(total, 2)
    for sample in 0..<samples {
      let number = sample * total / samples
      try await Life(.fake, call, failing: number..<number + 7, code: Self.codes[sample % 3]).expectPublishedOrFailed()
    }
    Soak.say("\(call): seven calls in a row failed from each of \(samples) on; all published or failed, none lost")
  }

  /// The same with the worker that paints.
  @Test func thePictureIsTheSameAfterAFault() async throws {
    let whole = Life(.real)
    let counts = try await whole.counts()
    for call in FaultPlan.Call.allCases {
      let total = counts[call] ?? 0
      let samples = Soak.isOn ? total : min(total, 1)
      for sample in 0..<samples {
        let number = Soak.isOn ? sample : total * 2 / 3
        let life = Life(.real, call, failing: number..<number + 1, code: Self.codes[sample % Self.codes.count])
        try await life.expectPublished()
        #expect(life.picture != nil && life.picture == whole.picture, "\(call) \(number)")
      }
      Soak.say("\(call): \(total) calls with the real worker; each failed once, every picture the same")
    }
  }
}

/// One job and its daemon, which is started again when it ends, as systemd would.
private final class Life {
  enum Worker { case fake, real }

  private let worker: Worker
  private let call: FaultPlan.Call
  private let numbers: Range<Int>
  private let code: Int32
  private(set) var picture: Data?
  private var calls: [FaultPlan.Call: Int] = [:]

  init(_ worker: Worker, _ call: FaultPlan.Call = .write, failing numbers: Range<Int> = 0..<0, code: Int32 = 0) {
    self.worker = worker
    self.call = call
    self.numbers = numbers
    self.code = code
  }

  private var inputs: [String] {
    worker == .fake
      ? ["cat.content.jpg", "cat.style.jpg", "cat.yaml"] : ["cat.content.png", "cat.style.png", "cat.yaml"]
  }

  private var story: Comment { "\(call) \(numbers) fails with \(String(cString: strerror(code)))" }

  /// The numbers of calls when none fails.
  func counts() async throws -> [FaultPlan.Call: Int] {
    #expect(try await run() == ["cat"])
    return calls
  }

  func expectPublished() async throws {
    #expect(try await run() == ["cat"], story)
  }

  func expectPublishedOrFailed() async throws {
    let published = try await run()
    #expect(published == ["cat"] || published == ["cat.failed"], story)
  }

  /// Returns what is in the outbox in the end.
  private func run() async throws -> [String] {
    var plan: FaultPlan?
    let daemon = try TestDaemon(settings: "settle: 10ms\nretry_delay: 20ms", hasFakeWorker: worker == .fake) {
      let new = try FaultPlan(call, failing: numbers, code: code, in: $1, file: $0 + "/plan")
      plan = new
      return new.environment
    }
    switch worker {
    case .fake: try daemon.drop(job: "cat")
    case .real: try daemon.drop(painting: "cat", variant: 1)
    }
    try daemon.launch()
    for _ in 0..<20 {
      try await daemon.wait(for: "the end of the job; \(story)", limit: .seconds(300)) {
        try !daemon.isRunning || (!daemon.published.isEmpty && daemon.spool.directories().isEmpty)
      }
      if daemon.isRunning { break }
      try daemon.launch()
    }
    await daemon.stop()
    for call in FaultPlan.Call.allCases { calls[call] = try plan?.count(call) }
    return expectTidy(daemon)
  }

  private func expectTidy(_ daemon: TestDaemon) -> [String] {
    let published = daemon.published
    #expect(daemon.left == [], story)
    #expect(daemon.temporaries == [], story)
    for folder in published {
      #expect(daemon.folder.names(in: "box/outbox/\(folder)/inputs") == inputs, story)
      let result = folder.hasSuffix(".failed") ? "error.txt" : "cat.png"
      picture = FileManager.default.contents(atPath: "\(daemon.outbox)/\(folder)/\(result)")
      #expect(picture?.isEmpty == false, story)
    }
    return published
  }
}
