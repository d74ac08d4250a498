import Foundation
import Testing

/// What it costs, on one machine: nodes share its processors, so that more of them show what the cluster adds and not what it saves.
/// `Scripts/cluster-figures.sh` prints the figures.
@Suite(.serialized, .enabled(if: TestCluster.isAvailable && Soak.isOn, "only in a soak, with Slurm"))
struct SlurmLoadTests {
  private func make(nodes: Int, pollInterval: String, workers: Int) throws -> ClusterDaemon {
    try ClusterDaemon(
      nodes: nodes, slurm: "poll_interval: \(pollInterval), memory: 500M", "workers: \(workers)\nqueue_limit: 2000")
  }

  /// Jobs of some seconds, and ones that take hardly any time at all.
  @Test(arguments: [1, 2, 4], [6, 1]) func jobsAMinute(nodes: Int, iterations: Int) async throws {
    let easel = try make(nodes: nodes, pollInterval: "1s", workers: 64)
    try await easel.daemon.start()
    let begin = ContinuousClock.now
    let names = try easel.drop(40, iterations: iterations)
    try await easel.daemon.waitUntilPublished(names, limit: .seconds(900))
    let seconds = (ContinuousClock.now - begin) / .seconds(1)
    let calls = ["sbatch", "squeue", "scancel"].map { "\(easel.cluster.callCount($0)) \($0)" }
    Soak.say(
      "\(nodes) nodes, jobs of \(iterations) iterations: 40 in \(seconds.tenths) s, \(Int(40 * 60 / seconds)) a minute; calls: "
        + calls.joined(separator: ", "))
    await easel.daemon.stop()
  }

  /// From the job's claim to the begin of its program on a node that is free, and from the program's end to the outbox.
  @Test func fromQueuedToStarted() async throws {
    let easel = try make(nodes: 4, pollInterval: "1s", workers: 64)
    let log = easel.daemon.folder.path + "/begun"
    try easel.writeProgram("echo \"${2##*/} $(date +%s%3N)\" >>'\(log)'")
    try await easel.daemon.start()
    var names: [String] = []
    for number in 0..<20 {
      names.append("job\(number)")
      try easel.daemon.drop(painting: names.last!, variant: number % 4)
      try await easel.daemon.waitUntilPublished(names)
    }
    // A job's id begins with the time of its claim.
    let delays = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").compactMap { line -> Double? in
      let numbers = line.split(separator: " ")
      guard let claimed = Int(numbers[0].prefix { $0 != "-" }), let begun = Int(numbers[1]) else { return nil }
      return Double(begun - claimed) / 1000
    }.sorted()
    #expect(delays.count == 20)
    Soak.say(
      "from queued to started on a free node, 20 times: \(delays[0]) to \(delays[19]) s, half of them within \(delays[9]) s"
    )
    await easel.daemon.stop()
  }

  @Test func aThousandJobsOut() async throws {
    let easel = try make(nodes: 4, pollInterval: "5s", workers: 1000)
    try easel.cluster.client("scontrol", "update", "nodename=n[1-4]", "state=drain", "reason=test")
    try await easel.daemon.start()
    let picture = try SmallPictures.png(seed: 1)
    for number in 0..<1000 {
      for role in ["content", "style"] {
        try easel.daemon.folder.write(picture, to: "box/inbox/job\(number).\(role).png")
      }
      try easel.daemon.drop(SmallPictures.settings, as: "job\(number).yaml")
    }
    let begin = ContinuousClock.now
    try await easel.daemon.wait(for: "all to be out", limit: .seconds(900)) {
      easel.cluster.callCount("sbatch") == 1000
    }
    let seconds = (ContinuousClock.now - begin) / .seconds(1)
    try await Task.sleep(for: .seconds(15))
    let process = easel.daemon.program.processIdentifier
    let (before, controller) = (try ProcessorTime(of: process), try easel.cluster.controllerSeconds)
    let calls = easel.cluster.callCount("squeue")
    try await Task.sleep(for: .seconds(60))
    let (after, more) = (try ProcessorTime(of: process), easel.cluster.callCount("squeue") - calls)
    Soak.say(
      "1000 jobs handed over in \(Int(seconds)) s; then in a minute \((after.own - before.own).tenths) s of processor time of the daemon's, "
        + "\((after.children - before.children).tenths) s of its calls', \((try easel.cluster.controllerSeconds - controller).tenths) s of the "
        + "controller's; \(more) calls of squeue")
    #expect(more <= 15)
    #expect(after.own - before.own < 12)
    await easel.daemon.stop()
  }
}

extension Double {
  fileprivate var tenths: Double { (self * 10).rounded() / 10 }
}
