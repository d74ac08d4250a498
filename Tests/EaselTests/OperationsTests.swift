import Files
import Service
import Foundation
import Jobs
import Spool
import Testing

/// What can be seen from outside: the log, `status.json`, the figures for Prometheus, the reports.
@Suite struct OperationsTests {
  private var daemon: SmallDaemon
  private var folder: TemporaryFolder { daemon.folder }

  init() throws {
    daemon = try SmallDaemon()
  }

  /// The messages about a job, without their details.
  private func said(of name: String) -> [String] {
    daemon.log.lines.filter { $0.contains(" \(name): ") }.map { line in
      let end = line.range(of: " [a-z_]+=", options: .regularExpression)?.lowerBound ?? line.endIndex
      return String(line[..<end])
    }
  }

  @Test func eachStateIsOneLine() async throws {
    try daemon.drop("flaky")
    try await daemon.drain()
    let lines = said(of: "flaky").filter { !$0.contains("waiting") && !$0.contains("settling") }
    #expect(
      lines == [
        "info flaky: queued", "info flaky: running", "warning flaky: retrying in 0 s: no memory just now",
        "info flaky: running", "info flaky: publishing", "info flaky: done",
      ])
    #expect(daemon.log.lines.contains { $0.contains("flaky: running attempt=2 job=") })
    #expect(daemon.log.lines.contains { $0.contains("flaky: done folder=flaky job=") })
  }

  @Test func whatWaitsIsSaidOnceAndForWhat() async throws {
    try folder.write("photo", to: "inbox/cat.content.jpg")
    try folder.write("?", to: "inbox/notes.txt")
    try await daemon.run {
      try await daemon.wait(for: "the line") { said(of: "cat").contains { $0.contains("waiting for a style picture") } }
      // More looks see the same.
      try folder.write("photo", to: "inbox/dog.content.jpg")
      try await daemon.wait(for: "the other line") { said(of: "dog").contains { $0.contains("waiting") } }
    }
    #expect(said(of: "cat") == ["info cat: waiting for a style picture: cat.style.jpg or .png"])
    #expect(daemon.log.lines.filter { $0.contains("notes.txt: not used: ") }.count == 1)
  }

  @Test func theReportOfAFailureHasItsStates() async throws {
    try daemon.drop("crash")
    await #expect(throws: OnceIncomplete.self) { try await daemon.drain() }
    let data = try #require(folder.text("outbox/crash.failed/report.json")?.data(using: .utf8))
    let report = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let states = try #require(report["states"] as? [[String: Any]])
    #expect(
      states.map { $0["state"] as? String } == [
        "claiming", "queued", "running", "retrying", "running", "retrying", "running", "failed",
      ])
    #expect((states[3]["message"] as? String)?.contains("the worker was killed by signal 11") == true)
    #expect(states.allSatisfy { $0["at"] is String })
    #expect(daemon.log.lines.contains { $0.hasPrefix("error crash: failed: the worker was killed by signal 11") })
  }

  @Test func theStatusFileSaysWhatTheCommandSays() async throws {
    try daemon.drop("slow", "bad")
    try folder.write("photo", to: "inbox/cat.content.jpg")
    try await daemon.run {
      try await daemon.wait(for: "the worker and the failure") {
        try daemon.isStarted("slow") && daemon.published == ["bad.failed"]
          && folder.text("outbox/.jobs/status.json")?.contains("bad.failed") == true
          && folder.text("outbox/.jobs/status.json")?.contains("\"running\"") == true
      }
      let printed = try await RunningProgram.run(["status", "--json"], in: folder.path).output
      func read(_ text: String?) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data((text ?? "").utf8)) as? [String: Any])
      }
      let (file, command) = (try read(folder.text("outbox/.jobs/status.json")), try read(printed))
      #expect(Set(file.keys) == Set(command.keys))
      #expect((file["daemon"] as? NSDictionary) == (command["daemon"] as? NSDictionary))
      let fileJobs = try #require(file["jobs"] as? [[String: Any]])
      let commandJobs = try #require(command["jobs"] as? [[String: Any]])
      #expect(fileJobs.map { $0["name"] as? String } == ["cat", "slow", "bad"])
      #expect(fileJobs.map { $0["state"] as? String } == ["waiting", "running", "failed"])
      #expect(fileJobs.map { Set($0.keys) } == commandJobs.map { Set($0.keys) })
    }
    #expect(folder.text("outbox/.jobs/status.json")?.contains("\"running\" : false") == true)
  }

  @Test func theStatusFileIsNotWrittenMoreThanOnceASecond() async throws {
    try daemon.drop(contentsOf: (0..<20).map { "job\($0)" })
    let clock = ContinuousClock.now
    var inodes: Set<UInt64> = []
    try await daemon.run {
      try await daemon.wait(for: "all results") {
        if let inode = folder.inode("outbox/.jobs/status.json") { inodes.insert(inode) }
        return daemon.published.count == 20
      }
    }
    // At the start, at the end, and each second in between.
    #expect(inodes.count <= Int((ContinuousClock.now - clock) / .seconds(1)) + 2)
  }

  /// A folder that another user has dropped may not be the daemon's to move. Where root runs the tests it may do all.
  @Test func whatCannotBeTakenHoldsUpNothing() async throws {
    try folder.write("photo", to: "inbox/ape/content.jpg")
    try folder.write("painting", to: "inbox/ape/style.jpg")
    try daemon.drop("bee")
    let path = folder.path + "/inbox/ape"
    #expect(chmod(path, 0o555) == 0)
    defer { chmod(path, 0o755) }
    if geteuid() == 0 {
      try await daemon.drain()
      #expect(daemon.published == ["ape", "bee"])
    } else {
      await #expect(throws: OnceIncomplete.self) { try await daemon.drain() }
      #expect(daemon.published == ["bee"])
      #expect(daemon.log.lines.contains { $0.contains("ape could not be taken from the inbox: ") })
      #expect(daemon.log.lines.contains { $0.hasPrefix("warning ape was not taken: ") })
      #expect(daemon.log.lines.contains { $0.contains("chmod g+w") })
    }
  }

  @Test mutating func prometheusFindsTheFigures() async throws {
    daemon.configuration.settings.metricsFile = Path(folder.path + "/figures/easel.prom")
    try FileManager.default.createDirectory(atPath: folder.path + "/figures", withIntermediateDirectories: true)
    try daemon.drop("counted", "bad", "held")
    let path = folder.path + "/figures/easel.prom"
    try await daemon.run {
      try await daemon.wait(for: "the jobs") { daemon.published == ["bad.failed", "counted", "held"] }
      try daemon.drop("slow")
      try await daemon.wait(for: "the figures") {
        // Those of a moment ago may have another that runs.
        let text = folder.text("figures/easel.prom") ?? ""
        return text.contains("easel_jobs{state=\"running\"} 1\n")
          && text.contains("easel_jobs_finished_total{state=\"done\"} 2\n")
      }
    }
    let text = try #require(folder.text("figures/easel.prom"))
    for line in [
      "easel_jobs{state=\"waiting\"} 0", "easel_jobs{state=\"queued\"} 1",
      "easel_jobs_finished_total{state=\"done\"} 2", "easel_jobs_finished_total{state=\"failed\"} 1",
      "easel_job_seconds_count 2", "easel_evaluations_total 50", "easel_cache_hits_total 3",
      "easel_cache_misses_total 1", "easel_cache_rejected_total 2", "easel_jobs_reused_total{kind=\"search\"} 1",
      "# TYPE easel_evaluations_per_second gauge", "# TYPE easel_job_seconds summary",
      "easel_troubles 0",
    ] { #expect(text.split(separator: "\n").contains { $0 == line }, "\(line) is missing in\n\(text)") }
    #expect(text.firstMatch(of: /\neasel_free_bytes [1-9][0-9]+\n/) != nil)
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o644)
    #expect(folder.names(in: "figures") == ["easel.prom"])
  }

  @Test mutating func figuresThatCannotBeWrittenAreATrouble() async throws {
    daemon.configuration.settings.metricsFile = Path(folder.path + "/nowhere/easel.prom")
    try daemon.drop("cat")
    try await daemon.drain()
    #expect(daemon.published == ["cat"])
    #expect(daemon.log.lines.filter { $0.contains("the state cannot be shown") }.count == 1)
  }

  @Test mutating func whatDoesNotDivideEvenlyIsDividedToo() async throws {
    daemon.configuration.settings.workers = 3
    daemon.configuration.settings.threads = 8
    try daemon.drop("slow1", "slow2", "slow3")
    try await daemon.run {
      try await daemon.wait(for: "all workers") { try (1...3).allSatisfy { try daemon.isStarted("slow\($0)") } }
    }
    let calls = try #require(folder.text("calls")).split(separator: "\n")
    #expect(calls.map { String($0.suffix(1)) }.sorted() == ["2", "3", "3"])
  }

  @Test mutating func aConfigurationReadAgainCountsForTheNextWorker() async throws {
    try folder.write(
      "workers: 2\nthreads: 5\nsettle: 20ms\nmin_free_space: 0\npolling: on\npolling_interval: 30ms", to: "easel.yaml")
    daemon.configuration.settingsFile = Path(folder.path + "/easel.yaml")
    try daemon.drop("slow1", "slow2")
    try await daemon.run {
      try await daemon.wait(for: "a worker") { try daemon.isStarted("slow1") || daemon.isStarted("slow2") }
      kill(getpid(), SIGHUP)
      try await daemon.wait(for: "the other worker") { try daemon.isStarted("slow1") && daemon.isStarted("slow2") }
      // The inbox is watched on, with what is new.
      try daemon.drop("late")
      try await daemon.wait(for: "a later job") { try daemon.job("late") != nil }
    }
    #expect(daemon.log.lines.contains { $0.contains("was read again") })
    #expect(folder.text("calls")?.split(separator: "\n").count == 2)
    #expect(folder.text("calls")?.contains("--threads 2\n") == true)
  }
}

extension SmallDaemon {
  fileprivate func drop(contentsOf names: [String]) throws {
    for name in names { try drop(name) }
  }
}

extension TemporaryFolder {
  fileprivate func inode(_ name: String) -> UInt64? {
    var status = stat()
    return stat(path + "/" + name, &status) == 0 ? UInt64(status.st_ino) : nil
  }
}
