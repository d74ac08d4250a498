import Service
import Foundation
import Spool
import Testing

/// When the daemon has previews painted, with a worker that only pretends.
@Suite struct PreviewOrderTests {
  private let daemon: SmallDaemon

  init() throws {
    daemon = try SmallDaemon()
  }

  /// What was run, in order: `cat`, or `cat --preview`.
  private var calls: [String] {
    (daemon.folder.text("calls") ?? "").split(separator: "\n").map { line in
      let words = line.split(separator: " ")
      return words.last == "--preview" ? "\(words[0]) --preview" : String(words[0])
    }
  }

  @Test func aPreviewComesFirstAndIsNoAttempt() async throws {
    try daemon.drop("bad", settings: "preview: true")
    await #expect(throws: OnceIncomplete.self) { try await daemon.drain() }
    #expect(calls == ["bad --preview", "bad"])
    let report = daemon.folder.text("outbox/bad.failed/report.json") ?? ""
    #expect(report.contains(#""attempts" : 1"#))
  }

  @Test func withoutAWishThereIsNone() async throws {
    try daemon.drop("cat")
    try await daemon.drain { $0.settings.preview = false }
    #expect(calls == ["cat"])
  }

  @Test func theConfigurationDecidesWhereTheSettingsDoNot() async throws {
    try daemon.drop("cat")
    try daemon.drop("dog", settings: "preview: false")
    try await daemon.drain { $0.settings.preview = true }
    #expect(calls.sorted() == ["cat", "cat --preview", "dog"])
  }

  @Test func whatWaitsBehindARunningJobGetsOne() async throws {
    try daemon.drop("slow")
    try await daemon.run {
      try await daemon.wait(for: "the worker") { try daemon.isStarted("slow") }
      try daemon.drop("a", "b", settings: "preview: true")
      try await daemon.wait(for: "both previews") { calls.count == 3 }
      #expect(calls == ["slow", "a --preview", "b --preview"])
      try await daemon.wait(for: "their end") { daemon.log.lines.count { $0.contains(": preview painted") } == 2 }
      #expect(try daemon.job("b")?.record.state == .queued)
      #expect(try daemon.job("b")?.record.attempt == 0)
    }
  }

  @Test func aPreviewThatFailsIsSaidAndFailsNothing() async throws {
    try daemon.drop("dark", settings: "preview: true")
    try await daemon.drain()
    #expect(daemon.published == ["dark"])
    #expect(calls == ["dark --preview", "dark"])
    let warning = "warning dark: no preview, which the job does without: too dark"
    #expect(daemon.log.lines.contains { $0.hasPrefix(warning) })
  }

  /// Ended together with the daemon, it is begun again; a job that is cancelled meanwhile goes at once.
  @Test func aPreviewIsStoppedWithTheDaemonAndWithItsJob() async throws {
    try daemon.drop("long", settings: "preview: true")
    try await daemon.run {
      try await daemon.wait(for: "the preview") { calls.count == 1 }
    }
    #expect(try daemon.job("long")?.record.state == .queued)
    try await daemon.run {
      try await daemon.wait(for: "the preview again") { calls.count == 2 }
      try daemon.job("long")?.directory.set(.cancel)
      try daemon.spool.ring()
      try await daemon.wait(for: "its end") { daemon.published == ["long.failed"] }
    }
    #expect(calls == ["long --preview", "long --preview"])
    #expect(try daemon.spool.directories().isEmpty)
  }
}
